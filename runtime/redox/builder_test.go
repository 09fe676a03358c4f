package redox_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoximpl"
)

// sampleBuilder is what a generated builder looks like.
type sampleBuilder struct {
	redoximpl.Builder
	message sample
}

func buildSample() *sampleBuilder {
	b := new(sampleBuilder)
	redoximpl.StartBuilder(&b.Builder, &b.message, &sampleSchema)
	return b
}

func (b *sampleBuilder) To(ids ...string) *sampleBuilder      { b.Builder.To(ids...); return b }
func (b *sampleBuilder) From(id string) *sampleBuilder        { b.Builder.From(id); return b }
func (b *sampleBuilder) At(t time.Time) *sampleBuilder        { b.Builder.At(t); return b }
func (b *sampleBuilder) Test(test bool) *sampleBuilder        { b.Builder.Test(test); return b }
func (b *sampleBuilder) Meta(fill func(*Meta)) *sampleBuilder { b.Builder.Meta(fill); return b }
func (b *sampleBuilder) Continue(from Message) *sampleBuilder { b.Builder.Continue(from); return b }

func (b *sampleBuilder) Visit(fill func(*visit)) *sampleBuilder {
	return redoximpl.EditSection(b, &b.message.Visit, fill)
}

func (b *sampleBuilder) Person(fill func(*person)) *sampleBuilder {
	return redoximpl.NextElement(b, &b.Builder, &b.message.Persons, fill)
}

func (b *sampleBuilder) Score(value Number) *sampleBuilder {
	b.message.Score = value
	return b
}

func (b *sampleBuilder) Build() (*sample, error) { return redoximpl.Build[*sample](&b.Builder) }

// violations returns a report as text, line by line.
func violations(r Report) (lines []string) {
	for v := range r.All() {
		lines = append(lines, v.String())
	}
	return lines
}

func buildFaults(t *testing.T, b *sampleBuilder) []string {
	t.Helper()
	m, err := b.Build()
	require.Nil(t, m)
	var e *BuildError
	require.ErrorAs(t, err, &e)
	var v *ValidationError
	require.ErrorAs(t, err, &v, "a build error is a validation error as well")
	assert.Equal(t, e.Report, v.Report)
	assert.Equal(t, "Sample.New", e.Event)
	for _, line := range violations(e.Report) {
		if line[len(line)-1] != ')' {
			assert.Contains(t, e.Error(), line, "the error text lists all of it")
		}
	}
	return violations(e.Report)
}

func TestBuild(t *testing.T) {
	at := time.Date(2023, 2, 27, 22, 9, 3, 585_000_000, time.UTC)
	m, err := buildSample().To("d1", "d2").From("s").At(at).Test(false).Score("1.50").
		Meta(func(m *Meta) { m.Source.Name, m.EventType = "Lab", "Old" }).
		Visit(func(v *visit) { v.VisitNumber = "7" }).
		Person(func(p *person) { p.ID = "1" }).Person(func(p *person) { p.ID = "2" }).
		Build()
	require.Error(t, err, "the sample schema has no destinations")
	require.Nil(t, m)
	assert.Equal(t, "redox: cannot build Sample.New: Meta.Destinations: not-in-event", err.Error())

	m, err = buildSample().From("s").At(at).Test(false).Score("1.50").
		Meta(func(m *Meta) { m.Source.Name, m.EventType = "Lab", "Old" }).
		Visit(func(v *visit) { v.VisitNumber = "7" }).
		Person(func(p *person) { p.ID = "1" }).Person(func(p *person) { p.ID = "2" }).
		Build()
	require.NoError(t, err)
	out, err := m.MarshalJSON()
	require.NoError(t, err)
	assert.JSONEq(t, `{
		"Meta": {"DataModel": "Sample", "EventType": "New", "EventDateTime": "2023-02-27T22:09:03.585Z", "Test": false, "Source": {"ID": "s", "Name": "Lab"}},
		"Visit": {"VisitNumber": "7"}, "Persons": [{"ID": "1"}, {"ID": "2"}], "Score": 1.50}`, string(out))
	assert.True(t, m.Validate().Valid())
}

func TestBuildFillsInTheTime(t *testing.T) {
	before := time.Now().Truncate(time.Millisecond)
	m, err := buildSample().Person(func(p *person) { p.ID = "1" }).Build()
	require.NoError(t, err)
	at, err := m.Meta.EventDateTime.Time()
	require.NoError(t, err)
	assert.False(t, at.Before(before))
	assert.False(t, at.After(time.Now()))
	assert.Equal(t, Unset, m.Meta.Test)
}

// What a builder gave out does not change with the builder.
func TestBuildReturnsCopies(t *testing.T) {
	b := buildSample().Person(func(p *person) { p.ID, p.Roles = "1", []string{"a"} })
	one, err := b.Build()
	require.NoError(t, err)
	b.message.Persons[0].Roles[0] = "changed"
	two, err := b.Score("2").Person(func(p *person) { p.ID = "2" }).Build()
	require.NoError(t, err)
	two.Persons[0].ID = "changed"
	three, err := b.Build()
	require.NoError(t, err)
	assert.Equal(t, []string{"a"}, one.Persons[0].Roles)
	assert.Len(t, one.Persons, 1)
	assert.False(t, one.Score.IsSet())
	assert.Equal(t, "1", three.Persons[0].ID)
}

func TestBuildListsEverything(t *testing.T) {
	cases := []struct {
		name string
		b    *sampleBuilder
		want []string
	}{
		{"nothing", buildSample(), []string{"Persons: required"}},
		{"in a section that is begun", buildSample().Visit(func(v *visit) { v.Class = "Spa" }), []string{
			"Visit.VisitNumber: required", "Persons: required", "Visit.Class: value-set, want one of 2 documented values (warning)"}},
		{"in elements", buildSample().Person(nil).Person(func(p *person) { p.ID = "1" }).Person(func(p *person) { p.Name = "n" }), []string{
			"Persons[0].ID: required", "Persons[2].ID: required"}},
		{"in optional elements", buildSample().Person(func(p *person) { p.ID = "1" }).Visit(func(v *visit) { v.VisitNumber, v.Staff = "1", []person{{}} }), []string{
			"Visit.Staff[0].ID: required"}},
		{"what the schema says besides", buildSample().Person(func(p *person) { p.Name = "much too long" }), []string{
			"Persons[0].ID: required", "Persons[0].Name: maxLength, want 8, got 13"}},
		{"text that is not JSON", buildSample().Person(func(p *person) { p.ID = "1" }).Score("abc"), []string{
			"Score: type, want number, got text that is not a number"}},
		{"calls that say nothing", buildSample().Person(func(p *person) { p.ID = "1" }).Continue(nil).Continue((*sample)(nil)).Visit(nil).Meta(nil), []string{
			"(message): required, want a message to continue", "(message): required, want a message to continue"}},
		{"an empty destination", buildSample().Person(func(p *person) { p.ID = "1" }).To(""), []string{
			"Meta.Destinations: not-in-event", "Meta.Destinations[0].ID: required"}},
		{"text that is not UTF-8", buildSample().From("s\xff").Person(func(p *person) { p.ID, p.Roles = "1\xf2", []string{"é", "\xe9"} }), []string{
			"Meta.Source.ID: encoding, want UTF-8", "Persons[0].ID: encoding, want UTF-8", "Persons[0].Roles[1]: encoding, want UTF-8"}},
		{"continued text that is not UTF-8", buildSample().Continue(&sample{Meta: Meta{EventType: "\xff"}, Visit: visit{VisitNumber: "1\xf2"}, Persons: []person{{ID: "1"}}}), []string{
			"Visit.VisitNumber: encoding, want UTF-8"}},
		{"a number in Meta that is none", buildSample().Person(func(p *person) { p.ID = "1" }).Test(true).Meta(func(m *Meta) { m.Message.ID, m.Transmission.ID = "A-17", "x" }), []string{
			"Meta.Message.ID: type, want number, got text that is not a number", "Meta.Transmission.ID: type, want number, got text that is not a number"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, buildFaults(t, c.b))
		})
	}
}

// A value that decoding kept is not set, however it is spelled.
func TestNullAndEmptyAreMissing(t *testing.T) {
	var m sample
	_, err := m.DecodeJSON([]byte(`{"Meta":{"DataModel":"S","EventType":"E"},"Visit":{"VisitNumber":null,"Class":"Inpatient"},"Persons":[{"ID":""},{}]}`))
	require.NoError(t, err)
	b := buildSample()
	b.message = m
	assert.Equal(t, []string{"Visit.VisitNumber: required", "Persons[0].ID: required", "Persons[1].ID: required"}, buildFaults(t, b))
}

// Text that was received goes on as it came if it is JSON at all. What was
// replaced before it came, and half of a surrogate pair, are.
func TestBuildKeepsReceivedText(t *testing.T) {
	const text = "\"Visit\":{\"VisitNumber\":\"1\",\"Notes\":[\"\ufffd\"],\"Class\":\"\\ud83d\"}"
	m, err := buildSample().Visit(func(v *visit) { v.Urgent = True }).Person(func(p *person) { p.ID = "1" }).
		Continue(received(t, "{"+text+"}")).Build()
	require.NoError(t, err)
	out, err := m.MarshalJSON()
	require.NoError(t, err)
	assert.Contains(t, strings.Replace(string(out), `"Urgent":true,`, "", 1), text)
}

// A destination counts once, however it is told.
func TestBuildRefusesADestinationTwice(t *testing.T) {
	const carried = "Meta.Destinations: not-in-event" // the sample schema has none
	const first, second = "Meta.Destinations[1].ID: duplicate, want another destination", "Meta.Destinations[2].ID: duplicate, want another destination"
	one := func() *sampleBuilder { return buildSample().Person(func(p *person) { p.ID = "1" }) }
	assert.Equal(t, []string{carried, first}, buildFaults(t, one().To("d", "d")))
	assert.Equal(t, []string{carried, second}, buildFaults(t, one().To("d", "e").To("d")))
	assert.Equal(t, []string{carried, first}, buildFaults(t, one().To("d").Meta(func(m *Meta) {
		m.Destinations = append(m.Destinations, Endpoint{ID: "d", Name: "n"})
	})))
	assert.Equal(t, []string{carried}, buildFaults(t, one().To("d", "e")))
	assert.Equal(t, []string{carried, "Meta.Destinations[0].ID: required", "Meta.Destinations[1].ID: required"}, buildFaults(t, one().To("", "")))
}

// The zero value is of no use, but Build says so.
func TestZeroBuilder(t *testing.T) {
	m, err := new(sampleBuilder).Build()
	assert.Nil(t, m)
	assert.EqualError(t, err, "redox: cannot build a message: (message): required, want a builder that comes from a Build function")
	b := new(sampleBuilder)
	assert.NotPanics(t, func() { b.To("x"); b.Continue(&sample{}); b.Person(nil) })
}

// A copy would build the other builder's message. It builds none, and leaves the
// other one alone.
func TestCopiedBuilder(t *testing.T) {
	b := buildSample().From("s").Person(func(p *person) { p.ID = "1" })
	fork := new(sampleBuilder)
	reflect.ValueOf(fork).Elem().Set(reflect.ValueOf(b).Elem()) // as *fork = *b does, which vet refuses
	fork.From("other").To("other").Test(true).At(time.Now()).Meta(func(m *Meta) { m.FacilityCode = "F" })
	fork.Person(func(p *person) { p.ID = "2" }).Visit(func(v *visit) { v.VisitNumber = "7" }).Continue(received(t, `{"Score":1}`)).Continue(nil)
	assert.Equal(t, []string{"(message): required, want the builder itself, got a builder that was copied"}, buildFaults(t, fork))

	m, err := b.Build()
	require.NoError(t, err)
	assert.Equal(t, []person{{ID: "1"}}, m.Persons)
	assert.Equal(t, "s", m.Meta.Source.ID)
	assert.Equal(t, Unset, m.Meta.Test)
	assert.False(t, m.Score.IsSet())
	assert.Empty(t, m.Visit.VisitNumber)
}

func TestBuildErrorIsCapped(t *testing.T) {
	b := buildSample()
	for range MaxViolations + 10 {
		b.Person(nil)
	}
	_, err := b.Build()
	var e *BuildError
	require.True(t, errors.As(err, &e))
	count := 0
	for range e.Report.Errors() {
		count++
	}
	assert.Equal(t, MaxViolations, count)
	assert.NotContains(t, err.Error(), "(warning)")
}
