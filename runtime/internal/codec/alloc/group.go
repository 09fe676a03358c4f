package alloc

import (
	"math/bits"
	"reflect"
	"strconv"

	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Many small allocations take longer than a few large ones. So slabs that nearly
// every message of an event has lie in groups: one allocation for several slabs,
// taken when a message has the first of them. What a message does not need of it
// is lost, so there are few groups, and they are small.
const (
	maxGroups  = 8
	groupBytes = 6 << 10
)

// lastArrangement is after how many sampled messages an event's groups stay as
// they are. Every new arrangement makes types, which reflect never forgets.
const lastArrangement = 256

// groups are the allocation groups of an event.
type groups struct {
	list []group
	of   []uint8 // by slice type, which of list its slab lies in, from 1 on; 0 for none
}

// group is the slabs that are allocated together.
type group struct {
	typ   mem.Type // a struct of arrays, one for each slot
	slots []slot
}

// slot is what a slab has of a group.
type slot struct {
	id       int // of the slice type
	slice    *mem.Slice
	array    mem.Field
	capacity int // how many elements the array has
}

// takeGroup allocates the group that the slab of a slice type lies in, and gives
// all slabs of the group their memory. It reports false if there is no group, or
// the message has it.
func (m *Message) takeGroup(id int) bool {
	if m.groups == nil || id >= len(m.groups.of) {
		return false
	}
	index := int(m.groups.of[id]) - 1
	if index < 0 || m.taken>>index&1 != 0 {
		return false
	}
	m.taken |= 1 << index
	g := &m.groups.list[index]
	whole := g.typ.New()
	for _, s := range g.slots {
		s.slice.Take(m.slab(s.id).at, whole, s.array, s.capacity)
	}
	return true
}

// dropGroups forgets the groups, which belong to the message now.
func (m *Message) dropGroups() {
	for ; m.taken != 0; m.taken &= m.taken - 1 {
		for _, s := range m.groups.list[bits.TrailingZeros8(m.taken)].slots {
			s.slice.Drop(m.slabs[s.id].at)
		}
	}
}

// learnGroups notes which slice types a message had, and arranges the groups
// anew whenever four times as many messages were sampled. That is not done for
// every message, nor for ever, so that processors do not wait for each other.
func (l *Learned) learnGroups(ids []int) {
	if l.sampled.Load() >= lastArrangement {
		return
	}
	for _, id := range ids {
		if id < len(l.sizes) {
			l.sizes[id].present.Add(1)
		}
	}
	n := l.sampled.Add(1)
	if bits.OnesCount32(n) == 1 && bits.TrailingZeros32(n)%2 == 0 {
		l.groups.Store(l.arrange(n))
	}
}

// arrange puts the slabs into groups that at least three of four sampled messages
// had. Those that are used one after the other lie beside each other.
func (l *Learned) arrange(sampled uint32) *groups {
	g := &groups{of: make([]uint8, len(l.sizes))}
	var slots []slot
	size := 0
	for id := range l.sizes {
		if l.sizes[id].present.Load() < sampled-sampled/4 {
			continue
		}
		s := slot{id: id, slice: sliceType(id), capacity: max(l.sizes[id].expect(), 1)}
		bytes := s.capacity * s.slice.ElemSize()
		if bytes > groupBytes {
			continue
		}
		if size+bytes > groupBytes {
			g.add(slots)
			slots, size = nil, 0
		}
		slots, size = append(slots, s), size+bytes
	}
	g.add(slots)
	return g
}

// add makes a group, unless it would be for a single slab or there are enough.
func (g *groups) add(slots []slot) {
	if len(slots) < 2 || len(g.list) == maxGroups {
		return
	}
	arrays := make([]reflect.StructField, len(slots))
	for i, s := range slots {
		arrays[i] = reflect.StructField{Name: "A" + strconv.Itoa(i), Type: reflect.ArrayOf(s.capacity, s.slice.Elem())}
	}
	t := reflect.StructOf(arrays)
	for i := range slots {
		slots[i].array = mem.FieldOf(t, i)
		g.of[slots[i].id] = uint8(len(g.list) + 1)
	}
	g.list = append(g.list, group{typ: mem.TypeOf(t), slots: slots})
}
