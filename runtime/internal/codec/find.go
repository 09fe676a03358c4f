package codec

import "github.com/redoxgen/redoxgen/runtime/internal/mem"

// memberText is how much text to expect in a member such as Meta, however large
// the message.
const memberText = 512

// DecodeMember decodes one top-level member of the object in data into the
// struct at dst, which must be new, and checks the rest for syntax only. Of
// several members of that name the last counts; one that is no object leaves
// the struct zero. The error is for data that is not an object; dst is undefined
// then.
func (p *Program) DecodeMember(data []byte, name string, dst mem.Ptr) error {
	d := newDecoder(data)
	defer d.release()
	d.stores = true
	err := d.decodeMember(p, name, dst)
	if d.exceeded {
		return d.judge(func(v *decoder) error { return v.decodeMember(p, name, mem.Ptr{}) })
	}
	if err == nil {
		p.elements.learn(d)
	}
	return err
}

func (d *decoder) decodeMember(p *Program, name string, dst mem.Ptr) error {
	data := d.src
	d.chunk, d.expected = min(len(data)/2, memberText), p.elements
	buf := buffers.Get().(*[]byte)
	defer putBuffer(buf)
	*buf = append((*buf)[:0], data...)
	d.in, *buf = mem.Borrow(*buf)

	i := d.start()
	if d.in.At(i) != '{' {
		return d.document(anyNode, mem.Ptr{})
	}
	d.depth = 1 // of the members
	i = d.space(i + 1)
	if c := d.in.At(i); c != '"' && c != '}' {
		d.fail(i, "member name expected")
	}
	for d.in.At(i) == '"' && d.reason == "" {
		end, flags := d.str(i)
		match := d.reason == "" && d.text(i, end, flags) == name
		i = d.colon(end)
		if match {
			i = d.again(p.root, dst, i)
		} else {
			i = d.skip(i)
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
	return d.err()
}

// again decodes the value at i into p, which may hold an earlier one.
func (d *decoder) again(n *node, p mem.Ptr, i int) int {
	if !p.IsNil() {
		n.typ.SetZero(p)
	}
	if d.in.At(i) != '{' {
		return d.skip(i)
	}
	end, _ := d.value(n, p, i)
	return end
}
