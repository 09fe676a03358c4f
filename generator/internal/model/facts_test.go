package model

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// A field tells which events carry it where not all do that use its struct.
func TestFieldFacts(t *testing.T) {
	all := []string{"A.New", "A.Query", "A.QueryResponse"}
	for name, c := range map[string]struct {
		facts         fieldFacts
		only, not, in []string
		always        bool
	}{
		"everywhere": {facts: fieldFacts{uses: 3, carriedBy: all}, only: nil, not: nil},
		"required everywhere": {
			facts: fieldFacts{uses: 3, required: 3, carriedBy: all, requiredBy: all}, always: true,
		},
		"in one event, required there": {
			facts: fieldFacts{uses: 1, required: 1, carriedBy: all[2:], requiredBy: all[2:]},
			only:  all[2:], not: all[:2], always: true,
		},
		"required in one of two": {
			facts: fieldFacts{uses: 2, required: 1, carriedBy: all[:2], requiredBy: all[:1]},
			only:  all[:2], not: all[2:], in: all[:1],
		},
	} {
		f := new(Field)
		c.facts.state(f, all)
		assert.Equal(t, c.only, f.OnlyIn, name)
		assert.Equal(t, c.not, f.NotIn, name)
		assert.Equal(t, Required{Always: c.always, In: c.in}, f.Required, name)
	}
}
