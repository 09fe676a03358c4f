package redox_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientsearch"
	"github.com/redoxgen/redoxgen/generated/results"
	"github.com/redoxgen/redoxgen/internal/testenv"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// extensionSample reads one of the messages with extensions of the reference data.
func extensionSample(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(testenv.NeedsReference(t, "extensions", name))
	require.NoError(t, err)
	return text
}

// TestPublishedExtensions: the messages with extensions that Redox shows decode to
// typed extensions, encode to what they were, and are built from nothing to the same
// bytes of canonical JSON. Of the values that builders set only the places and
// types are known here; the values are read from the messages.
func TestPublishedExtensions(t *testing.T) {
	text := extensionSample(t, "results_new.json")
	ev, report, err := results.DecodeNew(text)
	require.NoError(t, err)
	assertNoExtensionWarning(t, report)
	ordered := redox.ExtensionOf(&ev.Orders[0], redox.ExtensionOrderedDateTime)
	at, err := ordered.DateTime.Time()
	require.NoError(t, err)
	assert.Equal(t, time.April, at.Month())
	assert.NotEmpty(t, redox.ExtensionOf(&ev.Orders[0], redox.ExtensionOrderingFacilityName).String)
	assert.NotEmpty(t, redox.ExtensionOf(&ev.Orders[0], redox.ExtensionOrderingFacilityAddress).Address.PostalCode)
	assert.NotEmpty(t, redox.ExtensionOf(&ev.Orders[0].Results[0], redox.ExtensionDeviceID).String)
	assert.Equal(t, canonical(t, text), canonical(t, encoded(t, ev)))

	tree := parsed(t, text)
	r := rebuilder{t: t}
	meta := tree["Meta"].(map[string]any)
	b := results.BuildNew().Meta(func(m *redox.Meta) { r.object(m, meta) }).
		Patient(func(p *results.Patient) { r.object(p, tree["Patient"]) })
	for _, o := range tree["Orders"].([]any) {
		b.Order(func(to *results.Order) { r.object(to, o) })
	}
	built, err := b.Build()
	require.NoError(t, err)
	// The message has two texts where the schema asks for objects, which Build refuses.
	require.Len(t, r.misfits, len(built.Orders[0].Results))
	for i := range built.Orders[0].Results {
		redox.SetUnknownMember(&built.Orders[0].Results[i].Performer, "PhoneNumber", r.misfits[i])
	}
	r.nulls(&built.Meta, meta)
	r.rest(built, tree)
	assert.Equal(t, canonical(t, text), canonical(t, encoded(t, built)))
	assert.Equal(t, 4, r.extensions)
	assert.Empty(t, redox.Diff(ev, built))

	text = extensionSample(t, "patientsearch_answer.json")
	found, report, err := patientsearch.DecodeResponse(text)
	require.NoError(t, err)
	assertNoExtensionWarning(t, report)
	for i := range found.Patient.Insurances {
		assert.NotEmpty(t, redox.ExtensionOf(&found.Patient.Insurances[i], redox.ExtensionInsuranceID).Identifier.Value)
	}
	assert.Equal(t, canonical(t, text), canonical(t, encoded(t, found)))

	tree, r = parsed(t, text), rebuilder{t: t}
	meta = tree["Meta"].(map[string]any)
	answer, err := patientsearch.BuildResponse().Meta(func(m *redox.Meta) { r.object(m, meta) }).
		Patient(func(p *patientsearch.Patient) { r.object(p, tree["Patient"]) }).Build()
	require.NoError(t, err)
	answer.Meta.EventType = "Query" // recorded answers name the event that asked
	r.nulls(&answer.Meta, meta)
	assert.Equal(t, canonical(t, text), canonical(t, encoded(t, answer)))
	assert.Equal(t, 2, r.extensions)
	assert.Empty(t, redox.Diff(found, answer))
}

func assertNoExtensionWarning(t *testing.T, r redox.Report) {
	t.Helper()
	for v := range r.All() {
		assert.NotContains(t, v.Path, "Extensions", v)
	}
}

func encoded(t *testing.T, m redox.Message) []byte {
	t.Helper()
	out, err := m.AppendJSON(nil)
	require.NoError(t, err)
	return out
}

func parsed(t *testing.T, text []byte) (tree map[string]any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	require.NoError(t, d.Decode(&tree))
	return tree
}

// canonical has members by name and no white space.
func canonical(t *testing.T, text []byte) string {
	t.Helper()
	out, err := json.Marshal(parsed(t, text))
	require.NoError(t, err)
	return string(out)
}

// rebuilder fills in structs field by field as a program would, without decoding.
type rebuilder struct {
	t          *testing.T
	extensions int
	misfits    []redox.Raw // texts where a field is no text, which are not set
}

// object fills in *v with what tree has.
func (r *rebuilder) object(v redox.Struct, tree any) {
	members := tree.(map[string]any)
	s := reflect.ValueOf(v).Elem()
	for i := 1; i < s.NumField(); i++ {
		if value, ok := members[s.Type().Field(i).Tag.Get("json")]; ok && value != nil {
			r.value(s.Field(i), value)
		}
	}
	if named, ok := members["Extensions"].(map[string]any); ok {
		for _, name := range slices.Sorted(maps.Keys(named)) {
			redox.SetExtension(v, name, r.extension(named[name].(map[string]any)))
		}
	}
	r.nulls(v, members)
	r.rest(v, members)
}

// value sets a field.
func (r *rebuilder) value(f reflect.Value, value any) {
	switch value := value.(type) {
	case string:
		if f.Kind() != reflect.String {
			raw, err := redox.RawOf(value)
			require.NoError(r.t, err)
			r.misfits = append(r.misfits, raw)
			return
		}
		f.SetString(value)
	case json.Number:
		f.SetString(value.String())
	case bool:
		f.Set(reflect.ValueOf(redox.BoolOf(value)))
	case map[string]any:
		r.object(f.Addr().Interface().(redox.Struct), value)
	case []any:
		list := reflect.MakeSlice(f.Type(), len(value), len(value))
		for i, e := range value {
			r.value(list.Index(i), e)
		}
		f.Set(list)
	}
}

// extension returns an extension of one of the forms that the messages have. Its URL
// is left to SetExtension.
func (r *rebuilder) extension(tree map[string]any) (e redox.Extension) {
	r.extensions++
	text := func(value any, name string) string { s, _ := value.(map[string]any)[name].(string); return s }
	for form, value := range tree {
		switch form {
		case "url":
		case "string":
			e.String = value.(string)
		case "dateTime":
			e.DateTime = redox.DateTime(value.(string))
		case "address":
			e.Address = redox.Address{Line: text(value, "line"), City: text(value, "city"), State: text(value, "state"), PostalCode: text(value, "postalCode")}
		case "identifier":
			e.Identifier = redox.ExtensionIdentifier{Value: text(value, "value"), Type: text(value, "type")}
		default:
			assert.Fail(r.t, "a form that no message had", form)
		}
	}
	return e
}

// nulls sets the members that are null.
func (r *rebuilder) nulls(v redox.Struct, members map[string]any) {
	for name, value := range members {
		if value == nil {
			redox.SetUnknownMember(v, name, "null")
		}
	}
}

// rest sets the members that the struct has no field for.
func (r *rebuilder) rest(v redox.Struct, members map[string]any) {
	known := map[string]bool{"Extensions": true}
	for _, f := range reflect.VisibleFields(reflect.TypeOf(v).Elem()) {
		known[f.Tag.Get("json")] = true
	}
	for name, value := range members {
		if known[name] {
			continue
		}
		raw, err := redox.RawOf(value)
		require.NoError(r.t, err)
		redox.SetUnknownMember(v, name, raw)
	}
}
