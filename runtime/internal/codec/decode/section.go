package decode

import (
	"github.com/redoxgen/redoxgen/runtime/internal/codec/alloc"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
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

// Names calls found with what Meta.DataModel and Meta.EventType say in a message that
// begins with Meta, as far as they can be seen at once: within the first namesWithin
// bytes, which are not checked. Otherwise they are empty. Both are valid until found
// returns.
func Names(data []byte, found func(dataModel, eventType string)) {
	buf := alloc.TakeBuffer()
	defer alloc.ReturnBuffer(buf)
	*buf = append((*buf)[:0], data[:min(len(data), namesWithin)]...)
	var s jsontext.Scanner
	s.In, *buf = mem.Borrow(*buf)
	found(names(&s))
}

// names is Names of the text of s.
func names(s *jsontext.Scanner) (dataModel, eventType string) {
	name, i := memberAt(s, s.SkipSpace(s.StartObject()+1))
	if s.Reason != "" || name != "Meta" || s.In.At(i) != '{' {
		return "", ""
	}
	for i = s.SkipSpace(i + 1); dataModel == "" || eventType == ""; {
		name, i = memberAt(s, i)
		end := s.SkipValue(i)
		if s.Reason != "" {
			break
		}
		switch {
		case s.In.At(i) != '"':
		case name == "DataModel":
			dataModel = textAt(s, i)
		case name == "EventType":
			eventType = textAt(s, i)
		}
		if i = s.SkipSpace(end); s.In.At(i) != ',' {
			break
		}
		i = s.SkipSpace(i + 1)
	}
	return dataModel, eventType
}

const namesWithin = 512

// memberAt returns the name of the member at i, and where its value begins.
func memberAt(s *jsontext.Scanner, i int) (name string, value int) {
	if s.In.At(i) != '"' {
		return "", s.Fail(i, "member name expected")
	}
	name = textAt(s, i)
	end, _ := s.SkipString(i)
	return name, s.SkipColon(end)
}

// textAt returns the string at i, "" if it does not end.
func textAt(s *jsontext.Scanner, i int) string {
	end, flags := s.SkipString(i)
	if s.Reason != "" {
		return ""
	}
	return s.Unquote(i, end, flags)
}
