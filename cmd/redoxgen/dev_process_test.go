//go:build !redoxgen_bootstrap

package main

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/client"
)

// devProcess is redoxgen dev in a process of its own.
type devProcess struct {
	*exec.Cmd
	url    string
	legacy auth.Legacy
	key    string // of the client that was made up, as PEM
}

func startDev(t *testing.T, args ...string) *devProcess {
	t.Helper()
	p := &devProcess{Cmd: exec.Command("redoxgen", append([]string{"dev", "--addr", "127.0.0.1:0"}, args...)...)}
	p.Stderr = os.Stderr
	out, err := p.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.Start())
	t.Cleanup(p.kill)
	var settings map[string]string
	settings, p.key = devSettings(out)
	p.url = settings["REDOX_BASE_URL"]
	require.NotEmpty(t, p.url, "it starts")
	p.legacy = auth.Legacy{APIKey: settings["REDOX_API_KEY"], Secret: settings["REDOX_SECRET"], BaseURL: p.url}
	return p
}

// devSettings reads what redoxgen dev prints when it starts: values of variables, and the
// key of the client that is made up.
func devSettings(out io.Reader) (settings map[string]string, key string) {
	var text strings.Builder
	for lines := bufio.NewScanner(out); lines.Scan() && lines.Text() != "Interrupt to end."; {
		text.WriteString(lines.Text() + "\n")
	}
	settings = map[string]string{}
	for _, m := range regexp.MustCompile(`(REDOX_\w+)=(\S+)`).FindAllStringSubmatch(text.String(), -1) {
		settings[m[1]] = m[2]
	}
	_, key, _ = strings.Cut(text.String(), "<<'END'\n")
	key, _, _ = strings.Cut(key, "END\n\n")
	return settings, key
}

func (p *devProcess) kill() {
	_ = p.Process.Kill()
	_ = p.Wait()
}

func (p *devProcess) get(t *testing.T, path string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url+path, nil)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(text)
}

func (p *devProcess) client(t *testing.T) *client.Client {
	t.Helper()
	c, err := client.New(client.Config{Auth: p.legacy, BaseURL: p.url, Retry: client.Retry{Requests: 1}})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// A process that is killed while it answers has lost nothing that it had answered.
func TestDevKilled(t *testing.T) {
	endpoint := "http://127.0.0.1:1" // nothing listens there: what is delivered waits
	args := []string{"--data", filepath.Join(t.TempDir(), "dev.db"), "--to", endpoint, "--token", "x"}
	p := startDev(t, args...)
	c := p.client(t)
	arrival, _, err := patientadmin.DecodeArrival([]byte(testArrival))
	require.NoError(t, err)
	var mu sync.Mutex
	var answered []string // log IDs, and places of pages
	var work sync.WaitGroup
	enough := make(chan struct{})
	done := func(what string) {
		mu.Lock()
		defer mu.Unlock()
		if answered = append(answered, what); len(answered) == 100 {
			close(enough)
		}
	}
	for range 2 {
		work.Go(func() {
			for {
				receipt, err := c.Send(t.Context(), arrival)
				if err != nil {
					return
				}
				done(receipt.Logs[0].ID)
			}
		})
		work.Go(func() {
			for {
				response, err := http.PostForm(p.url+"/compose/send", url.Values{"message": {testArrival}})
				if err != nil {
					return
				}
				_ = response.Body.Close()
				done(response.Request.URL.Path)
			}
		})
	}
	<-enough
	p.kill()
	work.Wait()

	p = startDev(t, args...)
	list := p.get(t, "/") // 200 messages
	waiting := 0
	for _, what := range answered {
		if strings.HasPrefix(what, "/messages/") {
			waiting++
			what = fmt.Sprintf(`href="%s"`, what)
		}
		assert.Contains(t, list, what)
	}
	assert.Positive(t, waiting)
	var queued int
	_, feed, _ := strings.Cut(p.get(t, "/feed"), `<section class="lane">`)
	_, feed, _ = strings.Cut(feed, "<p>")
	_, err = fmt.Sscanf(feed, "%d queued", &queued)
	require.NoError(t, err)
	assert.GreaterOrEqual(t, queued, waiting)
}
