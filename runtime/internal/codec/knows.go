package codec

import "github.com/redoxgen/redoxgen/runtime/internal/codec/report"

// Knows reports whether the schema names a member of the object that the steps
// lead to.
func (n *node) Knows(steps []report.Step, name string) bool {
	for _, s := range steps {
		if n = n.below(s); n == nil {
			return false
		}
	}
	o := n.shape().object
	return o != nil && o.lookup(name) >= 0
}

// below returns the node that the step leads to; nil if the schema names none.
func (n *node) below(s report.Step) *node {
	n = n.shape()
	switch {
	case s.Index < 0 && n.object != nil:
		if i := n.object.lookup(s.Name); i >= 0 {
			return n.object.rows[i].node
		}
		return n.object.additional
	case s.Index < 0:
		return nil
	case n.tuple != nil && s.Index < len(n.tuple.items):
		return n.tuple.items[s.Index]
	case n.tuple != nil:
		return n.tuple.rest
	default:
		return n.elem
	}
}

// shape is n, or the schema that it is held to where its Go type says nothing.
func (n *node) shape() *node {
	if n.schema != nil && n.object == nil && n.elem == nil {
		return n.schema
	}
	return n
}
