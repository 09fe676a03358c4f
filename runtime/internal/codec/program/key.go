package program

import (
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
)

// Key is the name of a member as it is written.
type Key struct {
	Text   string // `,"Name":`
	Opened string // Text and a quote, padded with zeros to a multiple of eight bytes
}

// NewKey returns the key of a member called name.
func NewKey(name string) Key {
	return keyOf("," + string(jsontext.AppendString(nil, name)) + ":")
}

func keyOf(text string) Key {
	padding := 7 - len(text)%8
	return Key{Text: text, Opened: text + `"` + strings.Repeat("\x00", padding)}
}

// NoKey is the key of elements of arrays.
var NoKey = keyOf("")
