package generator

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// half is a directory with files a (of mode 0600) and c, and the changes that
// replace a, make b, and remove c.
func half(t *testing.T) (dir string, changes []Change) {
	dir = t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	require.NoError(t, os.WriteFile(at("a"), []byte("old a"), 0o600))
	require.NoError(t, os.WriteFile(at("c"), []byte("old c"), 0o640))
	return dir, []Change{
		{Path: at("a"), Old: []byte("old a"), New: []byte("new a"), mode: 0o600},
		{Path: filepath.Join(dir, "d", "b"), New: []byte("new b")},
		{Path: at("c"), Old: []byte("old c"), mode: 0o640},
	}
}

// The name lock stays what it was until everything else is done, so that the
// same run can be made again; temporary files go.
func TestApplyChangesTheLockLast(t *testing.T) {
	for name, fails := range map[string]func(t *testing.T, dir string){
		"staging": func(t *testing.T, dir string) { require.NoError(t, os.WriteFile(filepath.Join(dir, "d"), nil, 0o600)) },
		"rename": func(t *testing.T, dir string) {
			require.NoError(t, os.MkdirAll(filepath.Join(dir, "d", "b", "x"), 0o755))
		},
		"removal": func(t *testing.T, dir string) {
			require.NoError(t, os.Remove(filepath.Join(dir, "c")))
			require.NoError(t, os.MkdirAll(filepath.Join(dir, "c", "x"), 0o755))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, changes := half(t)
			fails(t, dir)
			lock := filepath.Join(dir, "a")
			require.Error(t, apply(changes, lock))
			text, err := os.ReadFile(lock)
			require.NoError(t, err)
			assert.Equal(t, "old a", string(text))
			for _, below := range []string{dir, filepath.Join(dir, "d")} {
				left, err := filepath.Glob(filepath.Join(below, temporaryFiles))
				require.NoError(t, err)
				assert.Empty(t, left)
			}
		})
	}
}

func TestApplyKeepsModes(t *testing.T) {
	dir, changes := half(t)
	require.NoError(t, apply(changes, ""))
	for name, mode := range map[string]os.FileMode{"a": 0o600, "d/b": 0o644} {
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		assert.Equal(t, mode, info.Mode().Perm(), name)
	}
	assert.NoFileExists(t, filepath.Join(dir, "c"))
	assert.DirExists(t, dir)
}
