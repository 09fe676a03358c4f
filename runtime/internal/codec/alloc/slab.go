package alloc

import "github.com/redoxgen/redoxgen/runtime/internal/mem"

// slabBytes is how much a slab takes at most, unless a single element is larger.
const slabBytes = 8 << 10

// Slab is where a message's elements of one slice type are: one allocation,
// which is as long as the messages of its event lately asked for. So a message
// takes about as many allocations as it has slice types; see also groups.
type Slab struct {
	slice *mem.Slice
	id    int     // of the slice type
	at    mem.Ptr // to a slice without length; its capacity is the slab
	used  int     // elements of the slab that belong to finished arrays
	total int     // elements of finished arrays in this message
	inUse bool    // this message has had such an array
	busy  bool    // an array is being decoded
}

// slab returns the slab of a slice type.
func (m *Message) slab(id int) *Slab {
	for id >= len(m.slabs) {
		m.slabs = append(m.slabs, nil)
	}
	if m.slabs[id] == nil {
		slice := sliceType(id)
		m.slabs[id] = &Slab{slice: slice, id: id, at: slice.New()}
	}
	return m.slabs[id]
}

// Open returns the slab for an array of a slice type, or nil when an array
// further out has it.
func (m *Message) Open(id int) *Slab {
	s := m.slab(id)
	if s.busy {
		return nil
	}
	if !s.inUse {
		m.touched = append(m.touched, id)
	}
	s.inUse, s.busy = true, true
	return s
}

// Element returns where the next element goes of an array that has count of
// them on the slab. It reports false if there is no room for it: then those of
// the array have become dst's, and the slab is not for the array any more.
func (m *Message) Element(s *Slab, dst mem.Ptr, count int) (mem.Ptr, bool) {
	if s.used+count == s.slice.Cap(s.at) {
		if count > 0 {
			s.leave(dst, count)
			return mem.Ptr{}, false
		}
		if !m.takeGroup(s.id) {
			s.extend(m.learned.expect(s.id))
		}
	}
	return s.slice.Index(s.at, s.used+count), true
}

// extend makes a new slab that has room for at least one element.
func (s *Slab) extend(expected int) {
	n := expected - s.total
	if n <= 0 {
		n = s.total
	}
	n = max(min(n, slabBytes/max(s.slice.ElemSize(), 1)), 1)
	s.slice.Make(s.at, n)
	s.used = 0
}

// leave gives up the slab for an array that finds no room there: the n
// elements that it has become those of the slice at p.
func (s *Slab) leave(p mem.Ptr, n int) {
	s.slice.Cut(p, s.at, s.used, n)
	s.slice.Drop(s.at)
	s.used = 0
}

// Close ends an array of n elements. If they are on the slab, the slice at p
// is set to them.
func (s *Slab) Close(p mem.Ptr, n int, onSlab bool) {
	if onSlab && n > 0 {
		s.slice.Cut(p, s.at, s.used, n)
		s.used += n
	}
	s.total += n
	s.busy = false
}
