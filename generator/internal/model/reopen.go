package model

import (
	"slices"

	"github.com/redoxgen/redoxgen/generator/internal/lock"
)

// reopens reports whether the objects of t are what the lock calls key, though
// it has no event any more that leads there: those had been let go, and may now
// be back. The same holds for them as for joining an open concept.
func (b *builder) reopens(t *slot, v vocabulary, key string) bool {
	locked := b.lockedTypes[key].Fields
	shared := 0
	for _, f := range locked {
		k, ok := v.kinds[f.JSON]
		if !ok {
			continue
		}
		shared++
		if locked := lockedBase(f.Kind); k != (Kind{}) && locked != (Kind{}) && !locked.like(k) {
			return false
		}
	}
	return shared*10 >= min(len(v.kinds), len(locked))*6 && !b.lockLeads(key, t.owner.Key, make(map[string]bool))
}

// lockedBase returns a locked kind without opening the concept that it may name.
func lockedBase(locked lock.Kind) Kind {
	k := Kind{Base: Concept, Slices: locked.Slices()}
	if i := slices.Index(lockedScalars[:], locked.Base()); i >= 0 {
		k.Base = Base(i)
	}
	return k
}

// lockLeads reports whether the concept to is a part of from, as the lock says.
func (b *builder) lockLeads(from, to string, seen map[string]bool) bool {
	if from == to {
		return true
	}
	if seen[from] || b.lockedTypes[from] == nil {
		return false
	}
	seen[from] = true
	return slices.ContainsFunc(b.lockedTypes[from].Fields, func(f lock.Field) bool {
		key, ok := b.keys[f.Kind.Base()]
		return ok && b.lockLeads(key, to, seen)
	})
}
