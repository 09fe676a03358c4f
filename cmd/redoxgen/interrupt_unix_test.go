//go:build unix && !redoxgen_bootstrap

package main

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/cli"
)

// A signal ends reading at once, with an exit code of its own and no verdict about
// what had come so far, also when the end of the input comes with the signal.
func TestInterruptedWhileReading(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	require.NoError(t, syscall.Mkfifo(fifo, 0o600))
	for _, args := range [][]string{
		{"validate", "-"},
		{"validate", "--ndjson", "-"},
		{"validate", "--json", "-", "-"},
		{"fmt", "-"},
		{"send", "--access-token", "x", "-"},
		{"trigger", "--to", "http://127.0.0.1:1", "--token", "x", "-"},
		{"validate", fifo},
		{"list", "--lock", fifo},
	} {
		for _, ended := range []bool{false, true} {
			for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
				var stdout, stderr bytes.Buffer
				c := exec.Command("redoxgen", args...)
				c.Stdout, c.Stderr = &stdout, &stderr
				c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
				in, out, err := os.Pipe()
				require.NoError(t, err)
				c.Stdin = in
				require.NoError(t, c.Start())
				require.NoError(t, in.Close())
				_, err = out.WriteString(`{"Meta":{"DataModel":"PatientAdmin"`)
				require.NoError(t, err)
				var writer *exec.Cmd
				if ended { // with the signal, as a terminal sends it to all of a pipeline
					writer = exec.Command("sleep", "60")
					writer.Stdout = out
					writer.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pgid: c.Process.Pid}
					require.NoError(t, writer.Start())
					require.NoError(t, out.Close())
				}
				time.Sleep(300 * time.Millisecond) // until it reads
				require.NoError(t, syscall.Kill(-c.Process.Pid, sig))
				timer := time.AfterFunc(5*time.Second, func() { _ = c.Process.Kill() })
				_ = c.Wait()
				assert.True(t, timer.Stop(), "%v: it goes on", args)
				if ended {
					_ = writer.Wait()
				} else {
					require.NoError(t, out.Close())
				}
				assert.Equal(t, cli.ExitInterrupted, c.ProcessState.ExitCode(), args)
				assert.Empty(t, stdout.String(), args)
				assert.Contains(t, stderr.String(), "redoxgen: interrupted", args)
				assert.NotContains(t, stderr.String(), "JSON", args)
			}
		}
	}
}

// Who interrupts a delivery learns the log ID: the webhook may have the message.
func TestTriggerInterrupted(t *testing.T) {
	reached := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		close(reached)
		<-r.Context().Done()
	}))
	defer srv.Close()
	var stdout, stderr bytes.Buffer
	c := exec.Command("redoxgen", "trigger", "Order.New", "--to", srv.URL, "--token", "x", "--times", "3")
	c.Stdout, c.Stderr = &stdout, &stderr
	require.NoError(t, c.Start())
	<-reached
	require.NoError(t, c.Process.Signal(syscall.SIGINT))
	_ = c.Wait()
	assert.Equal(t, cli.ExitInterrupted, c.ProcessState.ExitCode())
	assert.Regexp(t, `^log [0-9a-f-]{36}\n$`, stdout.String())
	assert.Equal(t, "redoxgen: interrupted\n", stderr.String())
}

// Who interrupts listening gets the answer to what is in flight, and the summary.
func TestListenInterrupted(t *testing.T) {
	reached, answer := make(chan struct{}), make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		close(reached)
		<-answer
	}))
	defer srv.Close()
	var stdout bytes.Buffer
	c := exec.Command("redoxgen", "listen", "--forward-to", srv.URL, "--addr", "127.0.0.1:0", "--token", "t")
	c.Stdout = &stdout
	stderr, err := c.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	lines := bufio.NewReader(stderr)
	first, err := lines.ReadString('\n')
	require.NoError(t, err)
	status := make(chan int)
	go func() { status <- post(t, listeningAt(t, first), "t", testArrival) }()
	<-reached
	require.NoError(t, c.Process.Signal(syscall.SIGINT))
	time.Sleep(50 * time.Millisecond) // the answer comes after the signal
	close(answer)
	assert.Equal(t, http.StatusOK, <-status)
	rest, err := io.ReadAll(lines)
	require.NoError(t, err)
	_ = c.Wait()
	assert.Equal(t, cli.ExitInterrupted, c.ProcessState.ExitCode())
	assert.Equal(t, "redoxgen: interrupted\n", string(rest))
	assert.Regexp(t, `^\S+ PatientAdmin\.Arrival log \(none\), \d+ bytes: 200 after \S+; valid\n1 delivered: 1 accepted`, stdout.String())
}
