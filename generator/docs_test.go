package generator_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator"
	"github.com/redoxgen/redoxgen/internal/testenv"
)

// What the documentation of schemas shows is so: its schema generates without a
// word, its lock reads, its table gives the types that it says.
func TestSchemasDocumentation(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(testenv.Repository(t), "docs", "schemas-and-lock.md"))
	require.NoError(t, err)
	block := func(language string) string {
		m := regexp.MustCompile("(?s)```" + language + "\n(.*?)```").FindSubmatch(text)
		require.NotNil(t, m, language)
		return string(m[1])
	}
	r := generate(t, generator.Options{
		Sources:    []generator.Source{generator.Catalog(), generator.FS("in", fstest.MapFS{"pay/bill.json": {Data: []byte(block("json"))}})},
		Events:     []string{"Pay.*"},
		ImportPath: goldenImportPath,
	})
	assert.Empty(t, r.Diagnostics)
	assert.Contains(t, contents(r)["pay/bill_event.go"], "DueDate redox.Date `")

	lock := regexp.MustCompile("(?s)\n(redoxgen lock 1\n.*?)```").FindSubmatch(text)
	require.NotNil(t, lock)
	assert.Equal(t, generator.Choices{Schemas: []string{"catalog", "../more"}, Events: []string{"Pay.*"}}, generator.LockedChoices(lock[1]))

	for schema, want := range map[string]string{
		`{"type": ["string", "null"]}`:                                        "string",
		`{"type": "string", "x-redox-date": "date"}`:                          "redox.Date",
		`{"type": "string", "format": "date-time"}`:                           "redox.DateTime",
		`{"type": "integer"}`:                                                 "redox.Number",
		`{"type": ["boolean", "null"]}`:                                       "redox.Bool",
		`{"type": "object", "properties": {"A": {}}}`:                         "Member",
		`{"type": "array"}`:                                                   "[]redox.Raw",
		`{"type": "array", "items": {"type": "number"}}`:                      "[]redox.Number",
		`{"type": ["string", "number"]}`:                                      "redox.Raw",
		`{}`:                                                                  "redox.Raw",
		`{"type": "object"}`:                                                  "redox.Raw",
		`{"type": "object", "patternProperties": {"a": {}}}`:                  "redox.Raw",
		`{"type": "object", "properties": {"A": {}}, "x-redox-concept": "X"}`: "X",
	} {
		r := generate(t, generator.Options{Sources: oneEvent(`, "Member": ` + schema), ImportPath: goldenImportPath})
		assert.Contains(t, contents(r)["pay/bill_event.go"], "\tMember "+want+" `", schema)
	}
	for name, want := range map[string]string{"DOB": "redox.Date", "VisitDateTime": "redox.DateTime", "StartDate": "redox.DateTime", "EndDate": "redox.DateTime", "Expiration": "redox.DateTime", "IssuedAt": "redox.DateTime"} {
		r := generate(t, generator.Options{Sources: oneEvent(`, "` + name + `": {"type": "string"}`), ImportPath: goldenImportPath})
		assert.Contains(t, contents(r)["pay/bill_event.go"], "\t"+name+" "+want+" `")
	}
}
