package alloc

import (
	"reflect"
	"sync"

	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// sliceTypes numbers the slice types.
var sliceTypes struct {
	sync.Mutex
	ids    map[reflect.Type]int
	slices []*mem.Slice
}

// SliceID returns the number of a slice type.
func SliceID(t reflect.Type) int {
	sliceTypes.Lock()
	defer sliceTypes.Unlock()
	id, ok := sliceTypes.ids[t]
	if !ok {
		if sliceTypes.ids == nil {
			sliceTypes.ids = make(map[reflect.Type]int)
		}
		id = len(sliceTypes.slices)
		sliceTypes.ids[t] = id
		slice := mem.SliceOf(t)
		sliceTypes.slices = append(sliceTypes.slices, &slice)
	}
	return id
}

// sliceType returns the slice type with the number id.
func sliceType(id int) *mem.Slice {
	sliceTypes.Lock()
	defer sliceTypes.Unlock()
	return sliceTypes.slices[id]
}

func sliceCount() int {
	sliceTypes.Lock()
	defer sliceTypes.Unlock()
	return len(sliceTypes.slices)
}
