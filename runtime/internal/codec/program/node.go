package program

import (
	"reflect"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Node says what the schema allows for a value, and which Go value takes it.
type Node struct {
	Kind    Kind
	Types   jsontext.Types
	Checks  *Checks // nil when there is nothing but the type to check
	Object  *Object // of KindObject, and of KindNone where members are to be checked
	Elem    *Node   // of KindSlice, and of KindNone where elements are to be checked
	Tuple   *Tuple  // of KindNone only
	Schema  *Node   // of KindRaw: what to validate the value by; nil for anything
	Slice   mem.Slice
	SliceID int      // of KindSlice: its number, see alloc.SliceID
	Type    mem.Type // zero for KindNone
	goType  reflect.Type

	Requires bool // members are required, in the value or below it

	retired    bool // Redox no longer fills or reads the member
	Required   bool // a string that should not be empty when it is sent
	MayViolate bool // a Go value of the kind may be encoded to what the schema does not allow
}

// AnyNode allows everything and has no Go value.
var AnyNode = &Node{Types: jsontext.AnyType}

// GoType returns the type of the Go value; nil for KindNone.
func (n *Node) GoType() reflect.Type { return n.goType }

// anything reports whether n allows everything.
func (n *Node) anything() bool {
	return n.Types == jsontext.AnyType && n.Checks == nil && n.Object == nil && n.Elem == nil && n.Tuple == nil
}

// markRequires marks n, and what is below it, where members are required.
func (n *Node) markRequires(seen map[*Node]bool) bool {
	if seen[n] {
		return n.Requires
	}
	seen[n] = true
	switch {
	case n.Kind == KindSlice:
		n.Requires = n.Elem.markRequires(seen)
	case n.Kind == KindObject:
		for i := range n.Object.Members[:n.Object.Len()] {
			m := &n.Object.Members[i]
			if m.Flags&NotInEvent == 0 && (m.Node.markRequires(seen) || m.Flags&Required != 0) {
				n.Requires = true
			}
		}
	}
	return n.Requires
}
