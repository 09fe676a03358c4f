package program

import "github.com/redoxgen/redoxgen/runtime/internal/codec/report"

// Knows reports whether the schema names a member of the object that the steps
// lead to.
func (n *Node) Knows(steps []report.Step, name string) bool {
	for _, s := range steps {
		if n = n.below(s); n == nil {
			return false
		}
	}
	o := n.shape().Object
	return o != nil && o.Lookup(name) >= 0
}

// below returns the node that the step leads to; nil if the schema names none.
func (n *Node) below(s report.Step) *Node {
	n = n.shape()
	switch {
	case s.Index < 0 && n.Object != nil:
		if i := n.Object.Lookup(s.Name); i >= 0 {
			return n.Object.Members[i].Node
		}
		return n.Object.Additional
	case s.Index < 0:
		return nil
	case n.Tuple != nil && s.Index < len(n.Tuple.Items):
		return n.Tuple.Items[s.Index]
	case n.Tuple != nil:
		return n.Tuple.Rest
	default:
		return n.Elem
	}
}

// shape returns n, or its Schema if the Go type has no members or elements.
func (n *Node) shape() *Node {
	if n.Schema != nil && n.Object == nil && n.Elem == nil {
		return n.Schema
	}
	return n
}
