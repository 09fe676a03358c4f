// Package redact decides which names and IDs that come from messages and servers
// may appear in logs, errors and output. Either can put anything where a name or
// an ID belongs, patient data and line breaks included.
package redact

import (
	"fmt"
	"slices"
	"strings"
)

// The longest texts that pass, longer than any name or ID of Redox.
const (
	longestName     = 100
	longestServerID = 64
)

const (
	hexDigits = "0123456789abcdefABCDEF-"
	nameBytes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_. :"
)

// Name returns s if it looks like a name or an ID, and its length otherwise.
func Name(s string) string { return only(s, nameBytes, longestName) }

// ServerID returns an ID that a server sent if it has the form of Redox's, a UUID
// or a number, and its length otherwise: an answer may quote a message. IDs that
// the program itself sent are known, and pass as names.
func ServerID(id string, known ...string) string {
	if slices.Contains(known, id) {
		return Name(id)
	}
	return only(id, hexDigits, longestServerID)
}

// only returns s if it has no other bytes than these and is not longer.
func only(s, allowed string, longest int) string {
	if len(s) > longest || strings.Trim(s, allowed) != "" {
		return fmt.Sprintf("(%d bytes)", len(s))
	}
	return s
}
