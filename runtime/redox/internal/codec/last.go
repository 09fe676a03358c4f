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
}

type span struct{ from, to int }

// piece says that the output from out on came from the input from in on.
type piece struct{ out, in int }

// write copies the text.
func (w *lastWriter) write() {
	w.value(w.d.space(0))
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
	var names nameSet
	var last []span
	i = w.d.space(i + 1)
	for w.d.in.At(i) == '"' {
		end, flags := w.d.str(i)
		member := span{from: i}
		n, again := names.add(w.d.text(i, end, flags))
		if again {
			w.replaced = append(w.replaced, last[n])
		}
		if i = w.d.space(w.value(w.d.colon(end))); w.d.in.At(i) == ',' {
			i = w.d.space(i + 1)
		}
		member.to = i
		if again {
			last[n] = member
		} else {
			last = append(last, member)
		}
	}
	return i + 1
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
