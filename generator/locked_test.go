package generator_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator"
)

// smallEvents is a source of events, each with one member; they are named as
// patterns name them, such as "Data Model.New".
func smallEvents(events ...string) generator.Source {
	files := fstest.MapFS{}
	for i, e := range events {
		dataModel, eventType, _ := strings.Cut(e, ".")
		files[fmt.Sprintf("small/e%d.json", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, `{
			"x-redox-event": {"dataModel": %q, "eventType": %q, "kind": "notification"},
			"type": "object", "properties": {"Name": {"type": "string"}}}`, dataModel, eventType)}
	}
	return generator.FS("small", files)
}

// lockedEvents are the lines of events in a lock.
func lockedEvents(lock []byte) []string {
	var list []string
	for line := range strings.Lines(string(lock)) {
		if strings.HasPrefix(line, "event ") {
			list = append(list, strings.TrimSpace(line))
		}
	}
	return list
}

// A constant keeps its name when an event wants it, be that new; an event that
// the user's own lock has keeps its name when the catalog wants it.
func TestConstantsAndEvents(t *testing.T) {
	o := generator.Options{Sources: []generator.Source{smallEvents("Order.OrderStatusNew")}, ImportPath: goldenImportPath}
	r := generate(t, o)
	requireSound(t, r)
	assert.Equal(t, []string{`event order.OrderStatusNewObject "Order" "OrderStatusNew"`}, lockedEvents(r.Lock))
	assert.Regexp(t, `\n\tOrderStatusNew +OrderStatus = "New"\n`, contents(r)["order/valuesets.go"])

	const line = `event order.OrderStatusNew "Order" "OrderStatusNew"`
	o.Lock = []byte("redoxgen lock 1\n" + line + "\nfield Name Name string\n")
	for range 2 {
		r = generate(t, o)
		requireSound(t, r)
		assert.Equal(t, []string{line}, lockedEvents(r.Lock))
		assert.Regexp(t, `\n\tOrderStatusNewValue +OrderStatus = "New"\n`, contents(r)["order/valuesets.go"])
		o.Lock = r.Lock
	}
}

// A package or an event that is new never takes a name that the lock has given
// to another, be that one generated this time or not.
func TestLockedNamesStay(t *testing.T) {
	for name, test := range map[string]struct {
		before, after []string
		choose        string
		want          []string
	}{
		"package of a later data model": {
			before: []string{"Data Model.New"}, after: []string{"Data Model.New", "Data.New"},
			want: []string{`event datamodel.New "Data Model" "New"`, `event datamodelmodel.New "Data" "New"`},
		},
		"package that is left out": {
			before: []string{"Func Model.New"}, after: []string{"Func Model.New", "Func.New"}, choose: "Func.*",
			want: []string{`event funcmodel.New "Func Model" "New"`, `event funcmodelmodel.New "Func" "New"`},
		},
		"event that is left out": {
			before: []string{"Pay.bill"}, after: []string{"Pay.bill", "Pay.Bill-"}, choose: "Pay.Bill-",
			want: []string{`event pay.Bill "Pay" "bill"`, `event pay.BillObject "Pay" "Bill-"`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := generator.Options{Sources: []generator.Source{smallEvents(test.before...)}, ImportPath: goldenImportPath}
			o.Lock = generate(t, o).Lock
			o.Sources = []generator.Source{smallEvents(test.after...)}
			if test.choose != "" {
				o.Events = []string{test.choose}
			}
			r := generate(t, o)
			assert.Equal(t, test.want, lockedEvents(r.Lock))
			requireSound(t, r)

			// Nor does that change anything once everything is asked for.
			o.Lock, o.Events = r.Lock, nil
			r = generate(t, o)
			assert.Equal(t, test.want, lockedEvents(r.Lock))
			requireSound(t, r)
		})
	}
}

// Schemas that are older than the catalog, or know better, generate into an
// empty directory: what the catalog's own lock says gives names, and binds only
// the code that was generated with it.
func TestOlderSchemas(t *testing.T) {
	older := func(subject, name string) []generator.Source {
		return []generator.Source{generator.FS("in", fstest.MapFS{"sso/sign-on.json": {Data: []byte(`{
			"x-redox-event": {"dataModel": "SSO", "eventType": "Sign-on", "kind": "sso"},
			"type": "object", "required": ["Meta"], "properties": {
				"Meta": {"type": "object", "properties": {"DataModel": {"type": "string"}, "EventType": {"type": "string"}}},
				"Subject": ` + subject + `, "Name": ` + name + `, "UserId": {"type": "string"}}}`)}})}
	}
	const number, text, object = `{"type": "number"}`, `{"type": "string"}`, `{"type": "object", "properties": {"Full": {"type": "string"}}}`
	o := generator.Options{Sources: older(number, object), Events: []string{"SSO.*"}, ImportPath: goldenImportPath}
	codes := func(r *generator.Result) (list []string) {
		for _, d := range r.Diagnostics {
			if d.Code != "replaced-event" {
				list = append(list, d.Code)
			}
		}
		return list
	}
	r := generate(t, o)
	assert.Empty(t, codes(r))
	requireSound(t, r)
	event := contents(r)["sso/signon_event.go"]
	for _, want := range []string{"Subject redox.Number", "Name Name", "UserID string"} {
		assert.Contains(t, event, want)
	}
	assert.NotContains(t, event, "Deprecated")
	assert.NotContains(t, event, "Locale", "no schema has it, and no code")

	o.Lock = r.Lock
	assert.Equal(t, contents(r), contents(generate(t, o)), "the same again")
	o.Sources = older(text, object)
	changed, err := generator.Generate(context.Background(), o)
	require.NoError(t, err)
	assert.Equal(t, []string{"changed-kind"}, codes(changed), "what was generated binds")
}

// oneEvent is a source of one event with these properties besides Meta.
func oneEvent(properties string) []generator.Source {
	return []generator.Source{generator.FS("in", fstest.MapFS{"pay/bill.json": {Data: []byte(`{
		"x-redox-event": {"dataModel": "Pay", "eventType": "Bill", "kind": "notification"},
		"type": "object", "required": ["Meta"], "properties": {
			"Meta": {"type": "object", "properties": {"DataModel": {"type": "string"}, "EventType": {"type": "string"}}}` + properties + `}}`)}})}
}

// What goes from the schemas is told in the run in which it goes, and again if it
// has been back in between.
func TestRemovedFieldsAreToldOnce(t *testing.T) {
	const sum = `, "Sum": {"type": "number"}, "Part": {"type": "object", "properties": {"A": {"type": "string"}, "B": {"type": "string"}}}`
	less := strings.Replace(strings.Replace(sum, `"Sum": {"type": "number"}, `, "", 1), `, "B": {"type": "string"}`, "", 1)
	o := generator.Options{ImportPath: goldenImportPath}
	for i, step := range []struct {
		properties string
		told       int
	}{{sum, 0}, {less, 2}, {less, 0}, {sum, 0}, {less, 2}} {
		o.Sources = oneEvent(step.properties)
		r := generate(t, o)
		assert.Len(t, r.Diagnostics, step.told, "step %d: %v", i, r.Diagnostics)
		assert.Contains(t, contents(r)["pay/bill_event.go"], "Sum redox.Number")
		if step.told > 0 {
			assert.Regexp(t, `Deprecated: no schema has this member any more\.\nfunc \(b \*BillBuilder\) Sum`, contents(r)["pay/bill_build.go"])
		}
		o.Lock = r.Lock
	}
}

// The formats date and date-time give dates, as x-redox-date does, which has the
// last word; fields that were given out as text stay so.
func TestFormatsGiveDates(t *testing.T) {
	const dated = `, "On": {"type": "string", "format": "date"}, "At": {"type": ["string", "null"], "format": "date-time"},
		"Each": {"type": "array", "items": {"type": "string", "format": "date"}}, "Time": {"type": "string", "format": "time"},
		"Other": {"type": "string", "format": "date", "x-redox-date": "date-time"}`
	o := generator.Options{Sources: oneEvent(dated), ImportPath: goldenImportPath}
	r := generate(t, o)
	for _, want := range []string{"On redox.Date `", "At redox.DateTime `", "Each []redox.Date `", "Time string `", "Other redox.DateTime `"} {
		assert.Contains(t, contents(r)["pay/bill_event.go"], want)
	}
	o.Sources = oneEvent(`, "On": {"type": "string"}`)
	o.Lock = generate(t, o).Lock
	o.Sources = oneEvent(dated)
	assert.Contains(t, contents(generate(t, o))["pay/bill_event.go"], "On string `")
}

// An event whose messages cannot say what they are is told of.
func TestEventsWithoutMeta(t *testing.T) {
	for properties, want := range map[string]string{
		``: "", // what oneEvent has
		`"Meta": {"type": "object", "properties": {"DataModel": {"type": "string"}}}`: "Meta has no EventType;",
		`"Meta": {"type": "string"}`: "Meta has no DataModel and no EventType;",
		`"A": {"type": "string"}`:    "Meta has no DataModel and no EventType;",
	} {
		o := generator.Options{Sources: oneEvent(""), ImportPath: goldenImportPath}
		if want != "" {
			o.Sources = []generator.Source{generator.FS("in", fstest.MapFS{"pay/bill.json": {Data: []byte(`{
				"x-redox-event": {"dataModel": "Pay", "eventType": "Bill", "kind": "notification"}, "type": "object", "properties": {` + properties + `}}`)}})}
		}
		r := generate(t, o)
		if want == "" {
			assert.Empty(t, r.Diagnostics)
		} else if assert.Len(t, r.Diagnostics, 1) {
			assert.Equal(t, "no-meta", r.Diagnostics[0].Code)
			assert.Contains(t, r.Diagnostics[0].String(), want)
		}
	}
}
