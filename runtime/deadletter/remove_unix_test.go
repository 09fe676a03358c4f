//go:build linux || darwin

package deadletter_test

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/deadletter/deadlettertest"
)

// TestRemoveOfALetterReplacedWhileItIsRead: the file is a pipe, so that the test
// decides what happens between opening and reading it.
func TestRemoveOfAMessageReplacedWhileItIsRead(t *testing.T) {
	path := t.TempDir()
	store := deadletter.Dir(path)
	old, again := deadlettertest.Message("a", 1, "old"), deadlettertest.Message("a", 2, "again")
	require.NoError(t, store.Put(t.Context(), old))
	files, err := filepath.Glob(filepath.Join(path, "*.letter"))
	require.NoError(t, err)
	content, err := os.ReadFile(files[0])
	require.NoError(t, err)
	require.NoError(t, os.Remove(files[0]))
	require.NoError(t, syscall.Mkfifo(files[0], 0o600))

	removed := make(chan error, 1)
	go func() { removed <- store.Remove(t.Context(), old) }()
	pipe, err := os.OpenFile(files[0], os.O_WRONLY, 0) // waits for Remove to open it
	require.NoError(t, err)
	require.NoError(t, store.Put(t.Context(), again))
	_, err = pipe.Write(content)
	require.NoError(t, err)
	require.NoError(t, pipe.Close())

	assert.ErrorIs(t, <-removed, deadletter.ErrChanged)
	assert.Equal(t, []deadletter.Message{again}, messages(t, store), "what was put meanwhile stays")
	require.NoError(t, store.Remove(t.Context(), again))
	assert.Empty(t, messages(t, store))
}

// TestSweepOfALetterThatIsWritten: a slow writer keeps its file.
func TestSweepOfAMessageThatIsWritten(t *testing.T) {
	path := t.TempDir()
	file := filepath.Join(path, ".tmp-1")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	age(t, file, 24*time.Hour)
	writer, err := os.Open(file)
	require.NoError(t, err)
	require.NoError(t, syscall.Flock(int(writer.Fd()), syscall.LOCK_EX))
	messages(t, deadletter.Dir(path))
	assert.FileExists(t, file)
	require.NoError(t, writer.Close())
	messages(t, deadletter.Dir(path))
	assert.NoFileExists(t, file)
}

// TestMessagesAreLockedWhileTheyAreWritten: until the rename nobody else may take
// them for left behind.
func TestMessagesAreLockedWhileTheyAreWritten(t *testing.T) {
	path := t.TempDir()
	done := make(chan error, 1)
	go func() {
		done <- deadletter.Dir(path).Put(context.Background(), deadlettertest.Message("a", 1, string(make([]byte, 64<<20))))
	}()
	locked := false
	for len(done) == 0 {
		for _, name := range temporaries(t, path) {
			f, err := os.Open(name)
			if err != nil {
				continue
			}
			locked = locked || syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == syscall.EWOULDBLOCK
			_ = f.Close()
		}
	}
	require.NoError(t, <-done)
	assert.True(t, locked)
}
