package jsontext

import "github.com/redoxgen/redoxgen/runtime/internal/mem"

// Constants for looking at eight bytes at once.
const (
	ones        = 0x0101010101010101
	highs       = 0x8080808080808080
	backslashes = '\\' * ones
	// A quote is the only byte that toggled becomes a space. Control
	// characters stay below, and all others above.
	toggle      = ('"' ^ ' ') * ones
	aboveSpaces = (' ' + 1) * ones
)

// Spaces is eight spaces.
const Spaces = ' ' * ones

// Stops marks, in the high bit of each byte, the bytes that end a plain run of
// a string: quote, backslash, control characters and what is not ASCII. Only
// the lowest mark is certain: a borrow may mark bytes above it.
func Stops(w uint64) uint64 {
	return ((w ^ toggle - aboveSpaces) | (w ^ backslashes - ones) | w) & highs
}

// ends is Stops without what is not ASCII.
func ends(w uint64) uint64 {
	t := w ^ toggle
	b := w ^ backslashes
	return ((t-aboveSpaces)&^t | (b-ones)&^b) & highs
}

// Word returns up to eight bytes of s as a number, the first in the lowest
// bits.
func Word(s string) uint64 {
	switch {
	case len(s) >= 8:
		return mem.Load8(s, 0)
	case s == "":
		return 0
	default:
		return ShortWord(s)
	}
}

// ShortWord returns the bytes of s, one to seven, the first in the lowest bits.
func ShortWord(s string) uint64 {
	n := len(s)
	if n >= 4 {
		return mem.Load4(s, 0) | mem.Load4(s, n-4)<<(8*(n-4))
	}
	return uint64(s[0]) | uint64(s[n/2])<<(8*(n/2)) | uint64(s[n-1])<<(8*(n-1))
}
