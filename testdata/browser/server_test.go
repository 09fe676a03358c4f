package browser_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// command is the path of the command, built for these tests.
var command string

func TestMain(m *testing.M) { os.Exit(tests(m)) }

func tests(m *testing.M) int {
	dir, err := os.MkdirTemp("", "redoxgen-browser")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	command = filepath.Join(dir, "redoxgen")
	c := exec.Command("go", "build", "-o", command, "./cmd/redoxgen")
	c.Dir, c.Stderr = "../..", os.Stderr
	if err := c.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "the command does not build:", err)
		return 1
	}
	return m.Run()
}

// start runs redoxgen dev and returns its URL.
func start(t *testing.T, args ...string) string {
	t.Helper()
	c := exec.Command(command, append([]string{"dev", "--addr", "127.0.0.1:0"}, args...)...)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	t.Cleanup(func() {
		assert.NoError(t, c.Process.Signal(os.Interrupt))
		assert.NoError(t, c.Wait(), "it ends gracefully when it is interrupted")
	})
	lines := bufio.NewScanner(out)
	require.True(t, lines.Scan())
	at := regexp.MustCompile(`http://[0-9.:]+\d`).FindString(lines.Text())
	require.NotEmpty(t, at)
	go func() {
		for lines.Scan() { // so that it never waits for its reader
		}
	}()
	return at
}

func arrival(id string) string {
	return fmt.Sprintf(`{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","Destinations":[{"ID":"clinic"}]},"Patient":{"Identifiers":[{"ID":%q,"IDType":"MR"}]}}`, id)
}

// laboratory is the destination of samples.
const laboratory = "laboratory"

// sample returns a message that the command made up.
func sample(t *testing.T, event string) string {
	t.Helper()
	text, err := exec.CommandContext(t.Context(), command, "sample", event, "--seed", "1", "--profile", "small").Output()
	require.NoError(t, err)
	var m map[string]map[string]any
	require.NoError(t, json.Unmarshal(text, &m))
	m["Meta"]["Destinations"] = []any{map[string]any{"ID": laboratory}}
	text, err = json.Marshal(m)
	require.NoError(t, err)
	return string(text)
}

func post(t *testing.T, to string, form url.Values) {
	t.Helper()
	body(t)(http.PostForm(to, form))
}

// fetch returns a page, which must be there.
func fetch(t *testing.T, from string) string {
	t.Helper()
	return body(t)(http.Get(from))
}

// body returns what reads an answer, which must be a page.
func body(t *testing.T) func(*http.Response, error) string {
	return func(response *http.Response, err error) string {
		t.Helper()
		require.NoError(t, err)
		defer func() { _ = response.Body.Close() }()
		text, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, response.StatusCode, "%s", text)
		return string(text)
	}
}

// endpoint answers challenges, and messages with what status says.
func endpoint(t *testing.T, status *atomic.Int64) string {
	t.Helper()
	challenge := regexp.MustCompile(`"challenge":"([^"]+)","verification-token":"secret"`)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := bufio.NewReader(r.Body).ReadString(0)
		if m := challenge.FindStringSubmatch(body); m != nil {
			_, _ = w.Write([]byte(m[1]))
		} else if r.Method == http.MethodGet && r.FormValue("verification-token") == "secret" {
			_, _ = w.Write([]byte(r.FormValue("challenge")))
		} else if r.Header.Get("verification-token") != "secret" {
			w.WriteHeader(http.StatusUnauthorized)
		} else {
			w.WriteHeader(int(status.Load()))
		}
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}
