package jsontext

import (
	"hash/maphash"
	"slices"
)

// NameSet numbers the names of an object's members, each once, in the order of
// their first occurrence. Few names are compared, many are hashed with a
// secret seed, so that no input makes it slow.
type NameSet struct {
	Names []string
	table []int32 // hash → index + 1; empty for few names
}

// few is how many names are compared one by one.
const few = 8

var seed = maphash.MakeSeed()

// Add returns the number of name, and whether it occurred before. So many bytes of
// the object are read, and so many of the input are left.
func (s *NameSet) Add(name string, read, left int) (index int, again bool) {
	if index = s.find(name); index >= 0 {
		return index, true
	}
	s.Names = append(Room(s.Names, read, left), name)
	if len(s.Names) > few && 4*len(s.Names) > 3*len(s.table) {
		s.rehash()
	} else if len(s.table) > 0 {
		s.insert(len(s.Names) - 1)
	}
	return len(s.Names) - 1, false
}

// Reset forgets the names but keeps their memory.
func (s *NameSet) Reset() {
	clear(s.Names)
	s.Names, s.table = s.Names[:0], s.table[:0]
}

// Has reports whether name is in s.
func (s *NameSet) Has(name string) bool { return s.find(name) >= 0 }

// find returns the number of name, or -1.
func (s *NameSet) find(name string) int {
	if len(s.table) == 0 {
		for i, n := range s.Names {
			if n == name {
				return i
			}
		}
		return -1
	}
	mask := len(s.table) - 1
	for at := int(maphash.String(seed, name)) & mask; s.table[at] != 0; at = (at + 1) & mask {
		if i := int(s.table[at]) - 1; s.Names[i] == name {
			return i
		}
	}
	return -1
}

func (s *NameSet) insert(index int) {
	mask := len(s.table) - 1
	at := int(maphash.String(seed, s.Names[index])) & mask
	for s.table[at] != 0 {
		at = (at + 1) & mask
	}
	s.table[at] = int32(index + 1)
}

func (s *NameSet) rehash() {
	size := 4 * few
	for size < 2*len(s.Names) {
		size *= 2
	}
	if cap(s.table) < size {
		s.table = make([]int32, size)
	}
	s.table = s.table[:size]
	clear(s.table)
	for i := range s.Names {
		s.insert(i)
	}
}

// Room returns list with room for another element: for twice as many as there are,
// or, as there may be very many, for as many as the input has if it goes on as
// before. So many bytes of the object with the elements are read, and so many are
// left. append would grow a long list in smaller steps, and waste more in copies.
func Room[T any](list []T, read, left int) []T {
	const many = 1024
	n := len(list)
	if n < cap(list) {
		return list
	}
	more := max(2, n)
	if n >= many {
		more = min(more, max(n/4, n/16+int(float64(n)*float64(left)/float64(max(1, read)))))
	}
	return slices.Grow(list, more)
}
