package jsontext

import (
	"math/bits"
	"unicode/utf8"

	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

const hexDigits = "0123456789abcdef"

// AppendString appends s as a JSON string. Bytes that are not UTF-8 become
// U+FFFD. Characters that matter in HTML are left as they are.
func AppendString(b []byte, s string) []byte {
	b = append(b, '"')
	if !utf8.ValidString(s) {
		return AppendInvalid(b, s)
	}
	return AppendEscaped(b, s)
}

// AppendEscaped appends what is behind a string's opening quote; s is UTF-8.
func AppendEscaped(b []byte, s string) []byte {
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

// AppendInvalid is AppendEscaped for text that is not UTF-8 throughout.
func AppendInvalid(b []byte, s string) []byte {
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

// AppendMember appends an object with one member, whose value is JSON.
func AppendMember(b []byte, name, json string) []byte {
	b = append(AppendString(append(b, '{'), name), ':')
	return append(append(b, json...), '}')
}
