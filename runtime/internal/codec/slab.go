package codec

import (
	"reflect"
	"sync"
	"sync/atomic"

	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// The arrays of one element type in a message share one allocation, its slab,
// which is as long as the messages of that event lately asked for. So a
// message takes at most about as many allocations as it has element types; see
// also shelves.

// A slab takes at most slabBytes, unless a single element is larger.
const slabBytes = 8 << 10

// slab is where the elements of one slice type are decoded.
type slab struct {
	slice *mem.Slice
	at    mem.Ptr // to a slice without length; its capacity is the slab
	used  int     // elements of the slab that belong to finished arrays
	total int     // elements of finished arrays in this message
	inUse bool    // this message has had such an array
	busy  bool    // an array is being decoded
}

// slabTypes numbers the slice types.
var slabTypes struct {
	sync.Mutex
	ids    map[reflect.Type]int
	slices []*mem.Slice
}

// slabID returns the number of a slice type.
func slabID(t reflect.Type) int {
	slabTypes.Lock()
	defer slabTypes.Unlock()
	id, ok := slabTypes.ids[t]
	if !ok {
		if slabTypes.ids == nil {
			slabTypes.ids = make(map[reflect.Type]int)
		}
		id = len(slabTypes.slices)
		slabTypes.ids[t] = id
		slice := mem.SliceOf(t)
		slabTypes.slices = append(slabTypes.slices, &slice)
	}
	return id
}

// slabSlice returns the slice type with the number id.
func slabSlice(id int) *mem.Slice {
	slabTypes.Lock()
	defer slabTypes.Unlock()
	return slabTypes.slices[id]
}

func slabCount() int {
	slabTypes.Lock()
	defer slabTypes.Unlock()
	return len(slabTypes.slices)
}

// slab returns the slab with the number id.
func (d *decoder) slab(id int) *slab {
	for id >= len(d.slabs) {
		d.slabs = append(d.slabs, nil)
	}
	if d.slabs[id] == nil {
		slice := slabSlice(id)
		d.slabs[id] = &slab{slice: slice, at: slice.New()}
	}
	return d.slabs[id]
}

// slabOf returns the slab for n's elements, or nil when it is in use further out.
func (d *decoder) slabOf(n *node) *slab {
	s := d.slab(n.slab)
	if s.busy {
		return nil
	}
	if !s.inUse {
		d.touched = append(d.touched, n.slab)
	}
	s.inUse, s.busy = true, true
	return s
}

// extend makes a new slab that has room for at least one element.
func (s *slab) extend(expected int) {
	n := expected - s.total
	if n <= 0 {
		n = s.total
	}
	n = max(min(n, slabBytes/max(s.slice.ElemSize(), 1)), 1)
	s.slice.Make(s.at, n)
	s.used = 0
}

// close ends an array of n elements. If they are on the slab, the slice at p
// is set to them.
func (s *slab) close(p mem.Ptr, n int, onSlab bool) {
	if onSlab && n > 0 {
		s.slice.Cut(p, s.at, s.used, n)
		s.used += n
	}
	s.total += n
	s.busy = false
}

// leave gives up the slab for an array that finds no room there: the n
// elements that it has become those of the slice at p.
func (s *slab) leave(p mem.Ptr, n int) {
	s.slice.Cut(p, s.at, s.used, n)
	s.slice.Drop(s.at)
	s.used = 0
}

// dropSlabs forgets the slabs, which now belong to the message.
func (d *decoder) dropSlabs() {
	d.clearShelves()
	for _, id := range d.touched {
		s := d.slabs[id]
		s.slice.Drop(s.at)
		s.used, s.total, s.inUse, s.busy = 0, 0, false, false
	}
	d.touched = d.touched[:0]
}

// slabSizes are how many elements of each slice type an event's messages had
// lately.
type slabSizes []slabSize

type slabSize struct {
	average
	present atomic.Uint32 // in how many of the messages that shelves were learned from
}

// expect returns for how many elements to make room.
func (s slabSizes) expect(id int) int {
	if id >= len(s) {
		return 1
	}
	return s[id].expect()
}

// learn notes how many elements there were.
func (s slabSizes) learn(d *decoder) {
	for _, id := range d.touched {
		if id < len(s) {
			s[id].learn(d.slabs[id].total)
		}
	}
}

// average is the moving average of a count, in sixteenths.
type average struct{ sixteenths atomic.Uint32 }

func (a *average) expect() int { return int(a.sixteenths.Load()+15) / 16 }

// learn counts n in, with a quarter of the weight.
func (a *average) learn(n int) {
	now, was := min(n, 1<<16)*16, int(a.sixteenths.Load())
	if was != 0 {
		now = was + (now-was)/4
	}
	if now != was {
		a.sixteenths.Store(uint32(now))
	}
}
