package decode

import (
	"github.com/redoxgen/redoxgen/runtime/internal/codec/alloc"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// memberText is how much text a member such as Meta has at most, as a rule.
const memberText = 512

// Section decodes the outermost member called name of the object in data into the
// struct at dst, which must be new, and checks the rest for syntax only. Of several
// members of that name the last counts; one that is not an object leaves the struct
// zero. The error is for data that is not an object; dst is undefined then.
func Section(p *program.Program, data []byte, name string, dst mem.Ptr) error {
	d := newDecoder(data)
	defer d.release()
	d.stores = true
	err := d.section(p, name, dst)
	if d.exceeded {
		return d.revalidate(func(v *decoder) error { return v.section(p, name, mem.Ptr{}) })
	}
	if err == nil {
		d.LearnPart()
	}
	return err
}

// section is Section without what follows from an exceeded limit.
func (d *decoder) section(p *program.Program, name string, dst mem.Ptr) error {
	data := d.src
	d.BeginPart(p.Learned, min(len(data)/2, memberText))
	buf := alloc.TakeBuffer()
	defer alloc.ReturnBuffer(buf)
	*buf = append((*buf)[:0], data...)
	d.In, *buf = mem.Borrow(*buf)

	i := d.StartObject()
	if d.Reason != "" {
		return d.err(program.AnyNode)
	}
	d.Depth = 1 // of the members
	i = d.SkipSpace(i + 1)
	if c := d.In.At(i); c != '"' && c != '}' {
		d.Fail(i, "member name expected")
	}
	for d.In.At(i) == '"' && d.Reason == "" {
		end, flags := d.SkipString(i)
		match := d.Reason == "" && d.Unquote(i, end, flags) == name
		i = d.SkipColon(end)
		if match {
			i = d.again(p.Root, dst, i)
		} else {
			i = d.SkipValue(i)
		}
		if i = d.SkipSpace(i); d.In.At(i) != ',' {
			break
		}
		if i = d.SkipSpace(i + 1); d.In.At(i) != '"' {
			d.Fail(i, "member name expected")
		}
	}
	if d.In.At(i) != '}' {
		d.Fail(i, "comma or } expected")
	} else {
		d.End(i + 1)
	}
	return d.err(program.AnyNode)
}

// again decodes the value at i into p, where an earlier member of the same name
// may have been decoded.
func (d *decoder) again(n *program.Node, p mem.Ptr, i int) int {
	if !p.IsNil() {
		n.Type.SetZero(p)
	}
	if d.In.At(i) != '{' {
		return d.SkipValue(i)
	}
	end, _ := d.value(n, p, i)
	return end
}
