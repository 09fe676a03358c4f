package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/cli"
)

var update = flag.Bool("update", false, "rewrite what the scripts compare output with")

// The test binary is the command, too, so that scripts run it as users do.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"redoxgen": func() { os.Exit(program()) }})
}

// The scripts show output and exit codes. Besides the usual commands they have
//
//	exits CODE COMMAND...     runs a command that must end with that code
//	zip ARCHIVE NAME=FILE...  makes an archive
//	big FILE SIZE             makes a JSON file of that many bytes
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                "testdata/script",
		UpdateScripts:      *update,
		RequireUniqueNames: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": scriptExits,
			"zip":   scriptZip,
			"big":   scriptBig,
		},
	})
}

func scriptExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	code := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s\n%s%s", code, args[0], ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
}

func scriptZip(ts *testscript.TestScript, _ bool, args []string) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, arg := range args[1:] {
		name, file, _ := strings.Cut(arg, "=")
		f, err := w.Create(name)
		ts.Check(err)
		_, err = f.Write([]byte(ts.ReadFile(file)))
		ts.Check(err)
	}
	ts.Check(w.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b.Bytes(), 0o644))
}

func scriptBig(ts *testscript.TestScript, _ bool, args []string) {
	size, err := strconv.Atoi(args[1])
	ts.Check(err)
	text := `{"title": "` + strings.Repeat(" ", size-len(`{"title": ""}`)) + `"}`
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o644))
}

// A command that is interrupted says so and changes nothing.
func TestInterrupted(t *testing.T) {
	t.Chdir(t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, args := range [][]string{
		{"generate", "--import-path", "example.com/x"},
		{"check", "--import-path", "example.com/x"},
		{"list"},
		{"validate", "x.json"},
		{"fmt", "x.json"},
		{"send", "x.json"},
		{"trigger", "x.json", "--to", "http://127.0.0.1:1", "--token", "t"},
		{"replay", "x", "--to", "http://127.0.0.1:1", "--token", "t"},
		{"listen", "--addr", "127.0.0.1:0", "--token", "t"},
	} {
		var stdout, stderr bytes.Buffer
		code := cli.Run(ctx, args, strings.NewReader(""), &stdout, &stderr)
		assert.Equal(t, cli.ExitInterrupted, code, args)
		assert.Equal(t, 1, strings.Count(stderr.String(), "interrupted"), args)
		assert.Empty(t, stdout.String(), args)
	}
	left, err := os.ReadDir(".")
	assert.NoError(t, err)
	assert.Empty(t, left)
}

// No command succeeds whose output is lost.
func TestOutputThatCannotBeWritten(t *testing.T) {
	const message = `{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival"}}`
	for _, args := range [][]string{
		{"version"}, {"help"}, {"list"}, {"explain", "PatientAdmin.Arrival"}, {"validate", "-"}, {"validate", "--json", "-"}, {"fmt", "-"},
		{"generate", "--dry-run", "--events", "SSO.*", "--import-path", "example.com/x"},
		{"check", "--events", "SSO.*", "--import-path", "example.com/x"},
	} {
		var stderr bytes.Buffer
		code := cli.Run(t.Context(), args, strings.NewReader(message), full{}, &stderr)
		assert.Equal(t, cli.ExitFailed, code, args)
		assert.Contains(t, stderr.String(), "no space", args)
	}
}

// full is an output that takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }
