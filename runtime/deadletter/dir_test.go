package deadletter_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/deadletter/deadlettertest"
)

func TestDir(t *testing.T) {
	deadlettertest.Run(t, func(t *testing.T) deadletter.Store {
		return deadletter.Dir(filepath.Join(t.TempDir(), "to be", "made"))
	})
}

func TestDirIsPrivateAndInside(t *testing.T) {
	parent := t.TempDir()
	path := filepath.Join(parent, "dead")
	m := deadlettertest.Message("../../x", 1, "{}")
	m.DataModel, m.EventType = "..", "/../../"+strings.Repeat("long", 100)
	require.NoError(t, deadletter.Dir(path).Put(t.Context(), m))
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	files, err := os.ReadDir(path)
	require.NoError(t, err)
	require.Len(t, files, 1, "one file, and no temporary one")
	info, err = files[0].Info()
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	assert.False(t, strings.HasPrefix(files[0].Name(), "."))
	others, err := os.ReadDir(parent)
	require.NoError(t, err)
	assert.Len(t, others, 1)
}

func TestDirWithOtherFiles(t *testing.T) {
	path := t.TempDir()
	store := deadletter.Dir(path)
	require.NoError(t, store.Put(t.Context(), deadlettertest.Message("good", 1, "{}")))
	write := func(name, content string) {
		require.NoError(t, os.WriteFile(filepath.Join(path, name), []byte(content), 0o600))
	}
	write("notes.txt", "mine")
	write("empty.letter", "")
	write("foreign.letter", `{"patient": "Timothy Bixby"}`)
	good, err := filepath.Glob(filepath.Join(path, "PatientAdmin.Arrival-*.letter"))
	require.NoError(t, err)
	content, err := os.ReadFile(good[0])
	require.NoError(t, err)
	write("cut.letter", string(content[:len(content)-1]))

	var messages int
	var errs []string
	for _, err := range store.Messages(t.Context()) {
		if err != nil {
			errs = append(errs, err.Error())
			continue
		}
		messages++
	}
	assert.Equal(t, 1, messages, "bad files do not hide the good one")
	assert.Len(t, errs, 3)
	assert.NotContains(t, strings.Join(errs, "\n"), "Timothy")
}

// setAside gives the only message of a directory the name under which removing it
// leaves it when the process dies, or when it turns out to be another message.
func setAside(t *testing.T, path string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(path, "*.letter"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	require.NoError(t, os.Rename(files[0], strings.TrimSuffix(files[0], ".letter")+"-ABC.letter"))
}

func TestDirRemovalInterrupted(t *testing.T) {
	path := t.TempDir()
	store := deadletter.Dir(path)
	first, second, third := deadlettertest.Message("a", 1, "1"), deadlettertest.Message("a", 2, "2"), deadlettertest.Message("a", 3, "3")
	require.NoError(t, store.Put(t.Context(), first))
	setAside(t, path)
	assert.Equal(t, []deadletter.Message{first}, messages(t, store), "it is not lost")
	assert.ErrorIs(t, store.Remove(t.Context(), second), deadletter.ErrChanged)
	require.NoError(t, store.Put(t.Context(), second))
	assert.Equal(t, []deadletter.Message{first, second}, messages(t, store))
	assert.ErrorIs(t, store.Remove(t.Context(), third), deadletter.ErrChanged)
	require.NoError(t, store.Remove(t.Context(), first))
	assert.Equal(t, []deadletter.Message{second}, messages(t, store))
	setAside(t, path)
	require.NoError(t, store.Remove(t.Context(), second))
	require.NoError(t, store.Remove(t.Context(), second), "removing what is gone is no error")
	files, err := os.ReadDir(path)
	require.NoError(t, err)
	assert.Empty(t, files)
}

func TestFileRemoveOfAChangedMessage(t *testing.T) {
	path := t.TempDir()
	store := deadletter.Dir(path)
	first, second := deadlettertest.Message("a", 1, "1"), deadlettertest.Message("a", 2, "2")
	require.NoError(t, store.Put(t.Context(), second))
	files, err := filepath.Glob(filepath.Join(path, "*.letter"))
	require.NoError(t, err)
	file, err := deadletter.Open(files[0])
	require.NoError(t, err)
	assert.ErrorIs(t, file.Remove(t.Context(), first), deadletter.ErrChanged)
	assert.Equal(t, []deadletter.Message{second}, messages(t, store))
	require.NoError(t, file.Remove(t.Context(), second))
	assert.NoError(t, file.Remove(t.Context(), second), "removing what is gone is no error")
	assert.Empty(t, messages(t, store))
}

func messages(t *testing.T, store deadletter.Store) []deadletter.Message {
	t.Helper()
	var messages []deadletter.Message
	for m, err := range store.Messages(t.Context()) {
		require.NoError(t, err)
		messages = append(messages, m)
	}
	return messages
}

func TestPutFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	assert.Error(t, deadletter.Dir(path).Put(t.Context(), deadlettertest.Message("a", 1, "{}")))
}

func TestOpen(t *testing.T) {
	path := t.TempDir()
	want := deadlettertest.Message("a", 1, `{"a":1}`)
	require.NoError(t, deadletter.Dir(path).Put(t.Context(), want))
	files, err := filepath.Glob(filepath.Join(path, "*.letter"))
	require.NoError(t, err)

	for _, p := range []string{path, files[0]} {
		store, err := deadletter.Open(p)
		require.NoError(t, err)
		for m, err := range store.Messages(t.Context()) {
			require.NoError(t, err)
			assert.Equal(t, want, m)
		}
	}
	single, err := deadletter.Open(files[0])
	require.NoError(t, err)
	assert.Error(t, single.Put(t.Context(), want))
	require.NoError(t, single.Remove(t.Context(), want))
	assert.NoFileExists(t, files[0])
	_, err = deadletter.Open(files[0])
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestMessageIsNotPrinted(t *testing.T) {
	m := deadlettertest.Message("a", 1, "Timothy")
	m.Detail = "insert Timothy: failed"
	log := printed(m)
	assert.NotContains(t, log, "Timothy")
	assert.NotContains(t, log, fmt.Sprintf("%x", "Timothy"))
	assert.True(t, json.Valid([]byte(strings.SplitN(log, "\n", 2)[0])))
	assert.Contains(t, log, "PatientAdmin.Arrival log-a (rejected, 7 bytes)")
}

// TestMessageNamesAreNotPrinted: a message can put anything where a name or an
// ID belongs.
func TestMessageNamesAreNotPrinted(t *testing.T) {
	const planted = "x\nlevel=ERROR LastName=Bixby"
	for name, plant := range map[string]func(*deadletter.Message){
		"data model": func(m *deadletter.Message) { m.DataModel = planted },
		"event type": func(m *deadletter.Message) { m.EventType = planted },
		"log ID":     func(m *deadletter.Message) { m.LogID = planted },
		"attempt ID": func(m *deadletter.Message) { m.AttemptID = planted },
		"reason":     func(m *deadletter.Message) { m.Reason = planted }, // of a file that somebody changed
		"key":        func(m *deadletter.Message) { m.Key = planted },
	} {
		t.Run(name, func(t *testing.T) {
			m := deadlettertest.Message("a", 1, "{}")
			plant(&m)
			log := printed(m)
			assert.NotContains(t, log, "Bixby")
			assert.NotContains(t, log, fmt.Sprintf("%x", "Bixby"))
			assert.Equal(t, 1, strings.Count(log, "\n"), "the line break of the logger alone")
			store := deadletter.Dir(t.TempDir())
			require.NoError(t, store.Put(t.Context(), m))
			_, err := deadletter.Replay(t.Context(), store, func(context.Context, deadletter.Message) error { return errors.New("down") })
			require.ErrorContains(t, err, "down")
			assert.NotContains(t, err.Error(), "Bixby")
		})
	}
}

// printed returns what logging and every verb show of a message.
func printed(m deadletter.Message) string {
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "message", m)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&log, verb, m)
	}
	return log.String()
}

// TestDirWithoutPath: the path often comes from a variable, which may not be set.
func TestDirWithoutPath(t *testing.T) {
	d := deadletter.Dir("")
	for _, err := range []error{d.Ping(t.Context()), d.Put(t.Context(), deadlettertest.Message("a", 1, "{}"))} {
		assert.ErrorContains(t, err, "Dir has no path: name a directory")
	}
}

func TestDiscard(t *testing.T) {
	assert.NoError(t, deadletter.Discard().Put(t.Context(), deadlettertest.Message("a", 1, "{}")))
}
