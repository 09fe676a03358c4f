package codec

import "github.com/redoxgen/redoxgen/runtime/redox/internal/mem"

// FindMember returns the value of a top-level member of the object in data, nil if
// there is none; of several, the last. The error is for data that is not an
// object.
func FindMember(data []byte, name string) ([]byte, error) {
	d := newDecoder(data)
	defer d.release()
	buf := buffers.Get().(*[]byte)
	defer putBuffer(buf)
	*buf = append((*buf)[:0], data...)
	d.in, *buf = mem.Borrow(*buf)

	i := d.space(0)
	if d.in.At(i) != '{' {
		return nil, d.document(anyNode, mem.Ptr{})
	}
	var found []byte
	i = d.space(i + 1)
	for d.in.At(i) == '"' && d.reason == "" {
		end, flags := d.str(i)
		match := d.reason == "" && d.text(i, end, flags) == name
		value := d.colon(end)
		i = d.skip(value)
		if match && d.reason == "" {
			found = data[value:i]
		}
		if i = d.space(i); d.in.At(i) != ',' {
			break
		}
		if i = d.space(i + 1); d.in.At(i) != '"' {
			d.fail(i, "member name expected")
		}
	}
	if d.in.At(i) != '}' {
		d.fail(i, "comma or } expected")
	} else if i = d.space(i + 1); i != d.in.Len() {
		d.fail(i, "end of input expected")
	}
	if d.reason != "" {
		return nil, syntaxError(data, d.failedAt, d.reason)
	}
	return found, nil
}
