package program

import (
	"math/bits"
	"sync/atomic"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Member is what the decoder needs for every member of an object. It is kept to
// half a cache line, since a message's rows are walked in order.
type Member struct {
	word    uint64 // first eight bytes of the name with its quotes and the colon
	tail    uint64 // last eight bytes of them; word if there are fewer
	Node    *Node
	Field   mem.Field
	KeySize uint8 // how many bytes they are
	First   byte  // of a value that takes the short way; ' ', which begins none, if there is none
	Kind    Kind
	Flags   Flags
}

type Flags uint8

const (
	Required   Flags = 1 << iota
	NotInEvent       // the Go struct has it, the event's schema does not
	Retired
	MayViolate  // the node is in doubt, or the member itself
	HasChecks   // a string's content is to be checked
	AllowsEmpty // [] is valid
	HasMiddle   // the name has bytes between word and tail, which object.middles covers
)

// Ahead is how many rows the decoder tries before it looks a name up. As many
// rows that match nothing stand behind the last one, so trying needs no bound.
const Ahead = 4

// maxKey is up to which length a name with its quotes and the colon is compared
// eight bytes at a time.
const maxKey = 24

// Object is the members of one object.
type Object struct {
	Members         []Member        // the members, then ahead rows that match nothing
	Follows         []atomic.Uint32 // which row to expect behind the row before
	Middles         []uint64        // bytes 8 to 15 of long names
	Required        uint64          // rows below 64
	HasRareRequired bool            // there are requiredMore or foreign

	RequiredMore       []int    // rows from 64 on
	UndeclaredRequired []string // required names that have no row
	requiresUndeclared bool     // a name is required that is no property

	Names  []string
	Fields []int32 // index in the Go struct, or in the schema where there is none
	Keys   []Key   // for the encoder
	index  []int32 // hash of a name → row + 1

	Closed     bool  // additionalProperties is false
	Additional *Node // schema of other members; nil for any
	Patterns   []Pattern
	Lenient    bool // no schema governs it: nothing is required or reported
}

// Len returns how many members o has.
func (o *Object) Len() int { return len(o.Members) - Ahead }

// setName prepares r to be matched against name, and returns what is to be
// between word and tail. Very long names, and those that JSON would escape, are
// found by lookup only.
func (r *Member) setName(name string) (middle uint64) {
	key := `"` + name + `":`
	if len(key) > maxKey || !verbatim(name) {
		r.matchNothing()
		return 0
	}
	r.KeySize = uint8(len(key))
	r.word = jsontext.Word(key)
	r.tail = jsontext.Word(key[max(len(key), 8)-8:])
	if len(key) <= 16 {
		return 0
	}
	r.Flags |= HasMiddle
	return jsontext.Word(key[8:])
}

// matchNothing makes r match no name: the same eight bytes are asked to be two
// different things.
func (r *Member) matchNothing() { r.word, r.tail, r.KeySize = 0, 1, 8 }

// Matches reports whether in has r's name, quotes and colon at i, the middle of
// a long name excepted.
func (r *Member) Matches(in mem.Input, i int) bool {
	tail := int(r.KeySize) - 8
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
func (o *Object) buildIndex() {
	size := 4
	for size < 2*len(o.Names) {
		size *= 2
	}
	o.index = make([]int32, size)
	for i, name := range o.Names {
		at := hashName(name) & uint64(size-1)
		for o.index[at] != 0 {
			at = (at + 1) & uint64(size-1)
		}
		o.index[at] = int32(i + 1)
	}
}

// Lookup returns the row called name, or -1.
func (o *Object) Lookup(name string) int {
	if len(o.index) == 0 {
		return -1
	}
	mask := uint64(len(o.index) - 1)
	for at := hashName(name) & mask; o.index[at] != 0; at = (at + 1) & mask {
		if i := int(o.index[at]) - 1; o.Names[i] == name {
			return i
		}
	}
	return -1
}

// append adds a row; its node may still change until finish.
func (o *Object) append(r Member, name string, field int) {
	o.Middles = append(o.Middles, r.setName(name))
	o.Fields = append(o.Fields, int32(field))
	o.Members = append(o.Members, r)
	o.Names = append(o.Names, name)
	o.Keys = append(o.Keys, NewKey(name))
}

// require notes that the row's member is required.
func (o *Object) require(index int) {
	if index < 64 {
		o.Required |= 1 << index
	} else {
		o.RequiredMore = append(o.RequiredMore, index)
		o.HasRareRequired = true
	}
}

// requireUndeclared notes that a member is required that is no property. It has a
// row nevertheless if the Go struct has it for other events.
func (o *Object) requireUndeclared(name string) {
	o.requiresUndeclared = true
	if index := o.Lookup(name); index >= 0 {
		o.require(index)
		return
	}
	o.UndeclaredRequired = append(o.UndeclaredRequired, name)
	o.HasRareRequired = true
}

// finish is called when all rows are there.
func (o *Object) finish() {
	for i := range o.Members {
		o.Members[i].setFirst(i)
	}
	for range Ahead {
		var r Member
		r.matchNothing()
		o.Members = append(o.Members, r)
	}
	o.Follows = make([]atomic.Uint32, len(o.Members))
	for i := range o.Follows {
		o.Follows[i].Store(uint32(i))
	}
	o.buildIndex()
}

// setFirst lets members take the short way that need no more care than their
// type or a string's content.
func (r *Member) setFirst(index int) {
	r.First = ' '
	n := r.Node
	if index >= 64 || r.Flags&(NotInEvent|Retired) != 0 || n.Schema != nil || n.Checks != nil && n.Checks.Enum != nil {
		return
	}
	switch r.Kind {
	case KindString, KindDate:
		if n.Types&jsontext.TypeString != 0 {
			r.First = '"'
		}
		if n.Checks != nil {
			r.Flags |= HasChecks
		}
	case KindObject:
		if n.Types&jsontext.TypeObject != 0 && n.Checks == nil {
			r.First = '{'
		}
	case KindSlice:
		r.First = '['
		if n.Checks == nil && n.Types&jsontext.TypeArray != 0 {
			r.Flags |= AllowsEmpty
		}
	}
}
