package schema

import (
	"context"
	"reflect"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/generator/internal/source"
	"github.com/redoxgen/redoxgen/internal/testenv"
)

func TestLoadReportsAllFilesAtOnce(t *testing.T) {
	_, diags := load(files{
		"m/a.json": `{"type": "object"`,
		"m/b.json": named(`"type": "objec"`),
		"m/c.json": named(`"properties": {"A": {"$ref": "#/definitions/A"}}`),
		"x.json":   `{}`,
	})
	var places []string
	for _, d := range diags {
		places = append(places, d[:len("s/m/a.json")])
	}
	assert.Equal(t, []string{"s/m/a.json", "s/m/b.json", "s/m/b.json", "s/m/c.json", "s/m/c.json", "s/x.json: "}, places)
}

func TestLoadDoesNotDependOnProcessors(t *testing.T) {
	one := runtime.GOMAXPROCS(1)
	first, _ := loadCatalog(false)
	runtime.GOMAXPROCS(8)
	second, _ := loadCatalog(false)
	runtime.GOMAXPROCS(one)
	assert.True(t, reflect.DeepEqual(first, second))
}

func TestLiteralNotesWhatWouldBeCorrected(t *testing.T) {
	_, diags := Load(context.Background(), Options{Literal: true, Catalog: catalog(t, false), Layers: []source.Layer{source.Path(testenv.NeedsReference(t, "schemas.zip"))}})
	assert.Len(t, diags.Sorted(), 89)
	assert.Contains(t, diags.Sorted()[0].String(), "clinicaldecisions/request.json:769:20#/properties/UnsignedMedicationOrders/items/properties/Route: note: ")
}

func TestLoadStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	set, diags := Load(ctx, Options{})
	assert.Empty(t, set.Events)
	assert.True(t, diags.HasErrors())
}

func BenchmarkLoadCatalog(b *testing.B) {
	for b.Loop() {
		Load(context.Background(), Options{})
	}
}

func BenchmarkLoadPublished(b *testing.B) {
	layer := source.Path(testenv.NeedsReference(b, "schemas.zip"))
	for b.Loop() {
		Load(context.Background(), Options{Layers: []source.Layer{layer}})
	}
}
