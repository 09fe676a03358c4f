package program

import "github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"

// What a struct is encoded to satisfies most of a schema by itself: a string field
// becomes a string, and a required member is written. Where that does not suffice,
// nodes and members are marked. A message with a marked value is validated before
// it is sent; any other needs no validation.

// markMayViolate marks n, and what is below it, where a value of the field's kind
// may violate the schema.
func (n *Node) markMayViolate(seen map[*Node]bool) {
	if seen[n] {
		return
	}
	seen[n] = true
	if n.Schema != nil {
		n.MayViolate = true // what is below is not encoded by it
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
		m := &o.Members[i]
		if m.Flags&NotInEvent != 0 {
			// Its node is outside of the schema, which can only forbid it, or
			// say what such members are.
			if o.Closed || o.Patterns != nil || o.Additional != nil {
				m.Flags |= MayViolate
			}
			continue
		}
		if m.Node.markMayViolate(seen); m.Node.MayViolate {
			m.Flags |= MayViolate
		}
	}
}

// strict reports whether a check of c leads to errors, and not to warnings alone.
func (c *Checks) strict() bool {
	return c != nil && (c.Enum != nil || c.Pattern != nil || c.Format != "" ||
		c.MinLength > 0 || c.MaxLength >= 0 || c.MinItems > 0 || c.MaxItems >= 0 ||
		c.MinProperties > 0 || c.MaxProperties >= 0 || c.Unique ||
		c.Minimum != nil || c.Maximum != nil || c.MultipleOf != nil)
}
