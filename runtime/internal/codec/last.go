package codec

import "sort"

// lastWriter copies JSON text without the members that a later one of the same
// name replaces, and knows where each piece came from. It walks the text once,
// however deep members are replaced within replaced ones.
type lastWriter struct {
	d        decoder
	replaced []span // of the input: a member and the comma behind it
	out      []byte
	pieces   []piece
	spare    []*lastMembers
}

// lastMembers are the names of an object's members, and where the last of each
// is. Objects that follow each other use the same memory.
type lastMembers struct {
	rest  *moreMembers
	spans []span
}

type span struct{ from, to int }

// piece says that the output from out on came from the input from in on.
type piece struct{ out, in int }

// write copies the text.
func (w *lastWriter) write() {
	w.value(w.d.start())
	w.out, w.pieces = make([]byte, 0, w.d.in.Len()), make([]piece, 0, len(w.replaced)+1)
	sort.Slice(w.replaced, func(i, j int) bool { return w.replaced[i].from < w.replaced[j].from })
	at := 0
	for _, s := range w.replaced {
		if s.from > at {
			w.copy(at, s.from)
		}
		at = max(at, s.to)
	}
	w.copy(at, w.d.in.Len())
}

func (w *lastWriter) copy(from, to int) {
	w.pieces = append(w.pieces, piece{out: len(w.out), in: from})
	w.out = append(w.out, w.d.in.Text(from, to)...)
}

// origin returns the position in the input of a position in the output.
func (w *lastWriter) origin(out int) int {
	n := sort.Search(len(w.pieces), func(i int) bool { return w.pieces[i].out > out })
	p := w.pieces[n-1]
	return p.in + out - p.out
}

// outputs returns the positions in the output of those positions in the input
// that were copied. Both are in ascending order.
func (w *lastWriter) outputs(in []int) (out []int) {
	for _, at := range in {
		n := sort.Search(len(w.pieces), func(i int) bool { return w.pieces[i].in > at })
		if n == 0 {
			continue
		}
		end := len(w.out)
		if n < len(w.pieces) {
			end = w.pieces[n].out
		}
		if p := w.pieces[n-1]; at-p.in+p.out < end {
			out = append(out, at-p.in+p.out)
		}
	}
	return out
}

// value walks the value at i and returns the position behind it.
func (w *lastWriter) value(i int) int {
	switch w.d.in.At(i) {
	case '{':
		return w.object(i)
	case '[':
		return w.array(i)
	default:
		return w.d.skip(i)
	}
}

func (w *lastWriter) object(i int) int {
	m := w.members()
	i = w.d.space(i + 1)
	for w.d.in.At(i) == '"' {
		end, flags := w.d.str(i)
		member := span{from: i}
		n, again := m.rest.others.add(w.d.text(i, end, flags))
		if again {
			w.replaced = append(w.replaced, m.spans[n])
		}
		if i = w.d.space(w.value(w.d.colon(end))); w.d.in.At(i) == ',' {
			i = w.d.space(i + 1)
		}
		member.to = i
		if again {
			m.spans[n] = member
		} else {
			m.spans = append(m.spans, member)
		}
	}
	w.d.putBack(m.rest)
	m.spans = m.spans[:0]
	w.spare = append(w.spare, m)
	return i + 1
}

func (w *lastWriter) members() *lastMembers {
	m := new(lastMembers)
	if n := len(w.spare); n > 0 {
		m, w.spare = w.spare[n-1], w.spare[:n-1]
	}
	m.rest = w.d.take()
	return m
}

func (w *lastWriter) array(i int) int {
	i = w.d.space(i + 1)
	for w.d.in.At(i) != ']' {
		if i = w.d.space(w.value(i)); w.d.in.At(i) == ',' {
			i = w.d.space(i + 1)
		}
	}
	return i + 1
}
