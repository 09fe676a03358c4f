//go:build !redoxgen_bootstrap

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/cli"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
	"github.com/redoxgen/redoxgen/runtime/webhook"
	"github.com/redoxgen/redoxgen/runtime/webhook/verify"
)

// lockedBuffer is output that is read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func listeningAt(t *testing.T, line string) string {
	m := regexp.MustCompile(`listening at (http://\S+), `).FindStringSubmatch(line)
	if m == nil {
		t.Errorf("it does not listen: %s", line)
		return ""
	}
	return m[1]
}

// startListen runs listen until stop is called, which returns what it printed.
func startListen(t *testing.T, args ...string) (url string, stop func() string) {
	t.Helper()
	t.Setenv("REDOX_TOKEN", testSecret)
	ctx, cancel := context.WithCancel(t.Context())
	var stdout, stderr lockedBuffer
	ended := make(chan int, 1)
	go func() {
		ended <- cli.Run(ctx, append([]string{"listen", "--addr", "127.0.0.1:0"}, args...), strings.NewReader(""), &stdout, &stderr)
	}()
	t.Cleanup(cancel)
	require.Eventually(t, func() bool { return strings.HasSuffix(stderr.String(), "\n") }, 20*time.Second, 5*time.Millisecond)
	return listeningAt(t, stderr.String()), func() string {
		t.Helper()
		cancel()
		assert.Equal(t, cli.ExitInterrupted, <-ended)
		assert.NotContains(t, stdout.String()+stderr.String(), "planted")
		return stdout.String()
	}
}

// post posts a delivery and returns the status of its answer.
func post(t *testing.T, url, token, body string) int {
	r, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if !assert.NoError(t, err) {
		return 0
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("verification-token", token)
	response, err := http.DefaultClient.Do(r)
	if !assert.NoError(t, err) {
		return 0
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	return response.StatusCode
}

// A feed comes through: the target verifies it, has every message once, and Redox
// delivers again what the target does not take.
func TestListenForwards(t *testing.T) {
	var got []string
	fail := 2
	mux := webhook.NewMux()
	webhook.On(mux, func(_ context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error {
		if fail > 0 {
			fail--
			return os.ErrDeadlineExceeded
		}
		got = append(got, string(d.Raw))
		return nil
	})
	h, err := webhook.NewHandler(mux, webhook.Config{
		Tokens: []string{testSecret}, DeadLetter: deadletter.Discard(), Logger: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	var paths []string
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.URL.RequestURI())
		h.ServeHTTP(w, r)
	}))
	defer target.Close()
	dir := filepath.Join(t.TempDir(), "a", "b")

	url, stop := startListen(t, "--forward-to", target.URL+"/redox?planted=1", "--record", dir)
	feed := redoxtest.NewFeed(t, url+"/other", testSecret, redoxtest.WithFeedClock(redoxtest.FastClock(1000)))
	feed.Deliver(testArrival)
	feed.Deliver(strings.Replace(testArrival, `,"IDType":"MR"`, "", 1))
	attempts, err := feed.Run(t.Context())
	require.NoError(t, err)
	assert.Len(t, attempts, 4)
	assert.Equal(t, "handled", attempts[3].Header.Get(webhook.OutcomeHeader), "the target's")
	code, stdout, _ := command(t, "", "trigger", "PatientAdmin.Arrival", "--to", url, "--token", testSecret, "--times", "2")
	assert.Equal(t, cli.ExitOK, code)
	assert.Contains(t, stdout, "200 handled")
	assert.Contains(t, stdout, "200 duplicate")

	out := stop()
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	require.Len(t, lines, 10, out)
	assert.Contains(t, lines[0], " challenge: 200")
	assert.Contains(t, lines[1], " not verified: the token or the signature is another one, or missing: 401", "of two challenges with wrong tokens one")
	assert.Contains(t, lines[2], " challenge: 200", "by POST and by GET")
	line := `^\d\d:\d\d:\d\d\.\d{3} PatientAdmin\.Arrival log [0-9a-f-]{36}, \d+ bytes`
	assert.Regexp(t, line+`: 503 after \S+; valid$`, lines[3])
	assert.Regexp(t, line+`, redelivery: 503 after \S+; valid$`, lines[4])
	assert.Regexp(t, line+`, redelivery: 200 after \S+; valid$`, lines[5])
	assert.Regexp(t, line+`: 200 after \S+; 1 error, 0 warnings: Patient\.Identifiers\[0\]\.IDType: required$`, lines[6])
	assert.Regexp(t, line+`, redelivery: 200 after \S+; valid$`, lines[8])
	assert.Regexp(t, `^6 delivered: 4 accepted, 3 redelivered, 1 not valid; 2 challenges, 2 requests not verified, 0 refused$`, lines[9])
	require.Len(t, got, 3)
	for _, p := range paths {
		assert.Equal(t, "/redox?planted=1", p)
	}

	// Each body is in a file of its own, for its owner only, and as it was received.
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	require.Len(t, files, 6)
	for _, f := range files {
		assert.Regexp(t, `^\d{8}T\d{6}\.\d{9}Z-PatientAdmin\.Arrival-[0-9a-f]{12}\.json$`, filepath.Base(f))
	}
	for i, file := range []int{2, 3, 4} { // in the order that they came in
		text, err := os.ReadFile(files[file])
		require.NoError(t, err)
		assert.Equal(t, got[i], string(text))
	}
	if runtime.GOOS != "windows" {
		for path, mode := range map[string]os.FileMode{files[0]: 0o600, dir: 0o700, filepath.Dir(dir): 0o700} {
			info, err := os.Stat(path)
			require.NoError(t, err)
			assert.Equal(t, mode, info.Mode().Perm(), path)
		}
	}
	code, _, _ = command(t, "", append([]string{"validate"}, files...)...)
	assert.Equal(t, cli.ExitNo, code)
	code, stdout, stderr := command(t, "", "drift", dir)
	assert.Equal(t, cli.ExitOK, code, stderr)
	assert.Contains(t, stdout, "PatientAdmin.Arrival: 6 messages\n")
}

// The page on testing: what it says to run.
func TestListenCommand(t *testing.T) {
	commands := commandsOf(t, "docs/testing.md", "$REDOX_TOKEN", testSecret)
	require.Len(t, commands, 1)
	t.Chdir(t.TempDir())
	target, handled, _ := receiver(t, "")
	args := commands[0]
	require.Equal(t, "listen", args[0])
	i := slices.Index(args, "http://localhost:3000/redox")
	require.Positive(t, i)
	args[i] = target
	url, stop := startListen(t, args[1:]...)
	code, stdout, stderr := command(t, "", "trigger", "PatientAdmin.Arrival", "--to", url, "--token", testSecret)
	assert.Equal(t, cli.ExitOK, code, stdout+stderr)
	assert.Equal(t, 1, *handled)
	assert.Contains(t, stop(), "; valid\n1 delivered: 1 accepted")
	files, err := filepath.Glob("messages/*.json")
	require.NoError(t, err)
	assert.Len(t, files, 1)
}

// Headers and bodies pass both ways as they are; what belongs to a connection does not.
func TestListenPassesOn(t *testing.T) {
	var got *http.Request
	var body []byte
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		w.Header().Set("X-Answer", "yes")
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, `{"planted":"answer"}`)
	}))
	defer target.Close()
	url, stop := startListen(t, "--forward-to", target.URL)
	message := " {\"Meta\" :{\"DataModel\":\"PatientSearch\",\"EventType\":\"Query\"},\"Patient\":{\"A\":\"\\u00e9 planted\xff\"}}\n"
	r, err := http.NewRequest(http.MethodPost, url, io.MultiReader(strings.NewReader(message))) // chunked
	require.NoError(t, err)
	for name, value := range map[string]string{
		"Content-Type": "application/json; charset=utf-8", "Verification-Token": testSecret, "X-Signature": "sha256=planted",
		"User-Agent": "RedoxEngine", "Authorization": "Bearer planted", "Accept-Encoding": "gzip", "Connection": "X-Hop", "X-Hop": "1",
	} {
		r.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	assert.Equal(t, http.StatusAccepted, response.StatusCode)
	assert.Equal(t, `{"planted":"answer"}`, string(answer))
	assert.Equal(t, "yes", response.Header.Get("X-Answer"))
	assert.Empty(t, response.Header.Get(webhook.OutcomeHeader), "the target said none")
	assert.Equal(t, message, string(body))
	assert.Equal(t, int64(len(message)), got.ContentLength)
	for name, value := range map[string]string{
		"Content-Type": "application/json; charset=utf-8", "Verification-Token": testSecret, "X-Signature": "sha256=planted",
		"User-Agent": "RedoxEngine", "Authorization": "Bearer planted", "Accept-Encoding": "gzip", "Connection": "", "X-Hop": "",
		"X-Forwarded-For": "",
	} {
		assert.Equal(t, value, got.Header.Get(name), name)
	}
	assert.Contains(t, stop(), " PatientSearch.Query log (none), ")
}

// Whatever the target does, Redox keeps what is not accepted.
func TestListenTargets(t *testing.T) {
	for _, test := range []struct {
		name   string
		target http.HandlerFunc
		status int
		want   string
	}{
		{"refuses", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(422) }, 422, `: 422 after \S+; valid\n`},
		{"accepts without a body", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, 204, `: 204 after \S+; valid\n`},
		{"redirects", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/planted", http.StatusFound) }, 503, `: 503 after \S+ \(answered 302\); valid\n`},
		{"slow", func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		}, 503, `: 503 after \S+ \(no answer within 300ms\); valid\n`},
		{"slow in the middle of the answer", func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			_, _ = io.WriteString(w, "planted")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, 503, `: 503 after \S+ \(no answer within 300ms\); valid\n`},
		{"hangs up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 503, `: 503 after \S+ \(no answer: [^)]*EOF[^)]*\); valid\n`},
		{"no HTTP", func(w http.ResponseWriter, _ *http.Request) {
			conn, _, _ := http.NewResponseController(w).Hijack()
			_, _ = io.WriteString(conn, "planted\r\n\r\n")
			_ = conn.Close()
		}, 503, `: 503 after \S+ \(no answer: \S.*\); valid\n`},
		{"answers too much", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 1<<20+1)) }, 503, `: 503 after \S+ \(the answer is too large\); valid\n`},
		{"down", nil, 503, `: 503 after \S+ \(no answer: .*refused.*\); valid\n`},
	} {
		t.Run(test.name, func(t *testing.T) {
			to := "http://127.0.0.1:1"
			if test.target != nil {
				target := httptest.NewServer(test.target)
				defer target.Close()
				to = target.URL
			}
			url, stop := startListen(t, "--forward-to", to, "--timeout", "300ms", "--max-mb", "1")
			assert.Equal(t, test.status, post(t, url, testSecret, testArrival))
			assert.Regexp(t, test.want, stop())
		})
	}
}

// Without a target every delivery is accepted, whatever it is; nobody else is.
func TestListenAlone(t *testing.T) {
	url, stop := startListen(t, "--json", "--max-mb", "1")
	hostile := strings.Replace(testArrival, `"Patient":{`, `"Patient":{"planted name 12":{},"\u001b[31mplanted":1,"Fine":1,"Identifiers":7},"Visit":7,"Patient":{`, 1)
	for _, delivery := range []struct {
		token, body string
		status      int
	}{
		{testSecret, testArrival, 200},
		{testSecret, testArrival, 200},
		{testSecret, hostile, 200},
		{testSecret, `{"Meta":{"DataModel":"planted <\n","EventType":"New","Logs":[{"ID":"planted\n","AttemptID":"planted\u001b"}]}}`, 200},
		{testSecret, `{"Meta":{"DataModel":"Own","EventType":"Event","Logs":[{"ID":"log-1","AttemptID":"try-1"}]}}`, 200},
		{testSecret, `{"planted`, 200},
		{testSecret, strings.Replace(testArrival, "planted-id", strings.Repeat("x", 1<<20), 1), 413},
		{"wrong", testArrival, 401},
		{"wrong", testArrival, 401},
		{"", testArrival, 401},
	} {
		assert.Equal(t, delivery.status, post(t, url, delivery.token, delivery.body), "%.100s", delivery.body)
	}
	health, err := http.Get(url + "/healthz")
	require.NoError(t, err)
	defer health.Body.Close()
	assert.Equal(t, http.StatusOK, health.StatusCode)

	var lines []map[string]any
	for line := range strings.Lines(stop()) {
		var object map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &object), line)
		delete(object, "time")
		lines = append(lines, object)
	}
	require.Len(t, lines, 9)
	assert.Equal(t, map[string]any{
		"event": "PatientAdmin.Arrival", "log": "", "attempt": "", "bytes": float64(len(testArrival)), "redelivery": false, "status": 200.0,
		"ms": 0.0, "valid": true, "errors": 0.0, "warnings": 0.0, "violations": []any{},
	}, lines[0])
	assert.Equal(t, true, lines[1]["redelivery"])
	assert.Equal(t, false, lines[2]["valid"])
	assert.Contains(t, lines[2]["violations"], map[string]any{"path": "Visit", "rule": "type", "want": "object", "got": "number", "severity": "error"})
	assert.Equal(t, "(14 bytes)", lines[3]["event"])
	assert.Equal(t, "(8 bytes)", lines[3]["log"])
	assert.Equal(t, "not validated: error: there is no schema for the event that Meta names", lines[3]["error"])
	assert.Equal(t, "Own.Event", lines[4]["event"])
	assert.Equal(t, "log-1", lines[4]["log"])
	assert.Equal(t, "try-1", lines[4]["attempt"])
	assert.Contains(t, lines[5]["error"], "not a JSON object")
	assert.Equal(t, map[string]any{"request": "refused: Request Entity Too Large; if it is a message, allow more with --max-mb (now 1)", "status": 413.0}, lines[6])
	assert.Equal(t, map[string]any{"request": "not verified: the token or the signature is another one, or missing", "status": 401.0}, lines[7])
	assert.Equal(t, map[string]any{"summary": map[string]any{
		"deliveries": 6.0, "accepted": 6.0, "redeliveries": 1.0, "invalid": 4.0, "challenges": 0.0, "unverified": 3.0, "refused": 1.0,
	}}, lines[8])
}

// A message with a file of 30 MB passes by default.
func TestListenLarge(t *testing.T) {
	size := 0
	target := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		size = int(n)
	}))
	defer target.Close()
	url, stop := startListen(t, "--forward-to", target.URL)
	body := strings.Replace(testArrival, "planted-id", strings.Repeat("x", 40<<20), 1)
	assert.Equal(t, http.StatusOK, post(t, url, testSecret, body))
	assert.Equal(t, len(body), size)
	assert.Contains(t, stop(), "; valid\n")
}

// A signature in place of the token reaches the target, too.
func TestListenSigned(t *testing.T) {
	t.Setenv("REDOX_SIGNING_SECRET", "planted-signing")
	signature := verify.HMACConfig{Header: "X-Signature", Prefix: "sha256=", Encoding: verify.Base64, Secrets: []string{"planted-signing"}}
	var got []string
	target := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = append(got, r.Header.Get("X-Signature")) }))
	defer target.Close()
	url, stop := startListen(t, "--forward-to", target.URL, "--signature-header", "X-Signature", "--signature-prefix", "sha256=", "--signature-encoding", "base64")
	feed := redoxtest.NewFeed(t, url, testSecret, redoxtest.WithCredentials(redoxtest.Signed(signature)))
	feed.Deliver(testArrival)
	attempts, err := feed.Run(t.Context())
	require.NoError(t, err)
	require.Len(t, attempts, 1)
	assert.Equal(t, http.StatusUnauthorized, post(t, url, testSecret, testArrival), "the token alone")
	require.Len(t, got, 1)
	assert.Regexp(t, `^sha256=\S{44}$`, got[0])
	assert.Contains(t, stop(), "; valid\n1 delivered: 1 accepted")
}

// What cannot be recorded is neither forwarded nor accepted.
func TestListenCannotRecord(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	target := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was forwarded") }))
	defer target.Close()
	url, stop := startListen(t, "--forward-to", target.URL, "--record", file)
	assert.Equal(t, http.StatusServiceUnavailable, post(t, url, testSecret, testArrival))
	assert.Regexp(t, `: 503; not recorded: \S.*\n`, stop())
}
