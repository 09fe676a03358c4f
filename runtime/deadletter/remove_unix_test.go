//go:build linux || darwin

package deadletter_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/internal/boxtest"
)

// TestRemoveOfALetterReplacedWhileItIsRead: the file is a pipe, so that the test
// decides what happens between opening and reading it.
func TestRemoveOfALetterReplacedWhileItIsRead(t *testing.T) {
	path := t.TempDir()
	box := deadletter.Dir(path)
	old, again := boxtest.Letter("a", 1, "old"), boxtest.Letter("a", 2, "again")
	require.NoError(t, box.Put(t.Context(), old))
	files, err := filepath.Glob(filepath.Join(path, "*.letter"))
	require.NoError(t, err)
	content, err := os.ReadFile(files[0])
	require.NoError(t, err)
	require.NoError(t, os.Remove(files[0]))
	require.NoError(t, syscall.Mkfifo(files[0], 0o600))

	removed := make(chan error, 1)
	go func() { removed <- box.Remove(t.Context(), old) }()
	pipe, err := os.OpenFile(files[0], os.O_WRONLY, 0) // waits for Remove to open it
	require.NoError(t, err)
	require.NoError(t, box.Put(t.Context(), again))
	_, err = pipe.Write(content)
	require.NoError(t, err)
	require.NoError(t, pipe.Close())

	assert.ErrorIs(t, <-removed, deadletter.ErrChanged)
	assert.Equal(t, []deadletter.Letter{again}, letters(t, box), "what was put meanwhile stays")
	require.NoError(t, box.Remove(t.Context(), again))
	assert.Empty(t, letters(t, box))
}
