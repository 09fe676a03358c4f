package redoxtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

// hook is a webhook that answers with the statuses it was given, then 200.
type hook struct {
	mu       sync.Mutex
	statuses []int
	bodies   []string
	tokens   []string
	echo     func(token, challenge string) string
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	h.mu.Lock()
	defer h.mu.Unlock()
	var c struct {
		Token     string `json:"verification-token"`
		Challenge string `json:"challenge"`
	}
	_ = json.Unmarshal(body, &c)
	if r.Method == http.MethodGet {
		c.Token, c.Challenge = r.URL.Query().Get("verification-token"), r.URL.Query().Get("challenge")
	}
	if c.Challenge != "" {
		_, _ = io.WriteString(w, h.echo(c.Token, c.Challenge))
		return
	}
	h.bodies = append(h.bodies, string(body))
	h.tokens = append(h.tokens, r.Header.Get("verification-token"))
	if len(h.statuses) > 0 {
		w.WriteHeader(h.statuses[0])
		h.statuses = h.statuses[1:]
	}
}

func serve(t *testing.T, h *hook) string {
	t.Helper()
	if h.echo == nil {
		h.echo = func(token, challenge string) string {
			if token == "secret" {
				return `{"challenge":"` + challenge + `"}`
			}
			return "no"
		}
	}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

const message = `{ "Meta": {"DataModel": "Results", "EventType": "New", "Logs": [{"ID": "old"}]}, "Orders": [ 1.50 ] }`

func TestFeedStampsAndKeepsTheRest(t *testing.T) {
	h := &hook{}
	f := redoxtest.NewFeed(t, serve(t, h), "secret")
	m := f.Deliver(message)
	_, err := f.Run(t.Context())
	require.NoError(t, err)
	require.Len(t, h.bodies, 1)
	assert.Contains(t, h.bodies[0], `"Orders": [ 1.50 ] }`)
	var got struct {
		Meta struct {
			Logs []struct{ ID, AttemptID string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(h.bodies[0]), &got))
	assert.Equal(t, m.LogID, got.Meta.Logs[0].ID)
	assert.NotEmpty(t, got.Meta.Logs[0].AttemptID)
	assert.Equal(t, []string{"secret"}, h.tokens)
}

// TestFeedLeavesAlone: what has no Meta to stamp is delivered as it is.
func TestFeedLeavesAlone(t *testing.T) {
	for _, body := range []string{`{"Meta":null}`, `{"Meta":[]}`, `{"Meta":"x"}`, `{}`, `null`, `[]`, `{"Meta":`, ``} {
		h := &hook{}
		attempts, err := redoxtest.NewFeed(nil, serve(t, h), "secret").Trigger(t.Context(), body, 1)
		require.NoError(t, err)
		require.NoError(t, attempts[0].Err)
		assert.Equal(t, []string{body}, h.bodies)
	}
}

func TestRetryDelay(t *testing.T) {
	var seconds []float64
	for n := 1; n <= 9; n++ {
		seconds = append(seconds, redoxtest.RetryDelay(n).Seconds())
	}
	assert.Equal(t, []float64{10, 10, 20, 30, 50, 80, 120, 120, 120}, seconds)
}

func TestFeedGivesUp(t *testing.T) {
	h := &hook{statuses: []int{500, 404, 400, 503, 500}}
	f := redoxtest.NewFeed(nil, serve(t, h), "secret", redoxtest.WithMaxAttempts(3), redoxtest.WithFeedClock(redoxtest.FastClock(1e6)))
	f.Deliver(message)
	f.Deliver(message)
	attempts, err := f.Run(t.Context())
	require.ErrorContains(t, err, "not accepted after 3 attempts: status 400")
	assert.Len(t, attempts, 3, "the second message waits behind the first")
}

func TestFeedStopsWithContext(t *testing.T) {
	h := &hook{statuses: []int{500}}
	f := redoxtest.NewFeed(nil, serve(t, h), "secret", redoxtest.WithFeedClock(redoxtest.RealClock()))
	f.Deliver(message)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := f.Run(ctx)
	assert.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestVerify(t *testing.T) {
	for name, tt := range map[string]struct {
		echo func(token, challenge string) string
		want string
	}{
		"good":              {nil, ""},
		"no echo":           {func(string, string) string { return "ok" }, "want 200 and the challenge"},
		"echoes everything": {func(_, challenge string) string { return challenge }, "without checking the token"},
	} {
		t.Run(name, func(t *testing.T) {
			f := redoxtest.NewFeed(nil, serve(t, &hook{echo: tt.echo}), "secret")
			f.Deliver(message)
			attempts, err := f.Run(t.Context())
			if tt.want == "" {
				require.NoError(t, err)
				assert.Len(t, attempts, 1)
				return
			}
			require.ErrorContains(t, err, tt.want)
			assert.Empty(t, attempts, "nothing is delivered to an endpoint that is not verified")
		})
	}
}

func TestTrigger(t *testing.T) {
	h := &hook{statuses: []int{200, 500}}
	f := redoxtest.NewFeed(nil, serve(t, h), "secret")
	attempts, err := f.Trigger(t.Context(), message, 3)
	require.NoError(t, err)
	require.Len(t, attempts, 3)
	assert.Equal(t, []bool{true, false, true}, []bool{attempts[0].Accepted(), attempts[1].Accepted(), attempts[2].Accepted()})
	assert.Equal(t, attempts[0].LogID, attempts[2].LogID)
	assert.NotEqual(t, attempts[0].AttemptID, attempts[2].AttemptID)

	nobody := redoxtest.NewFeed(nil, "http://127.0.0.1:1", "secret")
	attempts, err = nobody.Trigger(t.Context(), message, 1)
	require.NoError(t, err)
	assert.Error(t, attempts[0].Err)
}

// fatal is a T that notes what fails.
type fatal struct {
	said string
	end  func()
}

func (*fatal) Helper()                             {}
func (f *fatal) Cleanup(end func())                { f.end = end }
func (f *fatal) Fatalf(format string, args ...any) { f.said = fmt.Sprintf(format, args...) }

// TestFeedIsRun: a test that forgets Run tests nothing.
func TestFeedIsRun(t *testing.T) {
	var f fatal
	feed := redoxtest.NewFeed(&f, serve(t, &hook{}), "secret")
	feed.Deliver(message)
	_, err := feed.Run(t.Context())
	require.NoError(t, err)
	f.end()
	assert.Empty(t, f.said)
	feed.Deliver(message)
	f.end()
	assert.Equal(t, "redoxtest: a message was queued and never delivered: call Run", f.said)
	feed.Burst(2, message)
	f.end()
	assert.Equal(t, "redoxtest: 3 messages were queued and never delivered: call Run", f.said)
	feed.Deliver(func() {})
	f.end()
	assert.Contains(t, f.said, "does not encode")
}

func TestFeedFailsItsTest(t *testing.T) {
	var f fatal
	feed := redoxtest.NewFeed(&f, serve(t, &hook{}), "secret")
	feed.Deliver(func() {})
	_, err := feed.Run(t.Context())
	require.Error(t, err)
	assert.NotEmpty(t, f.said)
	var unsupported *json.UnsupportedTypeError
	assert.True(t, errors.As(err, &unsupported))
}

func TestFeedTakesTurns(t *testing.T) {
	a, b := &hook{}, &hook{}
	f := redoxtest.NewFeed(t, serve(t, a), "secret", redoxtest.WithReceivers(serve(t, b)), redoxtest.WithoutChallenge())
	f.Burst(10, message)
	_, err := f.Run(t.Context())
	require.NoError(t, err)
	assert.Len(t, a.bodies, 5)
	assert.Len(t, b.bodies, 5)
}
