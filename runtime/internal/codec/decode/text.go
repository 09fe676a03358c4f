package decode

import (
	"math/bits"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// holdText holds the content of the string between the quotes at i and end-1.
func (d *decoder) holdText(i, end int, flags jsontext.StringFlags, damaged bool) string {
	raw := d.In.Text(i+1, end-1)
	if flags&^jsontext.HasNonASCII == 0 && !damaged {
		return d.Hold(raw)
	}
	d.Scratch = jsontext.AppendUnescaped(d.Scratch[:0], raw)
	return d.HoldBytes(d.Scratch)
}

// escapedString decodes the string whose content begins at i in one pass, if it
// is ASCII, not empty and without \u escapes, and if there is room for it. It
// returns the position behind it; otherwise 0.
func (d *decoder) escapedString(p mem.Ptr, i int) int {
	in := d.In
	room, start := d.Held.Room()
	for at := start; room.Has8(at + 8); {
		w := in.Load8(i)
		room.Put8(at, w)
		stop := jsontext.Stops(w)
		if stop == 0 {
			i, at = i+8, at+8
			continue
		}
		run := bits.TrailingZeros64(stop) >> 3
		i, at = i+run, at+run
		if in.At(i) == '"' && at > start {
			*p.String() = d.Held.Cut(at - start)
			return i + 1
		}
		c := jsontext.Unescaped[in.At(i+1)]
		if in.At(i) != '\\' || c == 0 {
			return 0
		}
		room.Put8(at, uint64(c))
		i, at = i+2, at+1
	}
	return 0
}
