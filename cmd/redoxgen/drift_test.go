package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/cli"
	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/progress"
)

const driftMessage = `{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival"},"Patient":{"Identifiers":[],"New":1}}`

// TestDriftBadInput: whatever is between them, messages are counted, and nothing of
// what is no message is printed.
func TestDriftBadInput(t *testing.T) {
	dir := t.TempDir()
	var unknown strings.Builder
	for i := range 200 {
		fmt.Fprintf(&unknown, "{\"Meta\":{\"DataModel\":\"Planterson %d\",\"EventType\":\"Planterson\"}}\n", i)
	}
	binary := make([]byte, 1<<20)
	for i := range binary {
		binary[i] = byte(i * i >> 3)
	}
	long := `{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival"},"Patient":{"Identifiers":[],"New":"` + strings.Repeat("Planterson", 10<<20) + `"}}`
	for name, text := range map[string]string{
		"1 unknown.ndjson": driftMessage + "\n" + unknown.String() + driftMessage + "\n",
		"2 binary.ndjson":  driftMessage + "\n" + string(binary) + "\n" + driftMessage,
		"3 binary.json":    string(binary),
		"4 long.ndjson":    driftMessage + "\n" + long + "\n" + driftMessage + "\n",
		"5 long.json":      long,
		"6 cut.ndjson":     driftMessage + "\n" + driftMessage[:90] + "\n" + driftMessage[:len(driftMessage)/2] + "\n" + driftMessage,
		"7 empty.json":     "",
		"8 good.json":      driftMessage,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	var stdout, stderr strings.Builder
	code := cli.Run(t.Context(), []string{"drift", dir}, nil, &stdout, &stderr)
	assert.Equal(t, cli.ExitFailed, code)
	assert.Contains(t, stdout.String(), "PatientAdmin.Arrival: 9 messages\n  Patient.New: unknown, got number 9, in 9 messages\n")
	assert.Contains(t, stdout.String(), "200 messages of an unknown data model\n")
	assert.Contains(t, stderr.String(), "1 unknown.ndjson:2: error: there is no schema for the event that Meta names")
	assert.Regexp(t, `and \d+ messages more that are not counted`, stderr.String())
	assert.NotContains(t, stdout.String()+stderr.String(), "Planterson")
}

// TestDriftMemory: many messages take no more memory than one, from standard input, too.
func TestDriftMemory(t *testing.T) {
	message := `{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival"},"Patient":{"Identifiers":[],"New":"` + strings.Repeat("x", 40<<10) + `"}}` + "\n"
	peak := func(messages int) uint64 {
		runtime.GC()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		code := cli.Run(t.Context(), []string{"drift", "-"}, repeated(message, messages), io.Discard, io.Discard)
		assert.Equal(t, cli.ExitNo, code)
		runtime.ReadMemStats(&after)
		return after.Sys - before.Sys
	}
	peak(100) // compiles schemas
	assert.Less(t, peak(4000), uint64(16<<20), "160 MB")
}

// repeated reads as text, so many times.
func repeated(text string, times int) io.Reader {
	readers := make([]io.Reader, times)
	for i := range readers {
		readers[i] = strings.NewReader(text)
	}
	return io.MultiReader(readers...)
}

func TestProgress(t *testing.T) {
	assert.Nil(t, progress.New(new(bytes.Buffer), 10), "no terminal")
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	require.NoError(t, err)
	defer file.Close()
	assert.Nil(t, progress.New(file, 10), "no terminal")
	var none *progress.Bar
	none.Add(1)
	none.Clear()
	none.End()

	var b bytes.Buffer
	bar := progress.On(&b, 1000)
	bar.Add(500)
	bar.Clear()
	bar.End()
	assert.Contains(t, b.String(), "50%")
}
