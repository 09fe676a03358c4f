package codec

import "hash/maphash"

// nameSet numbers the names of an object's members, each once, in the order of
// their first occurrence. Few names are compared, many are hashed with a
// secret seed, so that no input makes it slow.
type nameSet struct {
	names []string
	table []int32 // hash → index + 1; empty for few names
}

// few is how many names are compared one by one.
const few = 8

var seed = maphash.MakeSeed()

// add returns the number of name, and whether it occurred before.
func (s *nameSet) add(name string) (index int, again bool) {
	if index = s.find(name); index >= 0 {
		return index, true
	}
	s.names = appendDoubling(s.names, name)
	if len(s.names) > few && 4*len(s.names) > 3*len(s.table) {
		s.rehash()
	} else if len(s.table) > 0 {
		s.insert(len(s.names) - 1)
	}
	return len(s.names) - 1, false
}

// reset forgets the names but keeps their memory.
func (s *nameSet) reset() {
	clear(s.names)
	s.names, s.table = s.names[:0], s.table[:0]
}

func (s *nameSet) has(name string) bool { return s.find(name) >= 0 }

// find returns the number of name, or -1.
func (s *nameSet) find(name string) int {
	if len(s.table) == 0 {
		for i, n := range s.names {
			if n == name {
				return i
			}
		}
		return -1
	}
	mask := len(s.table) - 1
	for at := int(maphash.String(seed, name)) & mask; s.table[at] != 0; at = (at + 1) & mask {
		if i := int(s.table[at]) - 1; s.names[i] == name {
			return i
		}
	}
	return -1
}

func (s *nameSet) insert(index int) {
	mask := len(s.table) - 1
	at := int(maphash.String(seed, s.names[index])) & mask
	for s.table[at] != 0 {
		at = (at + 1) & mask
	}
	s.table[at] = int32(index + 1)
}

func (s *nameSet) rehash() {
	size := 4 * few
	for size < 2*len(s.names) {
		size *= 2
	}
	if cap(s.table) < size {
		s.table = make([]int32, size)
	}
	s.table = s.table[:size]
	clear(s.table)
	for i := range s.names {
		s.insert(i)
	}
}

// appendDoubling is append for lists that may be long and of many bytes a piece:
// append grows them in smaller steps, and wastes more in copies.
func appendDoubling[T any](list []T, v T) []T {
	if len(list) == cap(list) {
		grown := make([]T, len(list), max(2, 2*len(list)))
		copy(grown, list)
		list = grown
	}
	return append(list, v)
}
