package codec

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// appendText appends before, which is JSON, and s, which a field holds, as a JSON
// string to b, which becomes e.buf. Most strings need no escapes.
func (e *encoder) appendText(b []byte, before, s string) []byte {
	if cap(b)-len(b) < len(before)+len(s)+2 {
		b = slices.Grow(b, len(before)+len(s)+2)
	}
	b = append(b, before...)
	at := len(b)
	b = b[:at+len(s)+2]
	text := b[at:]
	if !copyPlain(text[1:], s) {
		if b = b[:at]; !utf8.ValidString(s) {
			e.replaced = append(e.replaced, at)
			return appendInvalid(b, s)
		}
		return appendEscaped(b, s)
	}
	text[0] = '"'
	text[len(text)-1] = '"'
	return b
}

// copyPlain copies s to dst, which is longer, and reports whether it is ASCII
// that JSON writes as it is; otherwise what it copied is worth nothing.
func copyPlain(dst []byte, s string) bool {
	n := len(s)
	switch {
	case n >= 8:
		last := word8(s, n-8)
		marks := stops(last)
		for i := 0; i < n-8; i += 8 {
			w := word8(s, i)
			marks |= stops(w)
			binary.LittleEndian.PutUint64(dst[i:], w)
		}
		binary.LittleEndian.PutUint64(dst[n-8:], last)
		return marks == 0
	case n >= 4:
		first, last := word4(s, 0), word4(s, n-4)
		binary.LittleEndian.PutUint32(dst, first)
		binary.LittleEndian.PutUint32(dst[n-4:], last)
		return stops(uint64(first)|uint64(last)<<32) == 0
	default:
		for i := range n {
			c := s[i]
			dst[i] = c
			if c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
				return false
			}
		}
		return true
	}
}

// word4 returns four bytes of s from i on, the first in the lowest bits.
func word4(s string, i int) uint32 {
	b := s[i : i+4]
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

// word8 is word4 for eight bytes.
func word8(s string, i int) uint64 {
	b := s[i : i+8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// appendString appends s as a JSON string. Bytes that are not UTF-8 become
// U+FFFD. Characters that matter in HTML are left as they are.
func appendString(b []byte, s string) []byte {
	if !utf8.ValidString(s) {
		return appendInvalid(b, s)
	}
	return appendEscaped(b, s)
}

// appendEscaped is appendString for text that is UTF-8.
func appendEscaped(b []byte, s string) []byte {
	b = append(b, '"')
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
		if m := ends(word8(s, i)); m != 0 {
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

// appendInvalid is appendString for text that is not UTF-8 throughout.
func appendInvalid(b []byte, s string) []byte {
	b = append(b, '"')
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
