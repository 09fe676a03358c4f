//go:build !redoxgen_bootstrap

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/cli"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/internal/testenv"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// The 60 seconds: what README says to run, to write and to expect.
func TestReadmeStart(t *testing.T) {
	dir := module(t, "start")
	parts := blocksOf(t, "README.md")
	require.Len(t, parts, 2)
	for line := range strings.Lines(parts[0]) {
		args := strings.Fields(strings.ReplaceAll(line, "'", ""))
		require.Equal(t, "go", args[0])
		goCommand(t, dir, args[1:]...)
	}
	assert.FileExists(t, filepath.Join(dir, "models", "redoxgen.lock"))
	assert.Equal(t, parts[1], goCommand(t, dir, "run", "."))

	install := regexp.MustCompile("`go install (\\S+)@latest`").FindStringSubmatch(read(t, "README.md"))
	require.NotNil(t, install)
	assert.Equal(t, install[1]+"\n", goCommand(t, dir, "list", "-f", "{{.ImportPath}}", install[1]))
}

// README is what a stranger reads in five minutes, and an example in one.
func TestReadmeLength(t *testing.T) {
	assert.LessOrEqual(t, strings.Count(read(t, "README.md"), "\n"), 150)
	examples, err := filepath.Glob(filepath.Join(testenv.Repository(t), "testdata", "examples", "*", "*.go"))
	require.NoError(t, err)
	require.NotEmpty(t, examples)
	for _, file := range examples {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Less(t, bytes.Count(text, []byte("\n")), 120, file)
	}
}

// The page on schemas: an event of one's own, and the lock that it leads to.
func TestSchemasPage(t *testing.T) {
	const page = "docs/schemas-and-lock.md"
	parts := blocksOf(t, page)
	schema, overlay, lock := parts[0], parts[3], parts[len(parts)-1]
	require.True(t, json.Valid([]byte(schema)))
	commands := commandsOf(t, page)
	require.Len(t, commands, 3)
	t.Chdir(t.TempDir())
	require.NoError(t, os.MkdirAll(filepath.Join("more", "pay"), 0o755))
	require.NoError(t, os.WriteFile("go.mod", []byte("module example.com/app\n"), 0o644))
	write := func(text string) {
		require.NoError(t, os.WriteFile(filepath.Join("more", "pay", "bill.json"), []byte(text), 0o644))
	}
	write(schema)
	code, _, stderr := command(t, "", commands[0]...)
	require.Equal(t, cli.ExitOK, code, stderr)
	assert.Empty(t, stderr)

	require.NoError(t, os.MkdirAll(filepath.Join("more", "patientadmin"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join("more", "patientadmin", "arrival.json"), []byte(overlay), 0o644))
	code, stdout, stderr := command(t, "", "explain", "--schemas", "catalog", "--schemas", "more", "PatientAdmin.Arrival:Patient.Contacts.Priority")
	require.Equal(t, cli.ExitOK, code, stderr)
	assert.Empty(t, stderr, "everything in the overlay has an effect")
	assert.Contains(t, stdout, "required  yes\n")

	write(regexp.MustCompile(`,\n *"DueDate": .*`).ReplaceAllString(schema, ""))
	for _, args := range commands[1:] {
		code, _, stderr = command(t, "", args...)
		require.Equal(t, cli.ExitOK, code, stderr)
	}
	text, err := os.ReadFile(filepath.Join("models", "redoxgen.lock"))
	require.NoError(t, err)
	assert.Contains(t, string(text), lock)
}

// The commands that deliver to a webhook.
func TestDeliveryCommands(t *testing.T) {
	calls, fail := 0, true
	mux := webhook.NewMux()
	webhook.On(mux, func(context.Context, webhook.Delivery, *patientadmin.Arrival) error {
		calls++
		if fail {
			return webhook.Permanent(os.ErrInvalid)
		}
		return nil
	})
	h, err := webhook.NewHandler(mux, webhook.Config{
		Tokens: []string{"t"}, DeadLetter: deadletter.Dir("dead"), Logger: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	server := httptest.NewServer(h)
	defer server.Close()

	commands := commandsOf(t, "docs/receiving.md", "http://localhost:8080", server.URL, "$REDOX_TOKEN", "t")
	require.Len(t, commands, 3)
	t.Chdir(t.TempDir())
	for _, args := range commands {
		fail = args[0] == "trigger" && calls == 0
		code, stdout, stderr := command(t, "", args...)
		assert.Equal(t, cli.ExitOK, code, "%s: %s%s", args, stdout, stderr)
	}
	assert.Equal(t, 3, calls, "dead-lettered, handled once of three deliveries, replayed")
}

// The commands that send.
func TestSendingCommands(t *testing.T) {
	commands := commandsOf(t, "docs/sending.md")
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("arrival.json", []byte(testArrival), 0o600))
	srv := redoxtest.NewServer(t)
	oauth := srv.OAuth()
	require.NoError(t, os.WriteFile("key.pem", oauth.PrivateKey, 0o600))
	for name, value := range map[string]string{
		"REDOX_BASE_URL": srv.URL, "REDOX_CLIENT_ID": oauth.ClientID, "REDOX_KEY_ID": oauth.KeyID,
		"REDOX_PRIVATE_KEY_FILE": "key.pem", "REDOX_SOURCE_ID": "",
		"REDOX_API_KEY": "", "REDOX_SECRET": "", "REDOX_ACCESS_TOKEN": "",
	} {
		t.Setenv(name, value)
	}
	for i, args := range commands {
		code, _, stderr := commandIn(t, "", args...)
		assert.Equal(t, cli.ExitOK, code, stderr)
		assert.Len(t, redoxtest.Received[*patientadmin.Arrival](srv), i)
	}
}

// The commands that look at messages.
func TestMessageCommands(t *testing.T) {
	commands := commandsOf(t, "docs/testing.md")
	t.Chdir(t.TempDir())
	var line bytes.Buffer
	require.NoError(t, json.Compact(&line, []byte(testArrival)))
	require.NoError(t, os.WriteFile("messages.ndjson", append(line.Bytes(), '\n'), 0o600))
	for _, args := range commands {
		code, _, stderr := command(t, "", args...)
		assert.Equal(t, cli.ExitOK, code, stderr)
	}
}

// Every keyword that the page on limits says is refused is refused, by name.
func TestLimitsPage(t *testing.T) {
	_, limits, found := strings.Cut(read(t, "docs/limits.md"), "\n## Schemas\n")
	require.True(t, found)
	limits, _, _ = strings.Cut(limits, "\n- A `pattern`")
	names := regexp.MustCompile("`(\\w+)`").FindAllStringSubmatch(limits, -1)
	require.GreaterOrEqual(t, len(names), 7)
	values := map[string]any{"id": "other.json", "not": map[string]any{}, "dependencies": map[string]any{"A": []string{"B"}}, "const": 1}
	for _, m := range names {
		keyword := m[1]
		t.Run(keyword, func(t *testing.T) {
			value, ok := values[keyword]
			if !ok {
				value = []any{map[string]any{"type": "string"}}
			}
			schema, err := json.Marshal(map[string]any{
				"type": "object", "properties": map[string]any{"A": map[string]any{keyword: value}},
			})
			require.NoError(t, err)
			dir := t.TempDir()
			require.NoError(t, os.Mkdir(filepath.Join(dir, "pay"), 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "pay", "bill.json"), schema, 0o644))
			var stdout, stderr bytes.Buffer
			code := cli.Run(t.Context(), []string{"list", "--schemas", dir}, strings.NewReader(""), &stdout, &stderr)
			assert.Equal(t, cli.ExitFailed, code)
			assert.Regexp(t, `bill\.json:1:\d+#/properties/A/`+keyword+`: error: .*"`+keyword+`" is not`, stderr.String())
		})
	}
}

// The defaults that pages state are those of the code.
func TestStatedDefaults(t *testing.T) {
	assert.EqualValues(t, 512<<20, redox.DefaultMemoryLimit)
	for _, page := range []string{"README.md", "docs/limits.md"} {
		assert.Contains(t, read(t, page), "512 MiB", page)
	}
}
