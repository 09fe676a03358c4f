package model

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/lock"
)

// The lock takes every kind that is written into it, and reads it as what it was.
func TestLockTakesKinds(t *testing.T) {
	for base, word := range lockedScalars {
		diags := new(diag.List)
		l := lock.Parse("lock", []byte("redoxgen lock 1\ntype zoo.Animal\nfield A A []"+word+"\n"), diags)
		assert.Empty(t, diags.Sorted(), word)
		k := new(builder).lockedKind(l.Types[0].Fields[0].Kind)
		assert.Equal(t, &Kind{Base: Base(base), Slices: 1}, k)
	}
}
