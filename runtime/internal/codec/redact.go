package codec

import "github.com/redoxgen/redoxgen/runtime/internal/mem"

// Redact shows so many levels of a message, and stops after so many bytes: what
// is deeper than any schema or longer than anybody reads is not written out,
// since indentation would make of a small message a very large text.
const (
	maxRedactDepth = 32
	maxRedactBytes = 4 << 20
)

// Redact returns a message as indented JSON in which the name of its kind
// stands for every value.
func Redact(data []byte) string {
	var w redactor
	w.d.in = mem.NewInput(data)
	w.value(w.d.start(), 0)
	if w.d.reason != "" {
		return ""
	}
	return string(w.out)
}

// redactor copies the structure of a message without its values.
type redactor struct {
	d   decoder
	out []byte
}

// value writes the value at i, which is in depth others, and returns the
// position behind it.
func (w *redactor) value(i, depth int) int {
	switch c := w.d.in.At(i); {
	case (c == '{' || c == '[') && depth < maxRedactDepth:
		return w.nested(i, depth)
	case c == 'n':
		w.out = append(w.out, "null"...)
	default:
		w.word(typeOf(c).String())
	}
	return w.d.skip(i)
}

func (w *redactor) word(s string) { w.out = append(append(append(w.out, '"'), s...), '"') }

// nested is value for an object or array.
func (w *redactor) nested(start, depth int) int {
	c := w.d.in.At(start)
	w.out = append(w.out, c)
	i := w.d.space(start + 1)
	if w.d.in.At(i) == c+2 { // } is two behind {, and ] two behind [
		w.out = append(w.out, c+2)
		return i + 1
	}
	for w.d.reason == "" {
		w.line(depth + 1)
		if len(w.out) > maxRedactBytes {
			w.word("…")
			if c == '{' {
				w.out = append(w.out, `: "and more"`...)
			}
			i = w.d.skip(start) - 1
			break
		}
		if c == '{' {
			value := w.d.name(i)
			end, flags := w.d.str(i)
			w.name(i, end, flags)
			i = value
		}
		if i = w.d.space(w.value(i, depth+1)); w.d.in.At(i) != ',' {
			break
		}
		w.out = append(w.out, ',')
		i = w.d.space(i + 1)
	}
	w.line(depth)
	w.out = append(w.out, c+2)
	return i + 1
}

// name writes the name of a member between i and end.
func (w *redactor) name(i, end int, flags stringFlags) {
	name := w.d.text(i, end, flags)
	if !showable(name) {
		name = nameWithheld
	}
	w.word(name)
	w.out = append(w.out, ": "...)
}

// line begins a line in so many values.
func (w *redactor) line(depth int) {
	w.out = append(w.out, '\n')
	for range depth {
		w.out = append(w.out, "  "...)
	}
}
