package generator

import (
	"context"
	"maps"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/schemas"
)

// Every field that is no object is classified in the catalog, whatever its kind tells,
// and the catalog classifies nothing else.
func TestClassesOfFields(t *testing.T) {
	x, err := Inspect(context.Background(), Options{})
	require.NoError(t, err)
	all, err := schemas.Classes()
	require.NoError(t, err)
	stated := 0
	for key, fields := range all {
		stated += len(fields)
		for name, class := range fields {
			_, ok := redox.ParseClass(class)
			assert.True(t, ok, "%s.%s: there is no class %q", key, name, class)
		}
	}
	found := 0
	for _, p := range x.model.Packages {
		structs := p.Concepts
		for _, e := range p.Events {
			structs = append(structs, e.Struct)
		}
		for _, s := range structs {
			for _, f := range s.Fields {
				if f.Kind.Base == model.Concept {
					assert.Empty(t, all[s.Key][f.Name], "%s.%s is an object", s.Key, f.Name)
					continue
				}
				found++
				assert.Equal(t, all[s.Key][f.Name], f.Class.String(), "%s.%s is not classified in classes.json", s.Key, f.Name)
			}
		}
	}
	assert.Equal(t, found, stated, "classes.json states a field that no type has")
	extensions := maps.Collect(redox.ExtensionClasses())
	assert.NotEmpty(t, extensions)
	assert.Equal(t, found+len(extensions), len(x.Fields()), "Fields has each field and each extension once")
	assert.Greater(t, found, 1300)
}

// Fields of a user's schema have the class that it states; of several statements the
// most careful one counts, and what nobody classified is free text.
func TestClassesOfUsers(t *testing.T) {
	x, err := Inspect(context.Background(), Options{Sources: []Source{FS("mine", fstest.MapFS{
		"pay/bill.json": {Data: []byte(`{"x-redox-event": {"dataModel": "Pay", "eventType": "Bill", "kind": "notification"}, "type": "object", "properties": {
			"Meta": {"type": "object", "x-redox-concept": "common.Meta", "properties": {"DataModel": {"type": "string"}, "EventType": {"type": "string"}, "Source": {"type": "object", "x-redox-concept": "common.Endpoint", "properties": {"ID": {"type": "string"}}}}},
			"Payer": {"type": "object", "x-redox-concept": "Person", "properties": {"Alias": {"type": "string", "x-redox-class": "name"}}},
			"Payee": {"type": "object", "x-redox-concept": "Person", "properties": {"Alias": {"type": "string", "x-redox-class": "direct identifier"}}},
			"Phones": {"type": "array", "items": {"type": "string", "x-redox-class": "contact"}},
			"Due": {"type": "string", "x-redox-date": "date"},
			"Remark": {"type": "string"}}}`)},
	})}})
	require.NoError(t, err)
	got := map[string]string{}
	for _, f := range x.Fields() {
		got[f.GoField] = f.Class.String()
	}
	for name, class := range map[string]string{
		"pay.Person.Alias": "direct identifier", "pay.Bill.Phones": "contact", "pay.Bill.Due": "date",
		"pay.Bill.Remark": "free text", "common.Meta.DataModel": "none", "common.Endpoint.ID": "routing",
	} {
		assert.Equal(t, class, got[name], name)
	}
}
