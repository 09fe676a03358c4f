package codec

import (
	"math/bits"
	"reflect"
	"strconv"

	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Many small allocations take longer than a few large ones. So slabs that nearly
// every message of an event has stand on shelves: one allocation for several of
// them, taken when a message has the first. What a message does not need of it
// is lost, so there are few shelves, and they are small.
const (
	maxShelves = 8
	shelfBytes = 6 << 10
)

// lastArrangement is after how many sampled messages an event's shelves stay as
// they are. Every new arrangement makes types, which reflect never forgets.
const lastArrangement = 256

// shelves are the shelves of an event.
type shelves struct {
	list []shelf
	of   []uint8 // by slab, which of list it stands on, from 1 on; 0 for none
}

// shelf is the slabs that are allocated together.
type shelf struct {
	typ    mem.Type // a struct of arrays, one for each place
	places []shelfPlace
}

// shelfPlace is what a slab has of a shelf.
type shelfPlace struct {
	slab  int
	slice *mem.Slice
	array mem.Field
	room  int // how many elements the array has
}

// takeShelf allocates the shelf of the slab, and gives all slabs that stand on
// it their room there. It reports false if there is none, or the message has it.
func (d *decoder) takeShelf(slab int) bool {
	if d.shelves == nil || slab >= len(d.shelves.of) {
		return false
	}
	index := int(d.shelves.of[slab]) - 1
	if index < 0 || d.taken>>index&1 != 0 {
		return false
	}
	d.taken |= 1 << index
	s := &d.shelves.list[index]
	whole := s.typ.New()
	for _, p := range s.places {
		p.slice.Take(d.slab(p.slab).at, whole, p.array, p.room)
	}
	return true
}

// clearShelves forgets the shelves, which now belong to the message.
func (d *decoder) clearShelves() {
	for ; d.taken != 0; d.taken &= d.taken - 1 {
		for _, p := range d.shelves.list[bits.TrailingZeros8(d.taken)].places {
			p.slice.Drop(d.slabs[p.slab].at)
		}
	}
}

// learnShelves notes which slabs a message had, and arranges the shelves anew
// whenever four times as many were sampled. That is not done for every message,
// nor for ever, so that processors do not wait for each other.
func (p *Program) learnShelves(d *decoder) {
	if !d.learning || p.sampled.Load() >= lastArrangement {
		return
	}
	for _, id := range d.touched {
		if id < len(p.elements) {
			p.elements[id].present.Add(1)
		}
	}
	n := p.sampled.Add(1)
	if bits.OnesCount32(n) == 1 && bits.TrailingZeros32(n)%2 == 0 {
		p.shelves.Store(p.elements.arrange(n))
	}
}

// arrange puts the slabs on shelves that at least three of four sampled messages
// had. Those that are used one after the other stand beside each other.
func (s slabSizes) arrange(sampled uint32) *shelves {
	a := &shelves{of: make([]uint8, len(s))}
	var places []shelfPlace
	size := 0
	for id := range s {
		if s[id].present.Load() < sampled-sampled/4 {
			continue
		}
		p := shelfPlace{slab: id, slice: slabSlice(id), room: max(s[id].expect(), 1)}
		bytes := p.room * p.slice.ElemSize()
		if bytes > shelfBytes {
			continue
		}
		if size+bytes > shelfBytes {
			a.add(places)
			places, size = nil, 0
		}
		places, size = append(places, p), size+bytes
	}
	a.add(places)
	return a
}

// add makes a shelf, unless it would be for a single slab or there are enough.
func (a *shelves) add(places []shelfPlace) {
	if len(places) < 2 || len(a.list) == maxShelves {
		return
	}
	arrays := make([]reflect.StructField, len(places))
	for i, p := range places {
		arrays[i] = reflect.StructField{Name: "A" + strconv.Itoa(i), Type: reflect.ArrayOf(p.room, p.slice.Elem())}
	}
	t := reflect.StructOf(arrays)
	for i := range places {
		places[i].array = mem.FieldOf(t, i)
		a.of[places[i].slab] = uint8(len(a.list) + 1)
	}
	a.list = append(a.list, shelf{typ: mem.TypeOf(t), places: places})
}
