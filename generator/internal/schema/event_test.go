package schema

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator/internal/source"
	"github.com/redoxgen/redoxgen/schemas"
)

const emptyMessage = `{"type": "object"}`

func TestNamesOfEvents(t *testing.T) {
	set, diags := load(files{
		"clinicalsummary/patientpush.json":          emptyMessage,
		"clinicalsummary/patientquery.json":         emptyMessage,
		"clinicalsummary/patientqueryresponse.json": emptyMessage,
		"ClinicalSummary/Addendum.json":             emptyMessage,
		"pathology/slides.json":                     emptyMessage,
		"pathology/slidesresponse.json":             emptyMessage,
		"pathology/scan.json":                       `{"x-redox-event": {"dataModel": "Path Lab", "eventType": "Scan-in", "kind": "query", "response": "Answer"}, "type": "object"}`,
		"pathology/answer.json":                     `{"x-redox-event": {"dataModel": "Path Lab", "eventType": "Answer", "kind": "response"}, "type": "object"}`,
		"events/sso/sign-on.json":                   emptyMessage,
	})
	type event struct {
		file  string
		info  Info
		known bool
	}
	var got []event
	for _, e := range set.Events {
		got = append(got, event{e.File, e.Info, e.Known})
	}
	assert.Equal(t, []event{
		{"clinicalsummary/addendum.json", Info{"Clinical Summary", "Addendum", "notification", ""}, false},
		{"clinicalsummary/patientpush.json", Info{"Clinical Summary", "PatientPush", "notification", ""}, true},
		{"clinicalsummary/patientquery.json", Info{"Clinical Summary", "PatientQuery", "query", "PatientQueryResponse"}, true},
		{"clinicalsummary/patientqueryresponse.json", Info{"Clinical Summary", "PatientQueryResponse", "response", ""}, true},
		{"pathology/answer.json", Info{"Path Lab", "Answer", "response", ""}, true},
		{"pathology/scan.json", Info{"Path Lab", "Scan-in", "query", "Answer"}, true},
		{"pathology/slides.json", Info{"Pathology", "Slides", "query", "SlidesResponse"}, false},
		{"pathology/slidesresponse.json", Info{"Pathology", "SlidesResponse", "response", ""}, false},
		{"sso/sign-on.json", Info{"SSO", "Sign-on", "sso", ""}, true},
	}, got)
	assert.Equal(t, []string{
		"s/ClinicalSummary/Addendum.json: warning: the catalog does not know this event; from the file's name it is taken for the notification Clinical Summary Addendum [unknown-event]\n\tadd to the root of the file what Redox calls it: \"x-redox-event\": {\"dataModel\": \"Clinical Summary\", \"eventType\": \"Addendum\", \"kind\": \"notification\"}",
	}, diags[:1])
	assert.Len(t, diags, 3, "a query and its response that are named alike find each other")
}

func TestNamesOfOwnEventsThatCollide(t *testing.T) {
	e := `{"x-redox-event": {"dataModel": "M", "eventType": "E", "kind": "notification"}, "type": "object"}`
	_, diags := load(files{"m/a.json": e, "m/b.json": e})
	assert.Equal(t, []string{
		"s/m/b.json:1:1: error: M E is described by s/m/a.json, too [duplicate-event]\n\tgive one of them other names, or remove it",
	}, diags)
}

func TestCapitalized(t *testing.T) {
	for s, want := range map[string]string{"": "", "scan": "Scan", "écho": "Écho", "9x": "9x"} {
		assert.Equal(t, want, capitalized(s))
	}
}

func TestResponses(t *testing.T) {
	_, diags := load(files{
		"m/a.json": `{"x-redox-event": {"dataModel": "M", "eventType": "A", "kind": "query", "response": "None"}, "type": "object"}`,
		"m/b.json": `{"x-redox-event": {"dataModel": "M", "eventType": "B", "kind": "query", "response": "A"}, "type": "object"}`,
	})
	assert.Equal(t, []string{
		"s/m/a.json:1:1: warning: the response of M A is \"None\", which no file describes [missing-response]\n\tadd the schema of the response",
		"s/m/b.json:1:1: error: the response of M B is \"A\", which is a query [no-response]\n\tcorrect its kind, or the name of the response",
	}, diags)
}

func TestEventAnnotation(t *testing.T) {
	for name, c := range map[string]struct {
		annotation string
		want       []string
	}{
		"no object": {`"M.E"`, []string{`s/m/e.json:1:19#/x-redox-event: error: the value of "x-redox-event" must be an object with dataModel, eventType and kind, not "M.E" [invalid-keyword]`}},
		"incomplete": {`{"dataModel": "", "knd": 1}`, []string{
			`s/m/e.json:1:19#/x-redox-event: error: x-redox-event lacks "eventType" [invalid-keyword]`,
			`s/m/e.json:1:19#/x-redox-event: error: x-redox-event lacks "kind" [invalid-keyword]`,
			`s/m/e.json:1:33#/x-redox-event/dataModel: error: the value of "dataModel" must be a non-empty string, not "" [invalid-keyword]`,
			`s/m/e.json:1:37#/x-redox-event/knd: error: x-redox-event has no member "knd" [unknown-keyword]` + "\n\tits members are dataModel, eventType, kind, response"}},
		"kind": {`{"dataModel": "M", "eventType": "E", "kind": "Querry"}`, []string{
			`s/m/e.json:1:64#/x-redox-event/kind: error: unknown kind of event "Querry" [invalid-keyword]` + "\n\tdid you mean query?"}},
		"query": {`{"dataModel": "M", "eventType": "E", "kind": "query"}`, []string{
			`s/m/e.json:1:19#/x-redox-event: error: a query names its response [invalid-keyword]` + "\n\t" + `add "response" with the event type of the answer`}},
		"response": {`{"dataModel": "M", "eventType": "E", "kind": "notification", "response": "R"}`, []string{
			`s/m/e.json:1:92#/x-redox-event/response: error: only a query has a response [invalid-keyword]` + "\n\tremove it",
			`s/m/e.json:1:1: warning: the response of M E is "R", which no file describes [missing-response]` + "\n\tadd the schema of the response"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, diags := load(files{"m/e.json": `{"x-redox-event": ` + c.annotation + `, "type": "object"}`})
			assert.ElementsMatch(t, c.want, diags)
		})
	}
}

func TestFilesThatAreNoEvents(t *testing.T) {
	_, diags := load(files{
		"m/e.json":           named(`"type": "object"`),
		"e.json":             `{"compilerOptions": {}}`,
		"a/b/c.json":         `{"type": "object"}`,
		"m/lib.json":         `{"definitions": {"A": {"typ": 1}}}`,
		"corrections.json":   `[]`,
		"m/list.json":        `[1]`,
		"definitions/x.json": `{"type": "string"}`,
	})
	assert.Equal(t, []string{
		"s/a/b/c.json: error: the file is not in the directory of a data model [misplaced-file]\n\tmove it to <data model>/<event>.json, or to definitions/ if others refer to it",
		"s/corrections.json: note: the file is not read: corrections and value sets come with the program [not-read]",
		"s/e.json: error: the file is not in the directory of a data model [misplaced-file]\n\tmove it to <data model>/<event>.json, or to definitions/ if others refer to it",
		"s/m/lib.json:1:24#/definitions/A/typ: error: unknown keyword \"typ\" [unknown-keyword]\n\tdid you mean \"type\"?",
		"s/m/list.json: warning: the catalog does not know this event; from the file's name it is taken for the notification M List [unknown-event]\n\tadd to the root of the file what Redox calls it: \"x-redox-event\": {\"dataModel\": \"M\", \"eventType\": \"List\", \"kind\": \"notification\"}",
		"s/m/list.json:1:1: error: a schema must be an object, not an array [invalid-schema]\n\ta file holds an object such as {\"type\": \"object\", \"properties\": {…}}",
	}, diags)

	_, diags = load(files{"definitions/x.json": `{"definitions": {}}`})
	assert.Equal(t, []string{
		"s/definitions/x.json: error: the files hold only definitions, and no event [no-schemas]\n\tschema files are called <data model>/<event>.json",
	}, diags)
}

func TestOverlay(t *testing.T) {
	own := files{
		"patientadmin/arrival.json": `{"type": "object", "properties": {"Own": {"$ref": "../definitions/common.json#/definitions/Address"}}}`,
		"pathology/scan.json":       `{"x-redox-event": {"dataModel": "Pathology", "eventType": "Scan", "kind": "notification"}, "type": "object"}`,
	}
	set, diags := Load(context.Background(), Options{Catalog: catalog(t, false), Layers: []source.Layer{Catalog(), own.layer("own")}})
	require.Empty(t, lines(diags))
	assert.Len(t, set.Events, 112)
	arrival := event(t, set, "patientadmin/arrival.json")
	assert.Equal(t, Info{"PatientAdmin", "Arrival", "notification", ""}, arrival.Info)
	assert.True(t, arrival.Known)
	require.Len(t, arrival.Root.Properties, 1)
	assert.Equal(t, "common.Address", arrival.Root.Properties[0].Node.Concept)
	assert.Equal(t, "own/patientadmin/arrival.json", arrival.Root.Pos.File)
	assert.Equal(t, "Pathology", event(t, set, "pathology/scan.json").Info.DataModel)
}

func event(t *testing.T, set *Set, file string) *Event {
	t.Helper()
	for _, e := range set.Events {
		if e.File == file {
			return e
		}
	}
	t.Fatalf("no event %s", file)
	return nil
}

// TestDirectoryOfTheCatalog reads a copy of the whole catalog, data files included.
func TestDirOfTheCatalog(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, schemas.FS()))
	require.NoError(t, os.WriteFile(dir+"/corrections.json", schemas.Corrections(), 0o600))
	copied, diags := Load(context.Background(), Options{Layers: []source.Layer{source.Path(dir)}})
	assert.False(t, diags.HasErrors())
	assert.Len(t, diags.Sorted(), 1)
	embedded := catalog(t, false)
	require.Len(t, copied.Events, len(embedded.Events))
	for i, e := range embedded.Events {
		assert.Equal(t, e.Info, copied.Events[i].Info)
		assert.Equal(t, string(e.Root.Raw), string(copied.Events[i].Root.Raw))
	}
}
