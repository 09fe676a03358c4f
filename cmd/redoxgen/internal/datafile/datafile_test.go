package datafile

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // the driver sqlite
)

func reopen(t *testing.T, path string) *File {
	t.Helper()
	f, err := Open(t.Context(), path)
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func content(t *testing.T, f *File) map[string]string {
	t.Helper()
	all, last := map[string]string{}, ""
	require.NoError(t, f.Each(t.Context(), func(key string, value []byte) error {
		assert.Greater(t, key, last, "in order")
		all[key], last = string(value), key
		return nil
	}))
	return all
}

// What was written is there after the file was closed, or was not.
func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a %3f? #1.db")
	f := reopen(t, path)
	require.NoError(t, f.Write(t.Context(), []Change{
		{"m/1", []byte("one")}, {"m/1/body", []byte{}}, {"m/10", []byte("ten")}, {"m/1", []byte("uno")}, {"m/1/a/1", []byte{0, 255}},
	}))
	want := map[string]string{"m/1": "uno", "m/1/body": "", "m/10": "ten", "m/1/a/1": "\x00\xff"}
	assert.Equal(t, want, content(t, f))
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	crashed := filepath.Join(t.TempDir(), "crashed.db") // what a process that is killed leaves
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(path + suffix)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(crashed+suffix, data, 0o600))
	}
	assert.Equal(t, want, content(t, reopen(t, crashed)))

	require.NoError(t, f.Close())
	f = reopen(t, path)
	assert.Equal(t, want, content(t, f))
	require.NoError(t, f.Write(t.Context(), []Change{{"m/1", nil}, {"none", nil}}))
	assert.Equal(t, map[string]string{"m/10": "ten"}, content(t, f))
}

func TestRefused(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	execute := func(name, statement string) {
		db, err := sql.Open("sqlite", "file:"+at(name))
		require.NoError(t, err)
		_, err = db.ExecContext(t.Context(), statement)
		require.NoError(t, err)
		require.NoError(t, db.Close())
	}
	require.NoError(t, reopen(t, at("newer.db")).Close())
	execute("newer.db", "PRAGMA user_version = 2")
	execute("other.db", "CREATE TABLE something (x)")
	require.NoError(t, os.WriteFile(at("text.db"), []byte("this is a text, and not a database of any kind at all"), 0o600))
	reopen(t, at("open.db"))
	for name, want := range map[string]string{
		"newer.db":     "newer.db: a newer redoxgen wrote it: its format is 2, and this redoxgen knows 1",
		"other.db":     "other.db: this database belongs to something else",
		"text.db":      "text.db: it is no SQLite database",
		"open.db":      "open.db: another process has it open",
		"none/file.db": "no such file or directory",
		"":             "is a directory",
	} {
		_, err := Open(t.Context(), at(name))
		require.ErrorContains(t, err, want, name)
	}
	require.NoError(t, reopen(t, at("readonly.db")).Close())
	_, err := open(t.Context(), at("readonly.db"), "mode=ro")
	require.ErrorContains(t, err, "readonly.db: it cannot be read, written or locked")
}
