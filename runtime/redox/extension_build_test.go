package redox_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/redoxgen/redoxgen/runtime/redox"
)

// TestExtensionsOfUnreadableText: what cannot be sent is found, and not before.
func TestExtensionsOfUnreadableText(t *testing.T) {
	cases := []struct {
		name string
		set  func(Struct)
		want string
	}{
		{"text that is not UTF-8", func(v Struct) { SetExtension(v, "a", Extension{String: "M\xfcller"}) }, ".Extensions.a.string: encoding, want UTF-8"},
		{"below", func(v Struct) {
			SetExtension(v, "a", Extension{HumanName: HumanName{Given: []string{"x", "\xff"}}})
		}, ".Extensions.a.humanName.given[1]: encoding, want UTF-8"},
		{"a name that is not UTF-8", func(v Struct) { SetExtension(v, "\xff", Extension{String: "a"}) }, ".Extensions[name withheld]: encoding, want UTF-8"},
		{"no number", func(v Struct) { SetExtension(v, "a", Extension{Number: "1x"}) }, ".Extensions: type, want JSON text, got text that is not JSON"},
		{"an unknown member", func(v Struct) { SetUnknownMember(v, "Else", `{"a":`) }, ".Else: type, want JSON text, got text that is not JSON"},
		{"a field", func(v Struct) { SetUnknownMember(v, "Bed", `1,"Room":2`) }, ".Bed: type, want JSON text, got text that is not JSON"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var v sample
			require.NoError(t, json.Unmarshal([]byte(`{"Meta":{"DataModel":"S","EventType":"N"},"Persons":[{"ID":"1"}]}`), &v))
			c.set(&v.Visit.Location)
			v.Visit.VisitNumber = "1"
			assert.Contains(t, strings.Split(sampleSchema.Validate(&v).String(), "\n"), "Visit.Location"+c.want)
			_, err := sampleSchema.AppendValid(nil, &v)
			assert.ErrorContains(t, err, "Visit.Location"+c.want)
			_, err = buildSample().Person(func(p *person) { p.ID = "1" }).Visit(func(to *visit) { *to = v.Visit }).Build()
			assert.ErrorContains(t, err, "Visit.Location"+c.want)
			_, err = buildSample().Person(func(p *person) { p.ID = "1" }).Meta(func(m *Meta) { c.set(&m.Source) }).Build()
			assert.ErrorContains(t, err, "Meta.Source"+c.want)
			SetExtension(&v.Visit.Location, "b", Extension{String: "x"})
			_, err = sampleSchema.AppendValid(nil, &v)
			assert.Error(t, err, "it stays")
		})
	}
}

// TestBuildersSetExtensions: in Meta, in sections and in elements.
func TestBuildersSetExtensions(t *testing.T) {
	b := buildSample().
		Meta(MetaExtension(ExtensionUserID, Extension{String: "jdoe"})).
		Meta(func(m *Meta) {
			m.EventDateTime = "2023-02-27T22:09:03.585Z"
			SetExtension(m, ExtensionUserRole, Extension{Coding: Coding{Code: "112247003"}})
			SetUnknownMember(m, "Agreed", `[1]`)
			SetUnknownMember(&m.Source, "Port", `7`)
		}).
		Visit(func(v *visit) {
			v.VisitNumber = "1"
			SetExtension(v, "a", Extension{String: "x"})
			SetUnknownMember(v, "More", `{"x":1.0}`)
		}).
		Person(func(p *person) { p.ID = "1"; SetExtension(p, "b", Extension{Number: "1"}) })
	want := `{"Meta":{"DataModel":"Sample","EventType":"New","EventDateTime":"2023-02-27T22:09:03.585Z","Source":{"Port":7},
		"Extensions":{"user-id":{"url":"https://api.redoxengine.com/extensions/user-id","string":"jdoe"},"user-role":{"url":"https://api.redoxengine.com/extensions/user-role","coding":{"code":"112247003"}}},"Agreed":[1]},
		"Visit":{"VisitNumber":"1","Extensions":` + written("a", "string", `"x"`) + `,"More":{"x":1.0}},
		"Persons":[{"ID":"1","Extensions":` + written("b", "number", `1`) + `}]}`
	for range 2 {
		m, err := b.Build()
		require.NoError(t, err)
		out, err := sampleSchema.AppendValid(nil, m)
		require.NoError(t, err)
		assert.JSONEq(t, want, string(out))
		assert.Equal(t, []string{"Meta.Source.Port: unknown, got number (warning)", "Meta.Agreed: unknown, got array (warning)", "Visit.More: unknown, got object (warning)"}, violations(sampleSchema.Validate(m)))
		assert.Equal(t, "jdoe", ExtensionOf(&m.Meta, ExtensionUserID).String)
		SetExtension(m, "root", Extension{Boolean: True})
		SetExtension(&m.Visit, "a", Extension{String: "changed"})
	}
	_, err := buildSample().Person(func(p *person) { p.ID = "1" }).Meta(func(m *Meta) {
		*m = Meta{}
		_ = Unmarshal([]byte(`{"Received":1,"Source":{"Else":2}}`), m)
	}).Build()
	assert.ErrorContains(t, err, "Meta.Source.Else: not-in-event; Meta.Received: not-in-event", "what was received and is not known is not sent on by accident")
}

func TestExtensionsAreCompared(t *testing.T) {
	cases := []struct {
		name, a, b string
		want       []string
	}{
		{"order and spelling", `{"Extensions":{"a":{"number":1},"b":{"string":"\u0061"}}}`, `{"Extensions":{"b":{"string":"a"},"a":{"number":1.0}}}`, nil},
		{"nothing", `{"Extensions":{}}`, `{"Extensions":null}`, nil},
		{"nothing at all", `{}`, `{"Extensions":{}}`, nil},
		{"one", `{"Extensions":{"a":{"number":1},"b":{}}}`, `{"Extensions":{"a":{"number":2},"c":{}}}`, []string{"Extensions.a", "Extensions.b", "Extensions.c"}},
		{"names", `{"Extensions":{"Jane Doe":{"number":1}}}`, `{}`, []string{"Extensions[name withheld]"}},
		{"no object", `{"Extensions":{"a":{}}}`, `{"Extensions":[]}`, []string{"Extensions"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a, b := decodeVisit(t, c.a), decodeVisit(t, c.b)
			assert.Equal(t, c.want, Diff(a, b))
			assert.Equal(t, c.want, Diff(b, a))
			assert.Equal(t, c.want == nil, Equal(a, b))
		})
	}
}

func TestExtensionsAreCloned(t *testing.T) {
	v := decodeVisit(t, `{"Extensions":`+written("a", "string", `"x"`)+`}`)
	c := Clone(v)
	SetExtension(v, "a", Extension{String: "y"})
	SetExtension(v, "b", Extension{String: "z"})
	assert.Equal(t, "x", ExtensionOf(c, "a").String)
	assert.False(t, ExtensionOf(c, "b").IsSet())
	c = Clone(v)
	assert.True(t, Equal(c, v))
	DiscardUnknown(v)
	assert.False(t, ExtensionOf(v, "a").IsSet())
	assert.Equal(t, "z", ExtensionOf(c, "b").String)
	view := (&Unknown{Meta: Meta{}}).RedoxMeta()
	SetExtension(&view, "a", Extension{String: "x"})
	assert.Equal(t, "x", ExtensionOf(&view, "a").String)
}

// TestExtensionsOfViews: a Meta section in the common form has them too, and setting
// them there changes the view alone.
func TestExtensionsOfViews(t *testing.T) {
	m, _, err := decodeSample([]byte(`{"Meta":{"DataModel":"S","x":1,"Extensions":` + written("user-id", "string", `"jdoe"`) + `}}`))
	require.NoError(t, err)
	view := Convert[Endpoint](&m.Meta) // without a field in common
	assert.Equal(t, "jdoe", ExtensionOf(&view, ExtensionUserID).String)
	SetExtension(&view, ExtensionUserID, Extension{String: "other"})
	assert.Equal(t, Raw("1"), UnknownMember(view.Object, "x"))
	assert.Equal(t, "other", ExtensionOf(&view, ExtensionUserID).String)
	assert.Equal(t, "jdoe", ExtensionOf(&m.Meta, ExtensionUserID).String)
}

func TestExtensionsAreWithheld(t *testing.T) {
	v := decodeVisit(t, `{"Extensions":{"user-id":{"url":"SECRET","string":"SECRET"},"SE CRET":{"coding":{"code":"SECRET"}},"n":{"number":4711,"boolean":true}}}`)
	e := ExtensionOf(v, "user-id")
	outline := Redact(v)
	for _, text := range []string{outline, Redact(&e), fmt.Sprintf("%v %+v %#v %s", *v, e, e.Coding, e.Participants), fmt.Sprint(slices.Collect(maps.Values(maps.Collect(Extensions(v)))))} {
		assert.NotContains(t, text, "SECRET")
		assert.NotContains(t, text, "SE CRET")
		assert.NotContains(t, text, "4711")
	}
	assert.JSONEq(t, `{"Extensions":{"user-id":{"url":"string","string":"string"},"[name withheld]":{"coding":{"code":"string"}},"n":{"number":"number","boolean":"boolean"}}}`, outline)
}

func TestContinueTakesExtensions(t *testing.T) {
	const x, y, z = `{"url":"u","string":"x"}`, `{"url":"u","string":"y"}`, `{"url":"u","string":"z"}`
	cases := []struct {
		name, mine, from, want string
		dropped                []string
	}{
		{"everywhere but in Meta", `{}`, `{"Meta":{"Extensions":{"m":` + x + `}},"Extensions":{"r":` + x + `},"Visit":{"Extensions":{"a":` + x + `},"Location":{"Room":"1","Extensions":{"b":` + y + `}}},"Person":{"ID":"1","Extensions":{"p":` + z + `}}}`,
			`{"Visit":{"Location":{"Room":"1","Extensions":{"b":` + y + `}},"Extensions":{"a":` + x + `}},"Persons":[{"ID":"1","Extensions":{"p":` + z + `}}],"Extensions":{"r":` + x + `}}`, nil},
		{"beside others", `{"Visit":{"Extensions":{"a":` + x + `}},"Extensions":{"r":` + x + `}}`, `{"Visit":{"Class":"c","Extensions":{"b":` + y + `,"c":` + z + `}},"Extensions":{"s":` + y + `}}`,
			`{"Visit":{"Class":"c","Extensions":{"a":` + x + `,"b":` + y + `,"c":` + z + `}},"Extensions":{"r":` + x + `,"s":` + y + `}}`, nil},
		{"not in place of others", `{"Visit":{"Extensions":{"a":` + x + `,"b":` + x + `}},"Extensions":{"r":` + x + `}}`, `{"Visit":{"Extensions":{"a":` + y + `,"b":` + x + `}},"Extensions":{"r":` + z + `}}`,
			`{"Visit":{"Extensions":{"a":` + x + `,"b":` + x + `}},"Extensions":{"r":` + x + `}}`, []string{"Extensions.r: not-in-event, want nothing set before (warning)", "Visit.Extensions.a: not-in-event, want nothing set before (warning)"}},
		{"nothing in them", `{}`, `{"Visit":{"Class":"c","Extensions":{}},"Extensions":null}`, `{"Visit":{"Class":"c"}}`, nil},
		{"no object", `{}`, `{"Visit":{"Class":"c","Extensions":[1]},"Extensions":7}`, `{"Visit":{"Class":"c"}}`,
			[]string{"Visit.Extensions: extension, want object, got array (warning)", "Extensions: extension, want object, got number (warning)"}},
		{"the only one", `{}`, `{"Visit":{"Extensions":` + x + `}}`, `{"Visit":{"Extensions":` + x + `}}`, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := buildSample()
			require.NoError(t, Unmarshal([]byte(c.mine), &b.message))
			b.Continue(received(t, c.from))
			assert.Equal(t, c.dropped, violations(b.Dropped()))
			out, err := Marshal(&b.message)
			require.NoError(t, err)
			assert.Equal(t, c.want, string(out))
		})
	}
}

// TestExtensionsAreReadConcurrently is for the race detector: reading changes nothing,
// and setting changes the copy that it is done to.
func TestExtensionsAreReadConcurrently(t *testing.T) {
	m, _, err := decodeSample([]byte(`{"Meta":{"DataModel":"S"},"Visit":{"Extensions":` + written("a", "string", `"x"`) + `}}`))
	require.NoError(t, err)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				own := *m
				SetExtension(&own.Visit, "a", Extension{String: "y"})
				assert.Equal(t, "y", ExtensionOf(&own.Visit, "a").String)
				assert.Equal(t, "x", ExtensionOf(&m.Visit, "a").String)
				assert.False(t, Equal(m, &own))
				assert.Len(t, slices.Collect(maps.Keys(maps.Collect(Extensions(&m.Visit)))), 1)
			}
		})
	}
	wg.Wait()
}
