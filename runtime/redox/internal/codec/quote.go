package codec

import (
	"math/bits"
	"slices"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// appendStringMember appends key, which ends in a colon, and s.
func appendStringMember(b []byte, key, s string) []byte {
	if !plainText(s) {
		return appendString(append(b, key...), s)
	}
	n := len(b)
	b = slices.Grow(b, len(key)+len(s)+2)
	b = b[:n+len(key)+len(s)+2]
	n += copy(b[n:], key)
	b[n] = '"'
	copy(b[n+1:], s)
	b[len(b)-1] = '"'
	return b
}

// plainText reports whether JSON writes s as it is, and s is ASCII.
func plainText(s string) bool {
	if len(s) >= 8 {
		for i := 0; i+8 <= len(s); i += 8 {
			if w := word8(s[i : i+8]); stops(w) != 0 {
				return false
			}
		}
		w := word8(s[len(s)-8:])
		return stops(w) == 0
	}
	if len(s) >= 4 {
		w := uint64(word4(s)) | uint64(word4(s[len(s)-4:]))<<32
		return stops(w) == 0
	}
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func word4(s string) uint32 {
	_ = s[3]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

func word8(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// appendString appends s as a JSON string. Bytes that are not UTF-8 become
// U+FFFD. Characters that matter in HTML are left as they are.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	if plainText(s) {
		b = append(b, s...)
		return append(b, '"')
	}
	if !utf8.ValidString(s) {
		return appendInvalid(b, s)
	}
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
		if m := ends(word8(s[i : i+8])); m != 0 {
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

// appendInvalid appends a string that is not UTF-8 throughout.
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
