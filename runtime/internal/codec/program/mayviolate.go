package program

import (
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
)

// What a struct encodes to satisfies most of a schema because of how structs are
// encoded: a string field gives a string, a required member is written. What
// does not suffice for is marked: a message with such a value is validated before
// it is sent, and any other is not.

// markMayViolate finds the places of a schema where a value of the field's kind may
// violate it.
func (n *Node) markMayViolate(seen map[*Node]bool) {
	if seen[n] {
		return
	}
	seen[n] = true
	if n.Schema != nil {
		n.MayViolate = true // and what is below belongs to no program
		return
	}
	n.MayViolate = n.Checks.strict() || n.Kind.Types()&^jsontext.TypeInteger&^n.Types != 0 || n.Tuple != nil
	if n.Elem != nil {
		n.Elem.markMayViolate(seen)
		n.MayViolate = n.MayViolate || n.Elem.MayViolate
	}
	if n.Object != nil {
		n.Object.markMayViolate(seen)
		n.MayViolate = n.MayViolate || n.Object.requiresUndeclared || n.Object.Patterns != nil || n.Object.Additional != nil
	}
}

func (o *Object) markMayViolate(seen map[*Node]bool) {
	for i := range o.Members[:o.Len()] {
		r := &o.Members[i]
		if r.Flags&NotInEvent != 0 {
			// Nodes outside of the schema belong to no program; only closing
			// the object can make their values wrong.
			if o.Closed || o.Patterns != nil || o.Additional != nil {
				r.Flags |= MayViolate
			}
			continue
		}
		if r.Node.markMayViolate(seen); r.Node.MayViolate {
			r.Flags |= MayViolate
		}
	}
}

// strict reports whether something in c makes a value wrong, rather than worth
// a warning.
func (c *Checks) strict() bool {
	return c != nil && (c.Enum != nil || c.Pattern != nil || c.Format != "" ||
		c.MinLength > 0 || c.MaxLength >= 0 || c.MinItems > 0 || c.MaxItems >= 0 ||
		c.MinProperties > 0 || c.MaxProperties >= 0 || c.Unique ||
		c.Minimum != nil || c.Maximum != nil || c.MultipleOf != nil)
}
