//go:build !redoxgen_bootstrap

package main

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"database/sql"
	"encoding/hex"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // the driver sqlite

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/cli"
	"github.com/redoxgen/redoxgen/internal/integration"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/deadletter/sqldeadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
)

// deadLetterPlaces are where the command finds dead letters: each returns a store, and
// the PATH of it.
var deadLetterPlaces = map[string]func(*testing.T) (deadletter.Store, string){
	"directory": func(t *testing.T) (deadletter.Store, string) {
		path := filepath.Join(t.TempDir(), "dead")
		return deadletter.Dir(path), path
	},
	"SQLite": func(t *testing.T) (deadletter.Store, string) {
		path := filepath.Join(t.TempDir(), "redox 100%?.db")
		store, err := sqldeadletter.Open(t.Context(), "sqlite", "file:"+strings.NewReplacer("%", "%25", "?", "%3f").Replace(path))
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, store.Close()) })
		return store, path
	},
	"PostgreSQL": func(t *testing.T) (deadletter.Store, string) {
		dsn := integration.Postgres(t)
		store, err := sqldeadletter.Open(t.Context(), "pgx", dsn)
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, store.Close()) })
		return store, dsn
	},
}

// shownPath is how the command calls a path: without what may be a password.
func shownPath(path string) string {
	if u, err := url.Parse(path); err == nil && u.Scheme != "" {
		return u.Scheme + "://" + u.Host + u.Path
	}
	return path
}

// deadArrival returns a dead letter of the source, received some hours ago.
func deadArrival(key, source string, reason deadletter.Reason, hours int) deadletter.Message {
	return deadletter.Message{
		Key: dedup.Key(key), Reason: reason, Detail: "no bed for planted", DataModel: "PatientAdmin", EventType: "Arrival",
		LogID: "log-" + key, AttemptID: "1", Received: time.Now().UTC().Truncate(time.Microsecond).Add(-time.Duration(hours) * time.Hour),
		Raw: []byte(strings.Replace(testArrival, `"EventType"`, `"Source":{"ID":"`+source+`"},"EventType"`, 1)),
	}
}

// putDead puts four dead letters, the last of which has no Meta.
func putDead(t *testing.T, store deadletter.Store) {
	t.Helper()
	undecodable := deadArrival("d", "", deadletter.Undecodable, 1)
	undecodable.DataModel, undecodable.EventType, undecodable.LogID, undecodable.Raw = "", "", "", []byte("planted")
	discharge := deadArrival("c", "two", deadletter.Unhandled, 2)
	discharge.EventType = "Discharge"
	discharge.Raw = bytes.Replace(discharge.Raw, []byte(`"EventType"`), []byte(`"FacilityCode":"EAST","EventType"`), 1)
	for _, m := range []deadletter.Message{
		deadArrival("a", "one", deadletter.Rejected, 100), deadArrival("b", `planted\nname`, deadletter.Rejected, 3), discharge, undecodable,
	} {
		require.NoError(t, store.Put(t.Context(), m))
	}
}

func TestDeadLettersList(t *testing.T) {
	for place, open := range deadLetterPlaces {
		t.Run(place, func(t *testing.T) {
			store, path := open(t)
			putDead(t, store)
			for flags, want := range map[string]string{
				"":                                     "a b c ",
				"--event PatientAdmin.Arrival":         "a b",
				"--event patientadmin":                 "a b c",
				"--event PatientAdmin.Discharge,Order": "c",
				"--event unknown":                      "",
				"--reason rejected,unhandled":          "a b c",
				"--source one --source two":            "a c",
				"--log log-b":                          "b",
				"--older-than 50h":                     "a",
				"--newer-than 150m":                    "c ",
				"--reason rejected --newer-than 50h":   "b",
				"--source one --reason unhandled":      "-",
			} {
				code, stdout, stderr := command(t, "", append([]string{"deadletters", "list", path}, strings.Fields(flags)...)...)
				require.Equal(t, cli.ExitOK, code, stderr)
				var got []string
				for line := range strings.Lines(stdout) {
					got = append(got, strings.TrimPrefix(strings.Fields(line)[2], "log-"))
					if got[len(got)-1] == "without" {
						got[len(got)-1] = ""
					}
				}
				if want == "-" {
					assert.Empty(t, got, flags)
					continue
				}
				assert.Equal(t, strings.Split(want, " "), got, flags)
			}
			_, stdout, _ := command(t, "", "deadletters", "list", path)
			assert.Regexp(t, `(?m)^\d{4}-\S+Z PatientAdmin\.Arrival log-a \(rejected, \d+ bytes\) from one$`, stdout)
			assert.Regexp(t, `(?m)log-b .* from \(12 bytes\)$`, stdout)
			assert.Regexp(t, `(?m)log-c .* from two, facility EAST$`, stdout)
			assert.Regexp(t, `(?m)unknown without log ID \(undecodable, 7 bytes\) from \(no source\)$`, stdout)
		})
	}
}

func TestDeadLettersShow(t *testing.T) {
	for place, open := range deadLetterPlaces {
		t.Run(place, func(t *testing.T) {
			store, path := open(t)
			putDead(t, store)
			code, stdout, stderr := command(t, "", "deadletters", "show", path)
			require.Equal(t, cli.ExitOK, code, stderr)
			assert.Contains(t, stdout, `"Identifiers"`)

			// With --values the content is what was asked for.
			var out, errs bytes.Buffer
			code = cli.Run(t.Context(), []string{"deadletters", "show", path, "--values", "--log", "log-a"}, strings.NewReader(""), &out, &errs)
			require.Equal(t, cli.ExitOK, code, errs.String())
			assert.Contains(t, out.String(), "no bed for planted\n"+string(deadArrival("a", "one", "", 0).Raw)+"\n")
			assert.NotContains(t, out.String(), "log-b")

			code, _, stderr = command(t, "", "deadletters", "show", path, "--log", "missing")
			assert.Equal(t, cli.ExitNo, code)
			assert.Contains(t, stderr, "no such dead letter")
		})
	}
}

func TestDeadLettersDropAndReplay(t *testing.T) {
	for place, open := range deadLetterPlaces {
		t.Run(place, func(t *testing.T) {
			store, path := open(t)
			putDead(t, store)
			code, _, stderr := command(t, "", "deadletters", "drop", path)
			assert.Equal(t, cli.ExitFailed, code, "everything is dropped only when asked for")
			assert.Contains(t, stderr, "--all")
			code, _, _ = command(t, "", "deadletters", "drop", path, "--log", "")
			assert.Equal(t, cli.ExitFailed, code, "an unset variable does not choose everything")
			code, stdout, stderr := command(t, "", "deadletters", "drop", path, "--reason", "rejcted")
			assert.Equal(t, cli.ExitFailed, code)
			assert.Empty(t, stdout)
			assert.Contains(t, stderr, "is not one of unhandled,")
			require.Equal(t, 4, count(t, store))

			code, stdout, stderr = command(t, "", "deadletters", "drop", path, "--reason", "undecodable,unhandled")
			require.Equal(t, cli.ExitOK, code, stderr)
			assert.Equal(t, "2 dropped\n", stdout)
			require.Equal(t, 2, count(t, store))

			url, handled, _ := receiver(t, "")
			to := []string{"--to", url, "--token", testSecret}
			code, stdout, stderr = command(t, "", append(to, "deadletters", "replay", path, "--source", "one")...)
			require.Equal(t, cli.ExitOK, code, stderr)
			assert.Equal(t, shownPath(path)+": 1 handled, 0 kept\n", stdout)
			assert.Equal(t, 1, *handled)
			code, stdout, stderr = command(t, "", append(to, "replay", path)...)
			require.Equal(t, cli.ExitOK, code, stderr)
			assert.Equal(t, shownPath(path)+": 1 handled, 0 kept\n", stdout)

			require.NoError(t, store.Put(t.Context(), deadArrival("z", "one", deadletter.Rejected, 1)))
			code, stdout, stderr = command(t, "", "deadletters", "drop", path, "--all")
			require.Equal(t, cli.ExitOK, code, stderr)
			assert.Equal(t, "1 dropped\n", stdout)
			assert.Zero(t, count(t, store))
		})
	}
}

func count(t *testing.T, store deadletter.Store) (n int) {
	t.Helper()
	for _, err := range store.Messages(t.Context()) {
		require.NoError(t, err)
		n++
	}
	return n
}

// TestDeadLettersSealed: without the key sealed messages can be listed and dropped,
// with it they are like any others.
func TestDeadLettersSealed(t *testing.T) {
	key := bytes.Repeat([]byte{7}, 32)
	keyFile, wrongKey, noKey := filepath.Join(t.TempDir(), "key"), filepath.Join(t.TempDir(), "wrong"), filepath.Join(t.TempDir(), "none")
	require.NoError(t, os.WriteFile(keyFile, []byte(hex.EncodeToString(key)+"\n"), 0o600))
	require.NoError(t, os.WriteFile(wrongKey, []byte("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), 0o600))
	require.NoError(t, os.WriteFile(noKey, []byte("planted"), 0o600))
	block, err := aes.NewCipher(key)
	require.NoError(t, err)
	aead, err := cipher.NewGCM(block)
	require.NoError(t, err)
	for place, open := range deadLetterPlaces {
		t.Run(place, func(t *testing.T) {
			inner, path := open(t)
			store, err := deadletter.Seal(inner, aead)
			require.NoError(t, err)
			putDead(t, store)
			url, handled, _ := receiver(t, "")
			replay := []string{"deadletters", "replay", path, "--to", url, "--token", testSecret, "--log", "log-a"}
			for _, test := range []struct {
				args []string
				code int
				want string
			}{
				{[]string{"deadletters", "list", path}, cli.ExitOK, "bytes) from (sealed)"},
				{[]string{"deadletters", "list", path, "--source", "one"}, cli.ExitFailed, "give its key by --key-file"},
				{[]string{"deadletters", "list", path, "--source", "one", "--key-file", keyFile}, cli.ExitOK, "bytes) from one"},
				{[]string{"deadletters", "list", path, "--key-file", wrongKey}, cli.ExitFailed, "none of 1 keys opens"},
				{[]string{"deadletters", "list", path, "--key-file", noKey}, cli.ExitFailed, "not a key of 32 bytes"},
				{[]string{"deadletters", "show", path}, cli.ExitFailed, "give its key by --key-file"},
				{[]string{"deadletters", "show", path, "--key-file", wrongKey, "--key-file", keyFile}, cli.ExitOK, `"Identifiers"`},
				{replay, cli.ExitNo, "0 handled, 1 kept"},
				{append(replay, "--key-file", keyFile), cli.ExitOK, "1 handled, 0 kept"},
				{[]string{"deadletters", "drop", path, "--reason", "rejected"}, cli.ExitOK, "1 dropped"},
			} {
				code, stdout, stderr := command(t, "", test.args...)
				assert.Equal(t, test.code, code, "%v: %s", test.args, stderr)
				assert.Contains(t, stdout+stderr, test.want, test.args)
			}
			assert.Equal(t, 1, *handled)
		})
	}
}

// TestDeadLettersElsewhere: what is not a store of dead letters is not made one.
func TestDeadLettersElsewhere(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "other.db")
	db, err := sql.Open("sqlite", other)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), "CREATE TABLE other (x)")
	require.NoError(t, err)
	require.NoError(t, db.Close())
	before, err := os.ReadFile(other)
	require.NoError(t, err)
	for path, want := range map[string]string{
		filepath.Join(dir, "missing"): "no such file",
		other:                         "no such table",
		"postgres://planted:planted@localhost:1/redox?connect_timeout=1": "refused",
		"postgres://localhost/redox?password=planted":                    "$PGPASSWORD",
		"postgres://u:planted@localhost:planted/redox":                   "not a URL",
		"postgres://u:planted@localhost/redox?sslmode=bogus":             "sslmode",
	} {
		var out, errs bytes.Buffer
		code := cli.Run(context.Background(), []string{"deadletters", "list", path}, strings.NewReader(""), &out, &errs)
		assert.Equal(t, cli.ExitFailed, code, path)
		assert.Contains(t, errs.String(), want, path)
		assert.NotContains(t, errs.String(), ":planted")
		assert.NotContains(t, errs.String(), "password=planted")
	}
	after, err := os.ReadFile(other)
	require.NoError(t, err)
	assert.Equal(t, before, after)
	code, _, stderr := command(t, "", "deadletters", "list", dir, "--reason", "reject")
	assert.Equal(t, cli.ExitFailed, code)
	assert.Contains(t, stderr, "not one of unhandled")
	code, _, _ = command(t, "", "deadletters", "lst")
	assert.Equal(t, cli.ExitFailed, code)
}
