package dev_test

import (
	"bytes"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/all"
)

var (
	inputForm    = regexp.MustCompile(`<input (?:id="[^"]*" |type="hidden" )?name="([^"]*)" value="([^"]*)"`)
	textareaForm = regexp.MustCompile(`(?s)<textarea id="[^"]*" name="([^"]*)"[^>]*>\n?(.*?)</textarea>`)
	selectForm   = regexp.MustCompile(`(?s)<select id="[^"]*" name="([^"]*)"[^>]*>(.*?)</select>`)
	chosenForm   = regexp.MustCompile(`<option(?: value="([^"]*)")? selected>([^<]*)`)
)

// filled returns what a browser sends of the second form of a page.
func filled(page string) url.Values {
	_, page, _ = strings.Cut(page, `<form id="compose"`)
	fields := url.Values{}
	for _, m := range append(inputForm.FindAllStringSubmatch(page, -1), textareaForm.FindAllStringSubmatch(page, -1)...) {
		fields.Set(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	for _, m := range selectForm.FindAllStringSubmatch(page, -1) {
		chosen := ""
		if c := chosenForm.FindStringSubmatch(m[2]); c != nil {
			chosen = c[1] + c[2]
		}
		fields.Set(html.UnescapeString(m[1]), chosen)
	}
	return fields
}

// form opens a message as a form.
func (s *running) form(t *testing.T, message string) url.Values {
	t.Helper()
	_, page := s.post(t, "/compose", url.Values{"message": {message}, "view": {"form"}})
	fields := filled(page)
	require.True(t, fields.Has("fields"), "%s", page)
	return fields
}

// asJSON returns the message that a form gives.
func (s *running) asJSON(t *testing.T, fields url.Values) string {
	t.Helper()
	fields.Set("view", "json")
	status, page := s.post(t, "/compose", fields)
	require.Equal(t, http.StatusOK, status)
	return compact(t, filled(page).Get("message"))
}

func compact(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, json.Compact(&b, []byte(text)), "%s", text)
	return b.String()
}

// A form that nobody changed gives the message that it was made of, whatever that has.
func TestFormLosesNothing(t *testing.T) {
	s := start(t, nil)
	const rest = `"Patient":{"Identifiers":[{"ID":7,"IDType":"MR","IDType":"EHR"},null,"x"],"Notes":["two\nlines","\u0041\ttab","\u0001",null],
		"Demographics":{"Sex":"unheard","Shoe":"12","DOB":null,"FirstName":"","LastName":{"is":"an object"},"IsHispanic":"maybe","IsDeceased":true},
		"Extensions":{"agreed":{"url":"u","string":"x"}}},"Visit":null,"More":[1E400,-0.50,"\ud800"],"":{"a/b":{"~":1}}}`
	messages := []string{`{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival"},` + rest}
	for _, e := range all.Events() {
		if e.DataModel == "PatientAdmin" || e.DataModel == "PatientSearch" || e.String() == "Results.New" {
			_, page := do(t, http.MethodGet, s.url+"/compose?event="+url.QueryEscape(e.String()), nil, nil)
			messages = append(messages, filled(page).Get("message"))
		}
	}
	require.Greater(t, len(messages), 10)
	for _, m := range messages {
		assert.Equal(t, compact(t, m), s.asJSON(t, s.form(t, m)))
	}
}

// Fields are changed, added and removed, and nothing else changes.
func TestFormEdits(t *testing.T) {
	s := start(t, nil)
	const head = `{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","Test":true,"Message":{"ID":1.50}},"Patient":`
	const message = head + `{"Own":[1.0],"Identifiers":[{"ID":"1","IDType":"MR"},{"ID":"2","IDType":"EHR","Own":2}]}}`
	for name, test := range map[string]struct {
		change url.Values
		want   string
	}{
		"text":      {url.Values{"/Patient/Identifiers/1/ID": {`"3"`}}, head + `{"Own":[1.0],"Identifiers":[{"ID":"1","IDType":"MR"},{"ID":"\"3\"","IDType":"EHR","Own":2}]}}`},
		"emptied":   {url.Values{"/Patient/Identifiers/0/ID": {""}}, head + `{"Own":[1.0],"Identifiers":[{"IDType":"MR"},{"ID":"2","IDType":"EHR","Own":2}]}}`},
		"removed":   {url.Values{"remove": {"/Patient/Identifiers/0"}}, head + `{"Own":[1.0],"Identifiers":[{"ID":"2","IDType":"EHR","Own":2}]}}`},
		"added":     {url.Values{"add": {"/Patient/Identifiers"}}, head + `{"Own":[1.0],"Identifiers":[{"ID":"1","IDType":"MR"},{"ID":"2","IDType":"EHR","Own":2},{}]}}`},
		"list":      {url.Values{"add": {"/Patient/Notes"}}, head + `{"Own":[1.0],"Identifiers":[{"ID":"1","IDType":"MR"},{"ID":"2","IDType":"EHR","Own":2}],"Notes":[""]}}`},
		"deep":      {url.Values{"/Visit/Location/Bed": {"12"}}, head + `{"Own":[1.0],"Identifiers":[{"ID":"1","IDType":"MR"},{"ID":"2","IDType":"EHR","Own":2}]},"Visit":{"Location":{"Bed":"12"}}}`},
		"number":    {url.Values{"/Meta/Message/ID": {"7"}}, `{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","Test":true,"Message":{"ID":7}},"Patient":{"Own":[1.0],"Identifiers":[{"ID":"1","IDType":"MR"},{"ID":"2","IDType":"EHR","Own":2}]}}`},
		"no number": {url.Values{"/Meta/Message/ID": {"seven"}}, `{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","Test":true,"Message":{"ID":"seven"}},"Patient":{"Own":[1.0],"Identifiers":[{"ID":"1","IDType":"MR"},{"ID":"2","IDType":"EHR","Own":2}]}}`},
		"boolean":   {url.Values{"/Meta/Test": {"false"}}, `{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","Test":false,"Message":{"ID":1.50}},"Patient":{"Own":[1.0],"Identifiers":[{"ID":"1","IDType":"MR"},{"ID":"2","IDType":"EHR","Own":2}]}}`},
		"unknown":   {url.Values{"/Patient/Own": {"x"}, "/Nothing": {"y"}, "add": {"/Nobody"}, "remove": {"/Patient/Identifiers/7"}}, message},
	} {
		fields := s.form(t, message)
		for k, v := range test.change {
			fields[k] = v
		}
		assert.Equal(t, test.want, s.asJSON(t, fields), name)
	}
}

// What is wrong stands at its field, and what is sent is what the form says.
func TestFormSends(t *testing.T) {
	s := start(t, nil)
	fields := s.form(t, arrival("1"))
	fields.Set("/Patient/Demographics/Sex", "unheard")
	_, checked := s.post(t, "/compose/check", fields)
	assert.Contains(t, checked, `data-path="Patient.Demographics.Sex"`)
	fields.Set("view", "form")
	_, page := s.post(t, "/compose", fields)
	assert.Regexp(t, `id="p:Patient.Demographics.Sex"><div>value-set`, page)
	assert.Contains(t, page, `<option value="Nonbinary"></option>`)
	fields.Set("to", "api")
	_, _ = s.post(t, "/compose/send", fields)
	_, sent := do(t, http.MethodGet, s.url+"/messages/1/message.json", nil, nil)
	assert.Contains(t, sent, `"Sex":"unheard"`)

	for _, text := range []string{"", "[]", `{"Meta":{"DataModel":"PatientAdmin","EventType":"Nothing"}}`} {
		_, page := s.post(t, "/compose", url.Values{"message": {text}, "view": {"form"}})
		assert.Contains(t, page, "A form needs a JSON object", text)
		assert.Equal(t, text, strings.NewReplacer("\n", "", " ", "").Replace(filled(page).Get("message")))
	}
}
