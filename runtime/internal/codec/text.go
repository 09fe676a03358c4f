package codec

import (
	"math/bits"
	"strings"
	"sync/atomic"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// text returns the content of the string between the quotes at i and end-1.
// It is valid until the next call, and no longer than the input.
func (d *decoder) text(i, end int, flags stringFlags) string {
	raw := d.in.Text(i+1, end-1)
	if flags == 0 || flags == hasNonASCII && utf8.ValidString(raw) {
		return raw
	}
	d.scratch = unescape(d.scratch[:0], raw)
	return string(d.scratch)
}

// maxChunk is how much memory for text is taken at once, unless one text needs
// more. Whoever keeps one text of a message keeps the chunk.
const maxChunk = 32 << 10

// hold returns a copy of s that belongs to the message. All texts of a message
// share few allocations; the input is not among them, so that a caller may
// reuse it, and names and punctuation take no memory.
func (d *decoder) hold(s string) string {
	return d.held.Copy(s, d.nextChunk())
}

// nextChunk is the size of the next chunk: what is expected at first, and less
// when that was not enough.
func (d *decoder) nextChunk() int {
	return min(max(d.chunk-d.held.Len(), d.chunk/4, 64), maxChunk)
}

// holdText holds the content of the string between the quotes at i and end-1,
// which is damaged or not.
func (d *decoder) holdText(i, end int, flags stringFlags, damaged bool) string {
	raw := d.in.Text(i+1, end-1)
	if flags&^hasNonASCII == 0 && !damaged {
		return d.hold(raw)
	}
	d.scratch = unescape(d.scratch[:0], raw)
	return d.held.CopyBytes(d.scratch, d.nextChunk())
}

// escapedString decodes the string whose content begins at i in one pass, if it
// is ASCII, not empty and without \u escapes, and if there is room for it. It
// returns the position behind it; otherwise 0.
func (d *decoder) escapedString(p mem.Ptr, i int) int {
	in := d.in
	room, start := d.held.Room()
	for at := start; room.Has8(at + 8); {
		w := in.Load8(i)
		room.Put8(at, w)
		stop := stops(w)
		if stop == 0 {
			i, at = i+8, at+8
			continue
		}
		run := bits.TrailingZeros64(stop) >> 3
		i, at = i+run, at+run
		if in.At(i) == '"' && at > start {
			*p.String() = d.held.Cut(at - start)
			return i + 1
		}
		c := unescaped[in.At(i+1)]
		if in.At(i) != '\\' || c == 0 {
			return 0
		}
		room.Put8(at, uint64(c))
		i, at = i+2, at+1
	}
	return 0
}

// damaged reports whether reading a JSON string turns something in it into
// U+FFFD: bytes that are not UTF-8, or half of a surrogate pair.
func damaged(s string, flags stringFlags) bool {
	if flags&hasNonASCII != 0 && !utf8.ValidString(s) {
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

// textShare is how many bytes of text an event's messages held lately for each
// kilobyte of JSON, so that a message's text takes one allocation of its size.
type textShare struct{ perKB atomic.Uint32 }

// expect returns how much text to expect in so many bytes of JSON.
func (s *textShare) expect(size int) int {
	share := int(s.perKB.Load())
	if share == 0 {
		share = 512
	}
	return int(int64(size)*int64(share)>>10) + 16
}

// learn notes how much text there was. It follows a higher share at once and a
// lower one by and by.
func (s *textShare) learn(text, size int) {
	if size == 0 {
		return
	}
	now, was := text<<10/size+1, int(s.perKB.Load())
	if now < was {
		now = was - (was-now)/8
	}
	if now != was {
		s.perKB.Store(uint32(min(now, 4<<10)))
	}
}

// unescape appends the content of a JSON string to dst. Lone surrogates and
// bytes that are not UTF-8 become U+FFFD, as in encoding/json. The escapes
// have been checked before.
func unescape(dst []byte, s string) []byte {
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
			dst = append(dst, unescaped[s[i+1]])
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

var unescaped = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

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
		r = r<<4 | rune(hexDigit(c))
	}
	return r
}
