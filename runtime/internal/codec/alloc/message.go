package alloc

import (
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// MaxChunk is how much memory for text is taken at once, unless one text needs
// more. A program that keeps one text of a message keeps the chunk that it is in.
const MaxChunk = 48 << 10

// Message is the memory of one message while it is decoded.
type Message struct {
	Held      mem.Text              // texts are cut from it
	chunk     int                   // how many bytes of text to expect
	slabs     []*Slab               // by the number of the slice type
	touched   []int                 // slice types that the message has
	preserved []preserved.Preserved // what objects preserve is cut from it
	preserves int                   // objects that preserve something
	learned   *Learned              // what to expect; nil for nothing
	groups    *groups               // that slabs may lie in; nil for none
	taken     uint8                 // which groups the message has, by bit
}

// Begin prepares m for a message of size bytes.
func (m *Message) Begin(l *Learned, size int) {
	m.learned, m.chunk, m.groups = l, l.text.expect(size), l.groups.Load()
}

// BeginPart prepares m for a part of a message, in which so many bytes of text
// are expected.
func (m *Message) BeginPart(l *Learned, text int) { m.learned, m.chunk = l, text }

// Learn notes what the message needed, which had size bytes. If it is a sample,
// groups are learned from it, too.
func (m *Message) Learn(size int, sample bool) {
	l := m.learned
	l.text.learn(m.Held.Len(), size)
	l.preserved.learn(m.preserves)
	m.LearnPart()
	if sample {
		l.learnGroups(m.touched)
	}
}

// LearnPart notes what elements the part of a message needed.
func (m *Message) LearnPart() {
	for _, id := range m.touched {
		if id < len(m.learned.sizes) {
			m.learned.sizes[id].learn(m.slabs[id].total)
		}
	}
}

// Reset forgets everything that belongs to the message now. It keeps what the
// next message can use.
func (m *Message) Reset() {
	m.dropGroups()
	for _, id := range m.touched {
		s := m.slabs[id]
		s.slice.Drop(s.at)
		s.used, s.total, s.inUse, s.busy = 0, 0, false, false
	}
	*m = Message{slabs: m.slabs, touched: m.touched[:0]}
}

// Hold returns a copy of s that belongs to the message. All texts of a message
// share few allocations. The input is not among them: a caller may reuse it, and
// names and punctuation take no memory.
func (m *Message) Hold(s string) string { return m.Held.Copy(s, m.nextChunk()) }

// HoldBytes is Hold of bytes.
func (m *Message) HoldBytes(b []byte) string { return m.Held.CopyBytes(b, m.nextChunk()) }

// nextChunk is the size of the next chunk: what is expected at first, and less
// when that was not enough.
func (m *Message) nextChunk() int {
	return min(max(m.chunk-m.Held.Len(), m.chunk/4, 64), MaxChunk)
}

// Preserve returns what the struct at p preserves.
func (m *Message) Preserve(p mem.Ptr) *preserved.Preserved {
	at := preserved.Of(p)
	if *at == nil {
		if len(m.preserved) == cap(m.preserved) {
			capacity := max(m.learned.preserved.expect()-m.preserves, m.preserves, 1) // what is expected, or as many again
			m.preserved = make([]preserved.Preserved, 0, min(capacity, 512))
		}
		m.preserves++
		m.preserved = m.preserved[:len(m.preserved)+1]
		*at = &m.preserved[len(m.preserved)-1]
	}
	return *at
}
