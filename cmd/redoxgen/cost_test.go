package main

import (
	"bytes"
	"go/format"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/cli"
	"github.com/redoxgen/redoxgen/internal/testenv"
)

// Generating everything takes little time and memory. The time counted is the
// processors', spread over two of them, since the machine may have more to do.
func TestGenerateCost(t *testing.T) {
	testenv.NeedsMeasured(t)
	dir := t.TempDir()
	command := filepath.Join(dir, "redoxgen")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(sizeModule), 0o644))
	useRepository(t, dir)
	goCommand(t, dir, "build", "-o", command, "github.com/redoxgen/redoxgen/cmd/redoxgen")
	c := exec.CommandContext(t.Context(), command, "generate", "--out", filepath.Join(dir, "all"), "--import-path", "example.com/all")
	start := time.Now()
	out, err := c.CombinedOutput()
	wall := time.Since(start)
	require.NoError(t, err, string(out))
	onTwo := (c.ProcessState.UserTime() + c.ProcessState.SystemTime()) / 2
	t.Logf("generating everything took %s, %s of two processors", wall.Round(time.Millisecond), onTwo.Round(time.Millisecond))
	assert.Less(t, onTwo, 1500*time.Millisecond)
	if kb := peakMemory(c.ProcessState); kb > 0 {
		t.Logf("and %d MB", kb>>10)
		assert.Less(t, kb>>10, int64(300))
	}
}

// BenchmarkGenerate generates everything into an empty directory. times-gofmt is
// how often gofmt's library would go over the output in the same time.
func BenchmarkGenerate(b *testing.B) {
	var took, formatting time.Duration
	for b.Loop() {
		dir := b.TempDir()
		var stdout, stderr bytes.Buffer
		start := time.Now()
		code := cli.Run(b.Context(), []string{"generate", "--out", dir, "--import-path", "example.com/all"}, strings.NewReader(""), &stdout, &stderr)
		took += time.Since(start)
		require.Equal(b, cli.ExitOK, code, stderr.String())

		b.StopTimer()
		var files [][]byte
		require.NoError(b, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".go" {
				return err
			}
			text, err := os.ReadFile(path)
			files = append(files, text)
			return err
		}))
		start = time.Now()
		for _, f := range files {
			_, err := format.Source(f)
			require.NoError(b, err)
		}
		formatting += time.Since(start)
		b.StartTimer()
	}
	b.ReportMetric(float64(took)/float64(formatting), "times-gofmt")
}
