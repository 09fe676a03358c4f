package encode

import (
	"slices"
	"unicode/utf8"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// appendText appends the key and s, which a field holds and is not empty, as a
// JSON string to b, which becomes e.buf. Most strings need no escapes.
func (e *encoder) appendText(b []byte, k *program.Key, s string) []byte {
	at, n, words := len(b), len(s), k.Opened
	if cap(b)-at < len(words)+n+8 {
		b = slices.Grow(b, len(words)+n+8)
	}
	room := mem.RoomOf(b)
	for i := 0; i < len(words); i += 8 {
		room.Put8(at+i, mem.Load8(words, i))
	}
	at += len(k.Text) + 1
	if n < 8 {
		w := jsontext.ShortWord(s)
		if jsontext.Stops(w|jsontext.Spaces<<(8*n)) != 0 {
			return e.appendRest(b[:at], s, 0)
		}
		room.Put8(at, w|'"'<<(8*n))
		return b[:at+n+1]
	}
	for i := 0; i < n-8; i += 8 {
		w := mem.Load8(s, i)
		if jsontext.Stops(w) != 0 {
			return e.appendRest(b[:at+i], s, i)
		}
		room.Put8(at+i, w)
	}
	last := mem.Load8(s, n-8)
	if jsontext.Stops(last) != 0 {
		return e.appendRest(b[:at], s, 0)
	}
	room.Put8(at+n-8, last)
	room.Put8(at+n, '"')
	return b[:at+n+1]
}

// appendRest is appendText for text that is not plain ASCII; done bytes of s are
// at the end of b.
func (e *encoder) appendRest(b []byte, s string, done int) []byte {
	if e.asIs || utf8.ValidString(s[done:]) {
		return jsontext.AppendEscaped(b, s[done:])
	}
	e.Replaced = append(e.Replaced, len(b)-done-1)
	return jsontext.AppendInvalid(b, s[done:])
}
