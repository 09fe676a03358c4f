package codec

import (
	"bytes"
	"encoding/json"

	"github.com/redoxgen/redoxgen/runtime/redox/internal/mem"
)

// Redact returns a message as indented JSON in which the name of its kind
// stands for every value.
func Redact(data []byte) string {
	var w redactor
	w.d.in = mem.NewInput(data)
	w.value(w.d.start())
	if w.d.reason != "" {
		return ""
	}
	var b bytes.Buffer
	if json.Indent(&b, w.out, "", "  ") != nil {
		return ""
	}
	return b.String()
}

// redactor copies the structure of a message without its values.
type redactor struct {
	d   decoder
	out []byte
}

func (w *redactor) value(i int) int {
	c := w.d.in.At(i)
	switch c {
	case '{', '[':
		w.out = append(w.out, c)
		i = w.d.space(i + 1)
		for w.d.reason == "" && w.d.in.At(i) != c+2 {
			if c == '{' {
				value := w.d.name(i)
				end, _ := w.d.str(i)
				w.out = append(append(w.out, w.d.in.Text(i, end)...), ':')
				i = value
			}
			i = w.d.space(w.value(i))
			if w.d.in.At(i) == ',' {
				w.out = append(w.out, ',')
				i = w.d.space(i + 1)
			}
		}
		w.out = append(w.out, c+2)
		return i + 1
	case 'n':
		w.out = append(w.out, "null"...)
	default:
		w.out = append(w.out, '"')
		w.out = append(w.out, typeOf(c).String()...)
		w.out = append(w.out, '"')
	}
	return w.d.skip(i)
}
