package jsontext

import (
	"sort"

	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Stripped is a JSON text without the members that a later one of the same name
// replaces. It knows where each piece of it came from.
type Stripped struct {
	Text   []byte
	pieces []piece
}

type span struct{ from, to int }

// piece says that the text from out on came from the document from in on.
type piece struct{ out, in int }

// StripDuplicates strips data, a JSON document with about so many members that
// are replaced. It walks data once, however deep members are replaced within
// replaced ones.
func StripDuplicates(data []byte, count int) *Stripped {
	w := duplicates{replaced: make([]span, 0, count)}
	w.In = mem.NewInput(data)
	w.value(w.Start())
	sort.Slice(w.replaced, func(i, j int) bool { return w.replaced[i].from < w.replaced[j].from })
	s := &Stripped{Text: make([]byte, 0, len(data)), pieces: make([]piece, 0, len(w.replaced)+1)}
	at := 0
	for _, r := range w.replaced {
		if r.from > at {
			s.copy(w.In, at, r.from)
		}
		at = max(at, r.to)
	}
	s.copy(w.In, at, w.In.Len())
	return s
}

func (s *Stripped) copy(in mem.Input, from, to int) {
	s.pieces = append(s.pieces, piece{out: len(s.Text), in: from})
	s.Text = append(s.Text, in.Text(from, to)...)
}

// Origin returns the position in the document of a position in the text.
func (s *Stripped) Origin(out int) int {
	n := sort.Search(len(s.pieces), func(i int) bool { return s.pieces[i].out > out })
	p := s.pieces[n-1]
	return p.in + out - p.out
}

// Positions returns the positions in the text of those positions in the document
// that are left. Both are in ascending order.
func (s *Stripped) Positions(in []int) (out []int) {
	for _, at := range in {
		n := sort.Search(len(s.pieces), func(i int) bool { return s.pieces[i].in > at })
		if n == 0 {
			continue
		}
		end := len(s.Text)
		if n < len(s.pieces) {
			end = s.pieces[n].out
		}
		if p := s.pieces[n-1]; at-p.in+p.out < end {
			out = append(out, at-p.in+p.out)
		}
	}
	return out
}

// duplicates finds the members that a later one replaces.
type duplicates struct {
	Scanner
	replaced []span // of the document: a member and the comma behind it
	spare    []*objectSpans
}

// objectSpans are the names of an object's members, and where the last of each
// is. Objects that follow each other use the same memory.
type objectSpans struct {
	names NameSet
	spans []span
}

// value walks the value at i and returns the position behind it.
func (w *duplicates) value(i int) int {
	switch w.In.At(i) {
	case '{':
		return w.object(i)
	case '[':
		return w.EachElement(i, func(_, value int) int { return w.value(value) })
	default:
		return w.SkipValue(i)
	}
}

func (w *duplicates) object(i int) int {
	m, before := w.take(), -1
	end := w.EachMember(i, func(name string, at, value int) int {
		if before >= 0 {
			m.spans[before].to = at
		}
		read, left := at-i, w.In.Len()-at
		index, again := m.names.Add(name, read, left)
		if again {
			w.replaced = append(w.replaced, m.spans[index])
		} else {
			m.spans = append(Room(m.spans, read, left), span{})
		}
		m.spans[index].from, before = at, index
		return w.value(value)
	})
	m.names.Reset()
	m.spans = m.spans[:0]
	w.spare = append(w.spare, m)
	return end
}

func (w *duplicates) take() *objectSpans {
	n := len(w.spare)
	if n == 0 {
		return new(objectSpans)
	}
	m := w.spare[n-1]
	w.spare = w.spare[:n-1]
	return m
}
