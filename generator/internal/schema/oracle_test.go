package schema

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

// crossCheck compiles every event with an independent draft-04 implementation,
// the one that generated validators have to agree with.
func crossCheck(events []*Event) error {
	for _, e := range events {
		c := jsonschema.NewCompiler()
		c.Draft = jsonschema.Draft4
		err := c.AddResource("mem:///e.json", bytes.NewReader(e.Root.Raw))
		if err == nil {
			_, err = c.Compile("mem:///e.json")
		}
		if err != nil {
			return fmt.Errorf("%s: %w", e.File, err)
		}
	}
	return nil
}

func TestCrossCheckFindsInvalidSchemas(t *testing.T) {
	for _, raw := range []string{`{"minLength":-1}`, `{"pattern":"("}`, `{"required":[]}`} {
		require.Error(t, crossCheck([]*Event{{Root: &Node{Raw: []byte(raw)}}}), raw)
	}
}

// What Load accepts is valid draft-04: the catalog, the schemas of the tests of
// single checks, and those of the generator's golden files.
func TestAcceptedSchemasAreValid(t *testing.T) {
	require.NoError(t, crossCheck(catalog(t, false).Events))
	literal, _ := loadCatalog(true)
	require.NoError(t, crossCheck(literal.Events))
	accepted := 0
	check := func(name string, f files) {
		set, diags := load(f)
		if !hasError(diags) {
			accepted++
			assert.NoError(t, crossCheck(set.Events), name)
		}
	}
	for name, c := range checks {
		check(name, files{"m/e.json": named(c.members)})
	}
	assert.Greater(t, accepted, 5)
	golden, err := filepath.Glob("../../testdata/golden/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, golden)
	for _, name := range golden {
		archive, err := txtar.ParseFile(name)
		require.NoError(t, err)
		f := files{}
		for _, file := range archive.Files {
			if path, ok := strings.CutPrefix(file.Name, "in/"); ok && strings.HasSuffix(path, ".json") {
				f[path] = string(file.Data)
			}
		}
		check(name, f)
	}
}

// Every format that the independent validator asserts is asserted or refused.
func TestEveryFormatIsKnown(t *testing.T) {
	for name := range jsonschema.Formats {
		assert.NotEqual(t, formats[name], otherFormats[name], name)
	}
	assert.Len(t, jsonschema.Formats, len(formats)+len(otherFormats))
}
