package codec

import (
	"math/bits"
	"reflect"
	"sync/atomic"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Kind says what the Go value at a place is.
type Kind uint8

// The kinds of Go values in generated structs.
const (
	KindNone   Kind = iota // no Go value: validated only
	KindString             // a string type
	KindDate               // a string type that holds a date
	KindNumber             // a string type that holds a number as written
	KindBool               // a uint8 type: 0 unset, 1 false, 2 true
	KindRaw                // a string type that holds JSON text
	KindObject             // a struct that begins with redox.Object
	KindSlice
	KindKept // redox.Object itself
)

// node is one place in a message: what the schema allows there, and how the
// Go value there is to be written and read.
type node struct {
	kind    Kind
	types   jsontext.Types
	checks  *checks // nil when there is nothing but the type to check
	object  *object // of KindObject, and of KindNone where members are to be checked
	elem    *node   // of KindSlice, and of KindNone where elements are to be checked
	tuple   *tuple  // of KindNone only
	schema  *node   // of KindRaw: what to validate the value by; nil for anything
	slice   mem.Slice
	sliceID int      // of KindSlice: index into the decoder's slabs
	typ     mem.Type // zero for KindNone
	goType  reflect.Type

	retired  bool // Redox no longer uses the member
	required bool // a string that should not be empty when it is sent
	doubt    bool // a value may violate the schema even if it is of the kind
}

// anyNode allows everything and stores nothing.
var anyNode = &node{types: jsontext.AnyType}

// anything reports whether no value can be wrong at n.
func (n *node) anything() bool {
	return n.types == jsontext.AnyType && n.checks == nil && n.object == nil && n.elem == nil && n.tuple == nil
}

// row is what the decoder needs for every member of an object. It is kept to
// half a cache line, since a message's rows are walked in order.
type row struct {
	word  uint64 // first eight bytes of the name with its quotes and the colon
	tail  uint64 // last eight bytes of them; word if there are fewer
	node  *node
	place mem.Field
	size  uint8 // how many bytes they are
	first byte  // of a value that takes the short way; ' ', which begins none, if there is none
	kind  Kind
	flags rowFlags
}

type rowFlags uint8

const (
	rowRequired   rowFlags = 1 << iota
	rowNotCarried          // the Go struct has it, the event's schema does not
	rowRetired
	rowDoubt   // the node is in doubt, or the member itself
	rowChecks  // a string's content is to be checked
	rowEmpties // [] is valid
	rowLong    // the name has bytes between word and tail, which object.middles covers
)

// ahead is how many rows the decoder tries before it looks a name up. As many
// rows that match nothing stand behind the last one, so trying needs no bound.
const ahead = 4

// maxKey is up to which length a name with its quotes and the colon is compared
// eight bytes at a time.
const maxKey = 24

// object is the members of one object.
type object struct {
	rows     []row           // the members, then ahead rows that match nothing
	follows  []atomic.Uint32 // which row to expect behind the row before
	middles  []uint64        // bytes 8 to 15 of long names
	required uint64          // rows below 64
	special  bool            // there are requiredMore or foreign

	requiredMore []int    // rows from 64 on
	foreign      []string // required names that have no row
	alien        bool     // a name is required that is no property

	names  []string
	fields []int32 // index in the Go struct, or in the schema where there is none
	keys   []key   // for the encoder
	index  []int32 // hash of a name → row + 1

	closed     bool  // additionalProperties is false
	additional *node // schema of other members; nil for any
	patterns   []pattern
	plain      bool // no schema governs it: nothing is required or reported
}

// len returns how many members o has.
func (o *object) len() int { return len(o.rows) - ahead }

// setName prepares r to be matched against name, and returns what is to be
// between word and tail. Very long names, and those that JSON would escape, are
// found by lookup only.
func (r *row) setName(name string) (middle uint64) {
	key := `"` + name + `":`
	if len(key) > maxKey || !verbatim(name) {
		r.matchNothing()
		return 0
	}
	r.size = uint8(len(key))
	r.word = jsontext.Word(key)
	r.tail = jsontext.Word(key[max(len(key), 8)-8:])
	if len(key) <= 16 {
		return 0
	}
	r.flags |= rowLong
	return jsontext.Word(key[8:])
}

// matchNothing makes r match no name: the same eight bytes are asked to be two
// different things.
func (r *row) matchNothing() { r.word, r.tail, r.size = 0, 1, 8 }

// matches reports whether in has r's name, quotes and colon at i, the middle of
// a long name excepted.
func (r *row) matches(in mem.Input, i int) bool {
	tail := int(r.size) - 8
	short := tail & (tail >> (bits.UintSize - 1)) // how many bytes it has less than eight, negative
	return ((in.Load8(i)^r.word)|(in.Load8(i+tail-short)^r.tail))<<(-8*short&63) == 0
}

// verbatim reports whether JSON writes name without escapes, in one way only.
func verbatim(name string) bool {
	for i := range len(name) {
		if c := name[i]; c < ' ' || c == '"' || c == '\\' || c == 0x7f || c >= 0x80 {
			return false
		}
	}
	return true
}

// hash mixes what two words and the length say of a name.
func hash(first, last uint64, size int) uint64 {
	h := (first ^ bits.RotateLeft64(last, 29) ^ uint64(size)) * 0x9e3779b97f4a7c15
	return h ^ h>>29
}

func hashName(name string) uint64 {
	return hash(jsontext.Word(name), jsontext.Word(name[max(len(name), 8)-8:]), len(name))
}

// buildIndex fills the table that lookup reads.
func (o *object) buildIndex() {
	size := 4
	for size < 2*len(o.names) {
		size *= 2
	}
	o.index = make([]int32, size)
	for i, name := range o.names {
		at := hashName(name) & uint64(size-1)
		for o.index[at] != 0 {
			at = (at + 1) & uint64(size-1)
		}
		o.index[at] = int32(i + 1)
	}
}

// lookup returns the row called name, or -1.
func (o *object) lookup(name string) int {
	if len(o.index) == 0 {
		return -1
	}
	mask := uint64(len(o.index) - 1)
	for at := hashName(name) & mask; o.index[at] != 0; at = (at + 1) & mask {
		if i := int(o.index[at]) - 1; o.names[i] == name {
			return i
		}
	}
	return -1
}
