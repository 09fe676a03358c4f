package program

import (
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
)

// intern returns an equal node that was compiled before, or n. A message has a
// provider at a dozen paths; a program that shares what is equal stays in the
// cache, and costs the garbage collector little.
func (c *compiler) intern(n *Node) *Node {
	key := n.key()
	if c.interned == nil {
		c.interned = make(map[string]*Node)
	}
	if same, ok := c.interned[key]; ok {
		return same
	}
	c.interned[key] = n
	return n
}

// key is equal for equal nodes. Children are interned first, so their
// addresses stand for them.
func (n *Node) key() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %d %v %s %p %p %p %t %t", n.Kind, n.Types, n.goType, n.Checks.key(), n.Elem, n.Tuple, n.Schema, n.retired, n.Required)
	if o := n.Object; o != nil {
		fmt.Fprintf(&b, " {%d %v %q %t %p %p %t", o.Required, o.RequiredMore, o.UndeclaredRequired, o.Closed, o.Additional, o.Patterns, o.Lenient)
		for i, name := range o.Names {
			fmt.Fprintf(&b, " %q %d %d %p", name, o.Fields[i], o.Members[i].Flags, o.Members[i].Node)
		}
		b.WriteByte('}')
	}
	return b.String()
}

// key is equal for equal checks. Texts are quoted, so that it shows where each
// of them ends.
func (c *Checks) key() string {
	if c == nil {
		return "-"
	}
	rest := *c
	rest.Values, rest.Enum, rest.Format = nil, nil, ""
	return fmt.Sprintf("%t %q %t %q %q %v", c.Values == nil, c.Values, c.Enum == nil, c.Enum, c.Format, rest)
}

// plainNodes are the nodes of types outside of any event.
var plainNodes sync.Map // reflect.Type → *Node

// plainNode returns the node of type t for which no type is wrong and nothing
// is required.
func plainNode(t reflect.Type) *Node {
	if n, ok := plainNodes.Load(t); ok {
		return n.(*Node)
	}
	c := &compiler{lenient: true}
	shared, _ := plainNodes.LoadOrStore(t, c.compile(t, "", jsontext.AnyType, false))
	return shared.(*Node)
}
