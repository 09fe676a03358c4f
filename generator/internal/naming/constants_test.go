package naming

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/generator/internal/lock"
	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/schemas"
)

// sizes is a model with nothing but a value set of these values.
func sizes(values ...string) (*model.Model, *model.ValueSet) {
	set := &model.ValueSet{ValueSet: schemas.ValueSet{Name: "Size", Package: "zoo", Values: values}}
	return &model.Model{Packages: []*model.Package{{Key: "zoo", ValueSets: []*model.ValueSet{set}}}}, set
}

// A value that reads like another one does not take its constant.
func TestConstantsStay(t *testing.T) {
	m, set := sizes("N/A", "big")
	names := Reserved{}.Assign(m, new(lock.Lock), new(lock.Lock), "example.com/x")
	assert.Equal(t, []string{"SizeNA", "SizeBig"}, names.Constants(set))
	l := names.Lock(m)

	m, set = sizes("Big", "NA", "N/A", "big")
	names = Reserved{}.Assign(m, l, l, "example.com/x")
	assert.Equal(t, []string{"SizeBigValue", "SizeNAValue", "SizeNA", "SizeBig"}, names.Constants(set))

	again := names.Lock(m)
	m, set = sizes("N/A", "n/a", "NA", "Big", "big")
	names = Reserved{}.Assign(m, again, again, "example.com/x")
	assert.Equal(t, []string{"SizeNA", "SizeSpaceNSlashA", "SizeNAValue", "SizeBigValue", "SizeBig"}, names.Constants(set))
}

// A value set's type is called as the set, unless a type has that name: one that
// is new gives way to a locked set, and a new set to any other.
func TestTypesOfValueSets(t *testing.T) {
	m, set := sizes("big")
	p := m.Packages[0]
	concept := &model.Struct{Key: "zoo.Size", Package: p, Word: "Size"}

	names := Reserved{}.Assign(m, new(lock.Lock), new(lock.Lock), "example.com/x")
	assert.Equal(t, "Size", names.ValueSet(set))
	l := names.Lock(m)
	p.Concepts = []*model.Struct{concept}
	names = Reserved{}.Assign(m, l, l, "example.com/x")
	assert.Equal(t, "Size", names.ValueSet(set))
	assert.Equal(t, "SizeObject", names.Type(concept))

	names = Reserved{}.Assign(m, new(lock.Lock), new(lock.Lock), "example.com/x")
	assert.Equal(t, "SizeValues", names.ValueSet(set))
	assert.Equal(t, "Size", names.Type(concept))
	l = names.Lock(m)
	names = Reserved{}.Assign(m, l, l, "example.com/x")
	assert.Equal(t, "SizeValues", names.ValueSet(set))
	assert.Equal(t, "Size", names.Type(concept))
}
