package convert

import (
	"github.com/redoxgen/redoxgen/internal/fieldpath"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

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
	w.In = mem.NewInput(data)
	start := w.Start()
	if w.SkipValue(start); w.Reason != "" {
		return ""
	}
	w.value(start, 0)
	return string(w.out)
}

// redactor copies the structure of a message without its values.
type redactor struct {
	jsontext.Scanner
	out []byte
}

// value writes the value at i, which is in depth others, and returns the
// position behind it.
func (w *redactor) value(i, depth int) int {
	switch c := w.In.At(i); {
	case (c == '{' || c == '[') && depth < maxRedactDepth:
		return w.nested(i, depth)
	case c == 'n':
		w.out = append(w.out, "null"...)
	default:
		w.word(jsontext.TypeOf(c).String())
	}
	return w.SkipValue(i)
}

func (w *redactor) word(s string) { w.out = append(append(append(w.out, '"'), s...), '"') }

// nested is value for an object or array.
func (w *redactor) nested(start, depth int) int {
	open := w.In.At(start)
	w.out = append(w.out, open)
	begin, end := len(w.out), 0
	if open == '{' {
		end = w.EachMember(start, func(name string, _, value int) int {
			if !w.begin(begin, depth+1) {
				w.out = append(w.out, `: "and more"`...)
				return -1
			}
			w.name(name)
			return w.value(value, depth+1)
		})
	} else {
		end = w.EachElement(start, func(_, value int) int {
			if !w.begin(begin, depth+1) {
				return -1
			}
			return w.value(value, depth+1)
		})
	}
	if len(w.out) > begin {
		w.line(depth)
	}
	w.out = append(w.out, open+2) // } is two behind {, and ] two behind [
	if end < 0 {
		return w.SkipValue(start)
	}
	return end
}

// begin begins the line of a member or an element of what was opened before
// first. It reports false, and writes an ellipsis, if too much is written.
func (w *redactor) begin(first, depth int) bool {
	if len(w.out) > first {
		w.out = append(w.out, ',')
	}
	w.line(depth)
	if len(w.out) > maxRedactBytes {
		w.word("…")
		return false
	}
	return true
}

// name writes the name of a member.
func (w *redactor) name(name string) {
	if !report.IsShown(name) {
		name = fieldpath.Withheld
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
