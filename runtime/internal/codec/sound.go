package codec

import (
	"unicode/utf8"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// What a struct encodes to satisfies most of a schema because of how structs
// are encoded: a string field gives a string, a required member is written.
// The encoder notes where that does not suffice. A message without such a
// place needs no validation before it is sent; any other is validated. Text
// that is not UTF-8 is such a place, too: that of a field would not be sent as
// the field says it, and what was kept as it came would be no JSON.

// AppendValid is Append, and Validate of what was appended if that may violate
// the schema.
func (p *Program) AppendValid(dst []byte, src mem.Ptr) ([]byte, report.Findings, error) {
	e := encoder{buf: dst}
	e.root(p.root, src)
	written := e.buf[len(dst):]
	if e.doubt == 0 && e.replaced == nil && e.invalid == nil && (!e.copied || utf8.Valid(written)) {
		return e.buf, report.Findings{}, nil
	}
	for i := range e.replaced {
		e.replaced[i] -= len(dst)
	}
	for i := range e.invalid {
		e.invalid[i].at -= len(dst)
	}
	d := newDecoder(written)
	defer d.release()
	d.limitTo(unlimited)
	d.outgoing, d.replaced, d.invalid = true, e.replaced, e.invalid
	found, err := d.run(p.root, mem.Ptr{})
	return e.buf, found, err
}

// markDoubts finds the places of a schema where a value of the field's kind may
// violate it.
func (n *node) markDoubts(seen map[*node]bool) {
	if seen[n] {
		return
	}
	seen[n] = true
	if n.schema != nil {
		n.doubt = true // and what is below belongs to no program
		return
	}
	n.doubt = n.checks.strict() || n.types&n.kind.written() == 0 || n.tuple != nil
	if n.elem != nil {
		n.elem.markDoubts(seen)
		n.doubt = n.doubt || n.elem.doubt
	}
	if n.object != nil {
		n.object.markDoubts(seen)
		n.doubt = n.doubt || n.object.alien || n.object.patterns != nil || n.object.additional != nil
	}
}

func (o *object) markDoubts(seen map[*node]bool) {
	for i := range o.rows[:o.len()] {
		r := &o.rows[i]
		if r.flags&rowNotCarried != 0 {
			// Nodes outside of the schema belong to no program; only closing
			// the object can make their values wrong.
			if o.closed || o.patterns != nil || o.additional != nil {
				r.flags |= rowDoubt
			}
			continue
		}
		if r.node.markDoubts(seen); r.node.doubt {
			r.flags |= rowDoubt
		}
	}
}

// written is the type of what a value of the kind is written as.
func (k Kind) written() jsontext.Types {
	switch k {
	case KindString, KindDate:
		return jsontext.TypeString
	case KindNumber:
		return jsontext.TypeNumber
	case KindBool:
		return jsontext.TypeBoolean
	case KindObject:
		return jsontext.TypeObject
	case KindSlice:
		return jsontext.TypeArray
	default:
		return jsontext.AnyType
	}
}

// strict reports whether something in c makes a value wrong, rather than worth
// a warning.
func (c *checks) strict() bool {
	return c != nil && (c.enum != nil || c.pattern != nil || c.format != "" ||
		c.minLength > 0 || c.maxLength >= 0 || c.minItems > 0 || c.maxItems >= 0 ||
		c.minProperties > 0 || c.maxProperties >= 0 || c.unique ||
		c.minimum != nil || c.maximum != nil || c.multipleOf != nil)
}
