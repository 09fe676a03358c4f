package generator

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// half is a folder with files a (of mode 0600) and c, and the changes that
// replace a, make b, and remove c.
func half(t *testing.T) (dir string, changes []Change) {
	dir = t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	require.NoError(t, os.WriteFile(at("a"), []byte("old a"), 0o600))
	require.NoError(t, os.WriteFile(at("c"), []byte("old c"), 0o640))
	return dir, []Change{
		{Path: at("a"), Old: []byte("old a"), New: []byte("new a")},
		{Path: filepath.Join(dir, "d", "b"), New: []byte("new b")},
		{Path: at("c"), Old: []byte("old c")},
	}
}

func requireAsBefore(t *testing.T, dir string) {
	t.Helper()
	for name, mode := range map[string]os.FileMode{"a": 0o600, "c": 0o640} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		assert.Equal(t, "old "+name, string(text))
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		assert.Equal(t, mode, info.Mode().Perm())
	}
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 2)
}

// Whatever step fails, those before it are undone.
func TestApplyUndoes(t *testing.T) {
	no := errors.New("no")
	t.Run("second rename", func(t *testing.T) {
		dir, changes := half(t)
		n := 0
		tr := &transaction{remove: os.Remove, rename: func(from, to string) error {
			if n++; n == 2 {
				return no
			}
			return os.Rename(from, to)
		}}
		require.ErrorIs(t, tr.run(changes), no)
		requireAsBefore(t, dir)
	})
	t.Run("removal", func(t *testing.T) {
		dir, changes := half(t)
		tr := &transaction{rename: os.Rename, remove: func(path string) error {
			if filepath.Base(path) == "c" {
				return no
			}
			return os.Remove(path)
		}}
		require.ErrorIs(t, tr.run(changes), no)
		requireAsBefore(t, dir)
	})
	t.Run("a folder in the way", func(t *testing.T) {
		dir, changes := half(t)
		require.NoError(t, os.MkdirAll(filepath.Join(dir, "d", "b"), 0o755))
		require.Error(t, apply(changes))
		require.NoError(t, os.RemoveAll(filepath.Join(dir, "d")))
		requireAsBefore(t, dir)
	})
}

// What cannot be undone is named.
func TestApplyCannotUndo(t *testing.T) {
	dir, changes := half(t)
	n := 0
	err := (&transaction{remove: os.Remove, rename: func(from, to string) error {
		if n++; n > 1 {
			return errors.New("no")
		}
		return os.Rename(from, to)
	}}).run(changes)
	require.ErrorContains(t, err, filepath.Join(dir, "a")+" is not what it was, and could not be put back: no")
	left, err := filepath.Glob(filepath.Join(dir, temporaryFiles))
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestApplyKeepsModes(t *testing.T) {
	dir, changes := half(t)
	require.NoError(t, apply(changes))
	for name, mode := range map[string]os.FileMode{"a": 0o600, "d/b": 0o644} {
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		assert.Equal(t, mode, info.Mode().Perm(), name)
	}
	assert.NoFileExists(t, filepath.Join(dir, "c"))
	assert.DirExists(t, dir)
}
