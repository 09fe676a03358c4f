package program

import (
	"math/bits"
	"sync/atomic"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Member is what decoding needs to know of an object's member. It fits into half
// a cache line, since members are walked in order.
type Member struct {
	word    uint64 // first eight bytes of the name with its quotes and the colon
	tail    uint64 // last eight bytes of them; word if there are fewer
	Node    *Node
	Field   mem.Field
	KeySize uint8 // how many bytes the name has with its quotes and the colon
	First   byte  // of values that are decoded the short way; ' ' for none
	Kind    Kind
	Flags   Flags
}

// Flags say what is special about a member.
type Flags uint8

// The flags.
const (
	Required    Flags = 1 << iota
	NotInEvent        // the Go struct has it, the event's schema does not
	Retired           // Redox no longer fills or reads it
	MayViolate        // what it is encoded to may violate the schema
	HasChecks         // a string's content is to be checked
	AllowsEmpty       // [] is valid
	HasMiddle         // the name has bytes between word and tail, see Object.Middles
)

// Ahead is how many members decoding tries before it looks a name up. As many
// that match nothing follow the last member, so trying needs no bound.
const Ahead = 4

// maxKey is how long a name with its quotes and the colon may be to be compared
// eight bytes at a time.
const maxKey = 24

// Object says what the schema, and the Go struct, know of an object's members.
type Object struct {
	Members         []Member        // followed by Ahead that match nothing
	Follows         []atomic.Uint32 // by index: which member to expect behind the one before it
	Middles         []uint64        // bytes 8 to 15 of long names
	Required        uint64          // by bit: members below 64
	HasRareRequired bool            // there are RequiredMore or UndeclaredRequired

	RequiredMore       []int    // members from 64 on
	UndeclaredRequired []string // required names without a Member
	requiresUndeclared bool     // a required name is not among the properties

	Names  []string
	Fields []int32 // index in the Go struct, or in the schema where there is none
	Keys   []Key   // how encoding writes the names
	index  []int32 // hash of a name → index + 1

	Closed     bool  // additionalProperties is false
	Additional *Node // schema of other members; nil for any
	Patterns   []Pattern
	Lenient    bool // no schema governs it: nothing is required, and no member reported
}

// Len returns how many members o has.
func (o *Object) Len() int { return len(o.Members) - Ahead }

// setName prepares m to be matched against name, and returns the bytes between
// word and tail. Lookup alone finds very long names, and those that JSON escapes.
func (m *Member) setName(name string) (middle uint64) {
	key := `"` + name + `":`
	if len(key) > maxKey || !verbatim(name) {
		m.matchNothing()
		return 0
	}
	m.KeySize = uint8(len(key))
	m.word = jsontext.Word(key)
	m.tail = jsontext.Word(key[max(len(key), 8)-8:])
	if len(key) <= 16 {
		return 0
	}
	m.Flags |= HasMiddle
	return jsontext.Word(key[8:])
}

// matchNothing makes m match no name: it asks the same eight bytes to be two
// different values.
func (m *Member) matchNothing() { m.word, m.tail, m.KeySize = 0, 1, 8 }

// Matches reports whether in has m's name, quotes and colon at i, the middle of
// a long name excepted.
func (m *Member) Matches(in mem.Input, i int) bool {
	tail := int(m.KeySize) - 8
	short := tail & (tail >> (bits.UintSize - 1)) // how many bytes it has less than eight, negative
	return ((in.Load8(i)^m.word)|(in.Load8(i+tail-short)^m.tail))<<(-8*short&63) == 0
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

// hash mixes the first eight bytes of a name, its last eight, and its size.
func hash(first, last uint64, size int) uint64 {
	h := (first ^ bits.RotateLeft64(last, 29) ^ uint64(size)) * 0x9e3779b97f4a7c15
	return h ^ h>>29
}

func hashName(name string) uint64 {
	return hash(jsontext.Word(name), jsontext.Word(name[max(len(name), 8)-8:]), len(name))
}

// buildIndex fills the table that Lookup reads.
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

// Lookup returns the index of the member called name, or -1.
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

// append adds a member; its node may still change until finish.
func (o *Object) append(m Member, name string, field int) {
	o.Middles = append(o.Middles, m.setName(name))
	o.Fields = append(o.Fields, int32(field))
	o.Members = append(o.Members, m)
	o.Names = append(o.Names, name)
	o.Keys = append(o.Keys, NewKey(name))
}

// require notes that the member is required.
func (o *Object) require(index int) {
	if index < 64 {
		o.Required |= 1 << index
	} else {
		o.RequiredMore = append(o.RequiredMore, index)
		o.HasRareRequired = true
	}
}

// requireUndeclared notes that a member is required that is not among the
// properties. The Go struct may have it nevertheless, for other events.
func (o *Object) requireUndeclared(name string) {
	o.requiresUndeclared = true
	if index := o.Lookup(name); index >= 0 {
		o.require(index)
		return
	}
	o.UndeclaredRequired = append(o.UndeclaredRequired, name)
	o.HasRareRequired = true
}

// finish is called when all members are appended.
func (o *Object) finish() {
	for i := range o.Members {
		o.Members[i].setFirst(i)
	}
	for range Ahead {
		var m Member
		m.matchNothing()
		o.Members = append(o.Members, m)
	}
	o.Follows = make([]atomic.Uint32, len(o.Members))
	for i := range o.Follows {
		o.Follows[i].Store(uint32(i))
	}
	o.buildIndex()
}

// setFirst lets values be decoded the short way if their type, and a string's
// content, is all there is to check.
func (m *Member) setFirst(index int) {
	m.First = ' '
	n := m.Node
	if index >= 64 || m.Flags&(NotInEvent|Retired) != 0 || n.Schema != nil || n.Checks != nil && n.Checks.Enum != nil {
		return
	}
	switch m.Kind {
	case KindString, KindDate:
		if n.Types&jsontext.TypeString != 0 {
			m.First = '"'
		}
		if n.Checks != nil {
			m.Flags |= HasChecks
		}
	case KindObject:
		if n.Types&jsontext.TypeObject != 0 && n.Checks == nil {
			m.First = '{'
		}
	case KindSlice:
		m.First = '['
		if n.Checks == nil && n.Types&jsontext.TypeArray != 0 {
			m.Flags |= AllowsEmpty
		}
	}
}
