package jsontext

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Unquote returns the content of the string between the quotes at i and end-1.
// It is valid until the next call, and no longer than the input.
func (s *Scanner) Unquote(i, end int, flags StringFlags) string {
	raw := s.In.Text(i+1, end-1)
	if flags == 0 || flags == HasNonASCII && utf8.ValidString(raw) {
		return raw
	}
	s.Scratch = AppendUnescaped(s.Scratch[:0], raw)
	return string(s.Scratch)
}

// IsDamaged reports whether reading a JSON string turns something in it into
// U+FFFD: bytes that are not UTF-8, or half of a surrogate pair.
func IsDamaged(s string, flags StringFlags) bool {
	if flags&HasNonASCII != 0 && !utf8.ValidString(s) {
		return true
	}
	if flags&hasUnicode == 0 {
		return false
	}
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 {
			return false
		}
		if s = s[i:]; s[1] != 'u' {
			s = s[2:]
			continue
		}
		r, size := unicodeEscape(s)
		if r == utf8.RuneError && utf16.IsSurrogate(hex4(s)) {
			return true
		}
		s = s[size:]
	}
}

// AppendUnescaped appends the content of a JSON string to dst. Lone surrogates and
// bytes that are not UTF-8 become U+FFFD, as in encoding/json. The escapes
// have been checked before.
func AppendUnescaped(dst []byte, s string) []byte {
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 {
			return appendUTF8(dst, s)
		}
		dst = appendUTF8(dst, s[:i])
		if s[i+1] == 'u' {
			r, size := unicodeEscape(s[i:])
			dst = utf8.AppendRune(dst, r)
			s = s[i+size:]
		} else {
			dst = append(dst, Unescaped[s[i+1]])
			s = s[i+2:]
		}
	}
}

// appendUTF8 appends s with U+FFFD for every byte that is not UTF-8.
func appendUTF8(dst []byte, s string) []byte {
	if utf8.ValidString(s) {
		return append(dst, s...)
	}
	for _, r := range s { // ranging yields U+FFFD for invalid bytes
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

// Unescaped is what a character stands for behind a backslash; 0 for u, and for those
// that no escape has.
var Unescaped = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// unicodeEscape reads the \u escape that s begins with, and the one behind it
// when the two are a surrogate pair.
func unicodeEscape(s string) (r rune, size int) {
	r = hex4(s)
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	if len(s) >= 12 && s[6] == '\\' && s[7] == 'u' {
		if pair := utf16.DecodeRune(r, hex4(s[6:])); pair != utf8.RuneError {
			return pair, 12
		}
	}
	return utf8.RuneError, 6
}

// hex4 reads the digits of the \u escape that s begins with.
func hex4(s string) rune {
	var r rune
	for _, c := range []byte(s[2:6]) {
		r = r<<4 | rune(HexDigit(c))
	}
	return r
}
