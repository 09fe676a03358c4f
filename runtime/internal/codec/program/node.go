package program

import (
	"reflect"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Node is one place in a message: what the schema allows there, and how the
// Go value there is to be written and read.
type Node struct {
	Kind    Kind
	Types   jsontext.Types
	Checks  *Checks // nil when there is nothing but the type to check
	Object  *Object // of KindObject, and of KindNone where members are to be checked
	Elem    *Node   // of KindSlice, and of KindNone where elements are to be checked
	Tuple   *Tuple  // of KindNone only
	Schema  *Node   // of KindRaw: what to validate the value by; nil for anything
	Slice   mem.Slice
	SliceID int      // of KindSlice: index into the decoder's slabs
	Type    mem.Type // zero for KindNone
	goType  reflect.Type

	retired    bool // Redox no longer uses the member
	Required   bool // a string that should not be empty when it is sent
	MayViolate bool // a value may violate the schema even if it is of the kind
}

// AnyNode allows everything and stores nothing.
var AnyNode = &Node{Types: jsontext.AnyType}

// anything reports whether no value can be wrong at n.
func (n *Node) anything() bool {
	return n.Types == jsontext.AnyType && n.Checks == nil && n.Object == nil && n.Elem == nil && n.Tuple == nil
}
