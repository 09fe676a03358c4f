package model

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/lock"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
	"github.com/redoxgen/redoxgen/schemas"
)

// An object of the catalog's events carries on average at least three quarters of
// the fields of its type: concepts do not stand for what has little in common.
func TestConceptsFit(t *testing.T) {
	set, diags := schema.Load(context.Background(), schema.Options{})
	locked := lock.Parse("lock", schemas.Lock(), diags)
	require.False(t, diags.HasErrors())
	m := Build(Input{Events: set.Events, Catalog: set.Events, Lock: locked}, new(diag.List))
	type fill struct{ objects, share float64 }
	fills := make(map[*Struct]fill)
	for _, e := range m.Events {
		Walk(e.Struct, e.Schema.Root, func(s *Struct, n *schema.Node) {
			f := fills[s]
			fills[s] = fill{f.objects + 1, f.share + float64(len(n.Properties))/float64(max(1, len(s.Fields)))}
		})
	}
	var all fill
	byType := 0.0
	for _, f := range fills {
		all = fill{all.objects + f.objects, all.share + f.share}
		byType += f.share / f.objects
	}
	t.Logf("%d types, fill %.1f %% by object, %.1f %% by type", len(fills), 100*all.share/all.objects, 100*byType/float64(len(fills)))
	assert.GreaterOrEqual(t, all.share/all.objects, 0.75)
	assert.GreaterOrEqual(t, byType/float64(len(fills)), 0.75)
}
