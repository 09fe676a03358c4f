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
	"github.com/redoxgen/redoxgen/runtime/internal/boxtest"
)

func TestDir(t *testing.T) {
	boxtest.Run(t, func(t *testing.T) deadletter.Box {
		return deadletter.Dir(filepath.Join(t.TempDir(), "to be", "made"))
	})
}

func TestDirIsPrivateAndInside(t *testing.T) {
	parent := t.TempDir()
	path := filepath.Join(parent, "dead")
	l := boxtest.Letter("../../x", 1, "{}")
	l.DataModel, l.EventType = "..", "/../../"+strings.Repeat("long", 100)
	require.NoError(t, deadletter.Dir(path).Put(t.Context(), l))
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
	box := deadletter.Dir(path)
	require.NoError(t, box.Put(t.Context(), boxtest.Letter("good", 1, "{}")))
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

	var letters int
	var errs []string
	for _, err := range box.Letters(t.Context()) {
		if err != nil {
			errs = append(errs, err.Error())
			continue
		}
		letters++
	}
	assert.Equal(t, 1, letters, "bad files do not hide the good one")
	assert.Len(t, errs, 3)
	assert.NotContains(t, strings.Join(errs, "\n"), "Timothy")
}

// setAside gives the only letter of a folder the name under which removing it
// leaves it when the process dies, or when it turns out to be another letter.
func setAside(t *testing.T, path string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(path, "*.letter"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	require.NoError(t, os.Rename(files[0], strings.TrimSuffix(files[0], ".letter")+"-ABC.letter"))
}

func TestDirRemovalInterrupted(t *testing.T) {
	path := t.TempDir()
	box := deadletter.Dir(path)
	first, second, third := boxtest.Letter("a", 1, "1"), boxtest.Letter("a", 2, "2"), boxtest.Letter("a", 3, "3")
	require.NoError(t, box.Put(t.Context(), first))
	setAside(t, path)
	assert.Equal(t, []deadletter.Letter{first}, letters(t, box), "it is not lost")
	assert.ErrorIs(t, box.Remove(t.Context(), second), deadletter.ErrChanged)
	require.NoError(t, box.Put(t.Context(), second))
	assert.Equal(t, []deadletter.Letter{first, second}, letters(t, box))
	assert.ErrorIs(t, box.Remove(t.Context(), third), deadletter.ErrChanged)
	require.NoError(t, box.Remove(t.Context(), first))
	assert.Equal(t, []deadletter.Letter{second}, letters(t, box))
	setAside(t, path)
	require.NoError(t, box.Remove(t.Context(), second))
	require.NoError(t, box.Remove(t.Context(), second), "removing what is gone is no error")
	files, err := os.ReadDir(path)
	require.NoError(t, err)
	assert.Empty(t, files)
}

func TestFileRemoveOfAChangedLetter(t *testing.T) {
	path := t.TempDir()
	box := deadletter.Dir(path)
	first, second := boxtest.Letter("a", 1, "1"), boxtest.Letter("a", 2, "2")
	require.NoError(t, box.Put(t.Context(), second))
	files, err := filepath.Glob(filepath.Join(path, "*.letter"))
	require.NoError(t, err)
	assert.ErrorIs(t, deadletter.File(files[0]).Remove(t.Context(), first), deadletter.ErrChanged)
	assert.Equal(t, []deadletter.Letter{second}, letters(t, box))
	require.NoError(t, deadletter.File(files[0]).Remove(t.Context(), second))
	assert.NoError(t, deadletter.File(files[0]).Remove(t.Context(), second), "removing what is gone is no error")
	assert.Empty(t, letters(t, box))
}

func letters(t *testing.T, box deadletter.Box) []deadletter.Letter {
	t.Helper()
	var letters []deadletter.Letter
	for l, err := range box.Letters(t.Context()) {
		require.NoError(t, err)
		letters = append(letters, l)
	}
	return letters
}

func TestPutFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	assert.Error(t, deadletter.Dir(path).Put(t.Context(), boxtest.Letter("a", 1, "{}")))
}

func TestOpen(t *testing.T) {
	path := t.TempDir()
	want := boxtest.Letter("a", 1, `{"a":1}`)
	require.NoError(t, deadletter.Dir(path).Put(t.Context(), want))
	files, err := filepath.Glob(filepath.Join(path, "*.letter"))
	require.NoError(t, err)

	for _, p := range []string{path, files[0]} {
		box, err := deadletter.Open(p)
		require.NoError(t, err)
		for l, err := range box.Letters(t.Context()) {
			require.NoError(t, err)
			assert.Equal(t, want, l)
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

func TestLetterIsNotPrinted(t *testing.T) {
	l := boxtest.Letter("a", 1, "Timothy")
	l.Detail = "insert Timothy: failed"
	log := printed(l)
	assert.NotContains(t, log, "Timothy")
	assert.NotContains(t, log, fmt.Sprintf("%x", "Timothy"))
	assert.True(t, json.Valid([]byte(strings.SplitN(log, "\n", 2)[0])))
	assert.Contains(t, log, "PatientAdmin.Arrival log-a (rejected, 7 bytes)")
}

// TestLetterNamesAreNotPrinted: a message can put anything where a name or an
// ID belongs.
func TestLetterNamesAreNotPrinted(t *testing.T) {
	const planted = "x\nlevel=ERROR LastName=Bixby"
	for name, plant := range map[string]func(*deadletter.Letter){
		"data model": func(l *deadletter.Letter) { l.DataModel = planted },
		"event type": func(l *deadletter.Letter) { l.EventType = planted },
		"log ID":     func(l *deadletter.Letter) { l.LogID = planted },
		"attempt ID": func(l *deadletter.Letter) { l.AttemptID = planted },
		"reason":     func(l *deadletter.Letter) { l.Reason = planted }, // of a file that somebody changed
		"key":        func(l *deadletter.Letter) { l.Key = planted },
	} {
		t.Run(name, func(t *testing.T) {
			l := boxtest.Letter("a", 1, "{}")
			plant(&l)
			log := printed(l)
			assert.NotContains(t, log, "Bixby")
			assert.NotContains(t, log, fmt.Sprintf("%x", "Bixby"))
			assert.Equal(t, 1, strings.Count(log, "\n"), "the line break of the logger alone")
			box := deadletter.Dir(t.TempDir())
			require.NoError(t, box.Put(t.Context(), l))
			_, err := deadletter.Replay(t.Context(), box, func(context.Context, deadletter.Letter) error { return errors.New("down") })
			require.ErrorContains(t, err, "down")
			assert.NotContains(t, err.Error(), "Bixby")
		})
	}
}

// printed returns what logging and every verb show of a letter.
func printed(l deadletter.Letter) string {
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "letter", l)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&log, verb, l)
	}
	return log.String()
}

func TestDiscard(t *testing.T) {
	assert.NoError(t, deadletter.Discard().Put(t.Context(), boxtest.Letter("a", 1, "{}")))
}
