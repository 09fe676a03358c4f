package codec

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type (
	small  [100]byte
	middle [2000]byte
	large  [shelfBytes + 1]byte
)

// sizesOf are what a program has learned of one message with so many elements.
func sizesOf(totals map[int]int) slabSizes {
	s := make(slabSizes, slabCount())
	for id, total := range totals {
		s[id].learn(total)
		s[id].present.Add(1)
	}
	return s
}

func TestArrange(t *testing.T) {
	a, b, c := slabID(reflect.TypeFor[[]small]()), slabID(reflect.TypeFor[[]middle]()), slabID(reflect.TypeFor[[]large]())

	two := sizesOf(map[int]int{a: 3, b: 1, c: 1}).arrange(1)
	require.Len(t, two.list, 1, "what is too large stands apart")
	assert.Equal(t, []uint8{1, 1, 0}, []uint8{two.of[a], two.of[b], two.of[c]})

	full := sizesOf(map[int]int{a: 3, b: 3}).arrange(1)
	assert.Empty(t, full.list, "a shelf for one slab saves nothing")

	sizes := sizesOf(map[int]int{a: 3, b: 1})
	sizes[a].present.Add(3)
	assert.Empty(t, sizes.arrange(4).list, "b is in one message of four")
	sizes[b].present.Add(2)
	assert.Len(t, sizes.arrange(4).list, 1, "and here in three")
}

// TestShelfIsForgotten: a decoder that goes back to the pool holds nothing of the
// message, also not what the message left unused.
func TestShelfIsForgotten(t *testing.T) {
	a, b := slabID(reflect.TypeFor[[]small]()), slabID(reflect.TypeFor[[]middle]())
	d := &decoder{shelves: sizesOf(map[int]int{a: 3, b: 1}).arrange(1)}
	require.True(t, d.takeShelf(b))
	require.False(t, d.takeShelf(a), "the message has it")
	for id, room := range map[int]int{a: 3, b: 1} {
		s := d.slab(id)
		assert.Equal(t, room, s.slice.Cap(s.at))
	}
	d.dropSlabs()
	for _, id := range []int{a, b} {
		s := d.slab(id)
		assert.Zero(t, s.slice.Cap(s.at))
	}
	require.True(t, d.takeShelf(a), "the next message has none yet")
}
