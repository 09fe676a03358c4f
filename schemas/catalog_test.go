package schemas

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCatalogIsSmall(t *testing.T) {
	total := int64(0)
	require.NoError(t, filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".go") || strings.HasPrefix(path, "testdata") {
			return err
		}
		info, err := os.Stat(path)
		total += info.Size()
		return err
	}))
	t.Logf("the catalog has %d bytes", total)
	assert.Less(t, total, int64(800_000))
}

func TestFS(t *testing.T) {
	events, err := fs.Glob(FS(), "events/*/*.json")
	require.NoError(t, err)
	assert.Len(t, events, 111)
	definitions, err := fs.Glob(FS(), "definitions/*.json")
	require.NoError(t, err)
	assert.NotEmpty(t, definitions)
}

func TestValueSets(t *testing.T) {
	sets, err := ValueSets()
	require.NoError(t, err)
	require.NotEmpty(t, sets)
	names := map[string]bool{}
	fields := map[string]string{}
	for _, s := range sets {
		name := s.Package + "." + s.Name
		assert.False(t, names[name], "%s is there twice", name)
		names[name] = true
		assert.Regexp(t, `^[A-Z][A-Za-z]+$`, s.Name)
		assert.Regexp(t, `^[A-Z].*\.$`, s.Description, name)
		assert.GreaterOrEqual(t, len(s.Values), 2, name)
		values := map[string]bool{}
		for _, v := range s.Values {
			assert.False(t, values[v], "%s has %q twice", name, v)
			assert.Equal(t, strings.TrimSpace(v), v)
			assert.NotEmpty(t, v)
			values[v] = true
		}
		for _, f := range s.Fields {
			if len(s.Events) == 0 {
				assert.Empty(t, fields[f], "%s has two sets", f)
				fields[f] = name
			}
		}
	}
}

func TestCorrectionsCannotBeChanged(t *testing.T) {
	Corrections()[0] = '?'
	assert.Equal(t, byte('['), Corrections()[0])
}
