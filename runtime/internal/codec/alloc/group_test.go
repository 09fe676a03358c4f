package alloc

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type (
	small  [100]byte
	middle [2000]byte
	large  [groupBytes + 1]byte
)

// learnedOf is what a program has learned of one message with so many elements.
func learnedOf(totals map[int]int) *Learned {
	l := NewLearned()
	for id, total := range totals {
		l.sizes[id].learn(total)
		l.sizes[id].present.Add(1)
	}
	return l
}

func TestArrange(t *testing.T) {
	a, b, c := SliceID(reflect.TypeFor[[]small]()), SliceID(reflect.TypeFor[[]middle]()), SliceID(reflect.TypeFor[[]large]())

	two := learnedOf(map[int]int{a: 3, b: 1, c: 1}).arrange(1)
	require.Len(t, two.list, 1, "what is too large stands apart")
	assert.Equal(t, []uint8{1, 1, 0}, []uint8{two.of[a], two.of[b], two.of[c]})

	full := learnedOf(map[int]int{a: 3, b: 3}).arrange(1)
	assert.Empty(t, full.list, "a group of one slab saves nothing")

	l := learnedOf(map[int]int{a: 3, b: 1})
	l.sizes[a].present.Add(3)
	assert.Empty(t, l.arrange(4).list, "b is in one message of four")
	l.sizes[b].present.Add(2)
	assert.Len(t, l.arrange(4).list, 1, "and here in three")
}

// TestGroupIsForgotten: memory that goes back to the pool holds nothing of the
// message, also not what the message left unused.
func TestGroupIsForgotten(t *testing.T) {
	a, b := SliceID(reflect.TypeFor[[]small]()), SliceID(reflect.TypeFor[[]middle]())
	g := learnedOf(map[int]int{a: 3, b: 1}).arrange(1)
	m := &Message{groups: g}
	require.True(t, m.takeGroup(b))
	require.False(t, m.takeGroup(a), "the message has it")
	for id, room := range map[int]int{a: 3, b: 1} {
		s := m.slab(id)
		assert.Equal(t, room, s.slice.Cap(s.at))
	}
	m.Reset()
	for _, id := range []int{a, b} {
		s := m.slab(id)
		assert.Zero(t, s.slice.Cap(s.at))
	}
	m.groups = g
	require.True(t, m.takeGroup(a), "the next message has none yet")
}
