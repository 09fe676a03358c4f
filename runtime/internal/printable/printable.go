// Package printable decides what of a message's own names may appear in logs
// and errors.
package printable

import "fmt"

// longest is longer than any name or ID of Redox.
const longest = 100

// Name returns s if it looks like a name or an ID, otherwise how long it is. A
// message can put anything where these belong, patient data and line breaks
// included, and logs must not repeat it.
func Name(s string) string {
	if len(s) > longest {
		return withheld(s)
	}
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9',
			c == '-', c == '_', c == '.', c == ' ', c == ':':
		default:
			return withheld(s)
		}
	}
	return s
}

func withheld(s string) string { return fmt.Sprintf("(%d bytes)", len(s)) }
