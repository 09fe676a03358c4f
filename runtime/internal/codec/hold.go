package codec

import (
	"math/bits"
	"sync/atomic"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

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
func (d *decoder) holdText(i, end int, flags jsontext.StringFlags, damaged bool) string {
	raw := d.In.Text(i+1, end-1)
	if flags&^jsontext.HasNonASCII == 0 && !damaged {
		return d.hold(raw)
	}
	d.Scratch = jsontext.AppendUnescaped(d.Scratch[:0], raw)
	return d.held.CopyBytes(d.Scratch, d.nextChunk())
}

// escapedString decodes the string whose content begins at i in one pass, if it
// is ASCII, not empty and without \u escapes, and if there is room for it. It
// returns the position behind it; otherwise 0.
func (d *decoder) escapedString(p mem.Ptr, i int) int {
	in := d.In
	room, start := d.held.Room()
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
			*p.String() = d.held.Cut(at - start)
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
