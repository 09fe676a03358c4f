package codec

import (
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

const hexDigits = "0123456789abcdef"

// key is the name of a member as it is written.
type key struct {
	text   string // `,"Name":`
	opened string // text and a quote, padded with zeros to a multiple of eight bytes
}

func newKey(name string) key {
	return keyOf("," + string(appendString(nil, name)) + ":")
}

func keyOf(text string) key {
	padding := 7 - len(text)%8
	return key{text: text, opened: text + `"` + strings.Repeat("\x00", padding)}
}

// noKey comes before elements of arrays.
var noKey = keyOf("")

// appendText appends the key and s, which a field holds and is not empty, as a
// JSON string to b, which becomes e.buf. Most strings need no escapes.
func (e *encoder) appendText(b []byte, k *key, s string) []byte {
	at, n, words := len(b), len(s), k.opened
	if cap(b)-at < len(words)+n+8 {
		b = slices.Grow(b, len(words)+n+8)
	}
	room := mem.RoomOf(b)
	for i := 0; i < len(words); i += 8 {
		room.Put8(at+i, mem.Load8(words, i))
	}
	at += len(k.text) + 1
	if n < 8 {
		w := shortWord(s)
		if stops(w|spaces<<(8*n)) != 0 {
			return e.appendRest(b[:at], s, 0)
		}
		room.Put8(at, w|'"'<<(8*n))
		return b[:at+n+1]
	}
	for i := 0; i < n-8; i += 8 {
		w := mem.Load8(s, i)
		if stops(w) != 0 {
			return e.appendRest(b[:at+i], s, i)
		}
		room.Put8(at+i, w)
	}
	last := mem.Load8(s, n-8)
	if stops(last) != 0 {
		return e.appendRest(b[:at], s, 0)
	}
	room.Put8(at+n-8, last)
	room.Put8(at+n, '"')
	return b[:at+n+1]
}

// appendRest is appendText for text that is not plain ASCII; done bytes of s are
// at the end of b.
func (e *encoder) appendRest(b []byte, s string, done int) []byte {
	if utf8.ValidString(s[done:]) {
		return appendEscaped(b, s[done:])
	}
	e.replaced = append(e.replaced, len(b)-done-1)
	return appendInvalid(b, s[done:])
}

// shortWord returns the bytes of s, one to seven, the first in the lowest bits.
func shortWord(s string) uint64 {
	n := len(s)
	if n >= 4 {
		return mem.Load4(s, 0) | mem.Load4(s, n-4)<<(8*(n-4))
	}
	return uint64(s[0]) | uint64(s[n/2])<<(8*(n/2)) | uint64(s[n-1])<<(8*(n-1))
}

// appendString appends s as a JSON string. Bytes that are not UTF-8 become
// U+FFFD. Characters that matter in HTML are left as they are.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	if !utf8.ValidString(s) {
		return appendInvalid(b, s)
	}
	return appendEscaped(b, s)
}

// appendEscaped appends what is behind a string's opening quote; s is UTF-8.
func appendEscaped(b []byte, s string) []byte {
	for {
		i := plainRun(s)
		b = append(b, s[:i]...)
		if i == len(s) {
			return append(b, '"')
		}
		b = appendEscape(b, s[i])
		s = s[i+1:]
	}
}

// plainRun returns how many bytes at the beginning of s need no escape.
func plainRun(s string) int {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		if m := ends(mem.Load8(s, i)); m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
	}
	for ; i < len(s); i++ {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' {
			break
		}
	}
	return i
}

// appendInvalid is appendEscaped for text that is not UTF-8 throughout.
func appendInvalid(b []byte, s string) []byte {
	for _, r := range s { // ranging yields U+FFFD for invalid bytes
		if r < ' ' || r == '"' || r == '\\' {
			b = appendEscape(b, byte(r))
		} else {
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	default:
		return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
	}
}
