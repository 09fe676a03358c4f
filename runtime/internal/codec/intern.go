package codec

import (
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
)

// Equal nodes are shared. A message has the same provider at a dozen places,
// and a program that stays small stays in the cache and costs the garbage
// collector little.

// intern returns an equal node that was compiled before, or n.
func (c *compiler) intern(n *node) *node {
	key := n.key()
	if c.interned == nil {
		c.interned = make(map[string]*node)
	}
	if same, ok := c.interned[key]; ok {
		return same
	}
	c.interned[key] = n
	return n
}

// key is equal for equal nodes. Children are interned first, so their
// addresses stand for them.
func (n *node) key() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %d %v %s %p %p %p %t %t", n.kind, n.types, n.goType, n.checks.key(), n.elem, n.tuple, n.schema, n.retired, n.required)
	if o := n.object; o != nil {
		fmt.Fprintf(&b, " {%d %v %q %t %p %p %t", o.required, o.requiredMore, o.foreign, o.closed, o.additional, o.patterns, o.plain)
		for i, name := range o.names {
			fmt.Fprintf(&b, " %q %d %d %p", name, o.fields[i], o.rows[i].flags, o.rows[i].node)
		}
		b.WriteByte('}')
	}
	return b.String()
}

// key is equal for equal checks. Texts are quoted, so that it shows where each
// of them ends.
func (c *checks) key() string {
	if c == nil {
		return "-"
	}
	rest := *c
	rest.values, rest.enum, rest.format = nil, nil, ""
	return fmt.Sprintf("%t %q %t %q %q %v", c.values == nil, c.values, c.enum == nil, c.enum, c.format, rest)
}

// plainNodes are the nodes of types outside of any event's schema.
var plainNodes sync.Map // reflect.Type → *node

// plainNode returns the node of type t for which no type is wrong and nothing
// is required.
func plainNode(t reflect.Type, classify Classify) *node {
	if n, ok := plainNodes.Load(t); ok {
		return n.(*node)
	}
	c := &compiler{classify: classify, lenient: true}
	shared, _ := plainNodes.LoadOrStore(t, c.compile(t, "", jsontext.AnyType, false))
	return shared.(*node)
}
