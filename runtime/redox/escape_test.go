//go:build !redox_safe && !race

package redox_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/runtime/redoximpl"
)

// TestEqualDoesNotAllocate: generated methods pass pointers to their receivers,
// which a parameter that escapes would move to the heap, in every method.
func TestEqualDoesNotAllocate(t *testing.T) {
	assert.Zero(t, testing.AllocsPerRun(10, func() {
		var v, w visit
		redoximpl.Equal(&v, &w)
	}))
}
