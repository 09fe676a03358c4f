package watermillinbox_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/pubsub/gochannel"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/inbox/watermillinbox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

var secret = []byte("0123456789abcdef")

// body has spaces and a field of no schema, which must arrive as they are.
const body = `{"Meta": {"DataModel":"PatientAdmin", "EventType":"Arrival","EventDateTime":"2026-01-01T00:00:01Z","Source":{"ID":"s"},"Logs":[{"ID":"log 1/é"}]},
  "Patient":{"Identifiers":[{"ID":"a","IDType":"MR"}]},"Visit":{"VisitNumber":"1"},"Other":1.0}`

// seen is what a handler saw of a message.
type seen struct {
	raw     string
	attempt int
	logID   string
}

// receive returns a receiver with a topic in between, and the directory of dead letters.
func receive(t *testing.T, config watermillinbox.Config, fail func(attempt int) error) (h *webhook.Handler, calls chan seen, dead string) {
	t.Helper()
	calls, dead = make(chan seen, 100), t.TempDir()
	mux := webhook.NewMux()
	webhook.On(mux, func(_ context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error {
		calls <- seen{string(d.Raw), d.Attempt, d.LogID}
		return fail(d.Attempt)
	})
	pubSub := gochannel.NewGoChannel(gochannel.Config{Persistent: true}, watermill.NopLogger{})
	topic, err := watermillinbox.New(pubSub, "redox", secret)
	require.NoError(t, err)
	h, err = webhook.NewHandler(mux, webhook.Config{
		Tokens: []string{"token"}, DeadLetter: deadletter.Dir(dead), Inbox: topic, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	require.NoError(t, err)
	router, err := message.NewRouter(message.RouterConfig{}, watermill.NopLogger{})
	require.NoError(t, err)
	router.AddConsumerHandler("redox", "redox", pubSub, watermillinbox.Consume(h, config))
	done := make(chan error, 1)
	go func() { done <- router.Run(context.WithoutCancel(t.Context())) }()
	<-router.Running()
	t.Cleanup(func() {
		assert.NoError(t, router.Close())
		assert.NoError(t, <-done)
		assert.NoError(t, pubSub.Close())
	})
	return h, calls, dead
}

func post(t *testing.T, h *webhook.Handler) (int, webhook.Result) {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("verification-token", "token")
	r.Header.Set("Content-Type", "application/json")
	h.ServeHTTP(w, r)
	return w.Code, webhook.ResultOf(w.Header())
}

func queue(t *testing.T, h *webhook.Handler) {
	t.Helper()
	status, result := post(t, h)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, webhook.Queued, result)
}

func next(t *testing.T, calls chan seen) seen {
	t.Helper()
	select {
	case s := <-calls:
		return s
	case <-time.After(10 * time.Second):
		require.Fail(t, "the handler was not called")
		return seen{}
	}
}

func deadLetters(t *testing.T, dir string) int {
	t.Helper()
	n := 0
	require.NoError(t, fs.WalkDir(os.DirFS(dir), ".", func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			n++
		}
		return nil // a file may be gone since
	}))
	return n
}

var quick = watermillinbox.Config{Backoff: time.Millisecond, MaxAttempts: 3}

// TestRedelivery: a message that fails is delivered again, byte for byte, until it is handled.
func TestRedelivery(t *testing.T) {
	h, calls, dead := receive(t, quick, func(attempt int) error {
		if attempt < 3 {
			return errors.New("not now")
		}
		return nil
	})
	queue(t, h)
	for attempt := 1; attempt <= 3; attempt++ {
		assert.Equal(t, seen{body, attempt, "log 1/é"}, next(t, calls))
	}
	time.Sleep(50 * time.Millisecond)
	assert.Empty(t, calls, "it is acknowledged")
	assert.Zero(t, deadLetters(t, dead))
}

// TestDeadLetter: a permanent failure, and the last attempt, end in the dead-letter sink.
func TestDeadLetter(t *testing.T) {
	for name, test := range map[string]struct {
		err   error
		calls int
	}{
		"permanent":    {webhook.Permanent(errors.New("never")), 1},
		"last attempt": {errors.New("not now"), 3},
	} {
		t.Run(name, func(t *testing.T) {
			h, calls, dead := receive(t, quick, func(int) error { return test.err })
			queue(t, h)
			for range test.calls {
				next(t, calls)
			}
			require.Eventually(t, func() bool { return deadLetters(t, dead) == 1 }, 10*time.Second, 2*time.Millisecond)
			time.Sleep(50 * time.Millisecond)
			assert.Empty(t, calls, "it is acknowledged")
		})
	}
}

// publisher is one that a test decides about.
type publisher func(m *message.Message) error

func (p publisher) Publish(_ string, m ...*message.Message) error { return p(m[0]) }
func (publisher) Close() error                                    { return nil }

// TestAppend: Append returns what Publish does, or the end of its context.
func TestAppend(t *testing.T) {
	m := inbox.Message{Key: "k", Order: []string{"patient a"}, Received: time.Now(), Raw: []byte(body)}
	appendTo := func(ctx context.Context, p publisher, m inbox.Message) error {
		topic, err := watermillinbox.New(p, "redox", secret)
		require.NoError(t, err)
		_, err = topic.Append(ctx, m)
		return err
	}
	down := errors.New("down")
	require.ErrorIs(t, appendTo(t.Context(), func(*message.Message) error { return down }, m), down)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	stuck := make(chan struct{})
	defer close(stuck)
	require.ErrorIs(t, appendTo(ctx, func(*message.Message) error { <-stuck; return nil }, m), context.DeadlineExceeded)

	order := func(key string) (order string) {
		m.Order = []string{key}
		require.NoError(t, appendTo(t.Context(), func(m *message.Message) error {
			order = m.Metadata.Get(watermillinbox.MetadataOrder)
			assert.NotContains(t, order, key)
			return nil
		}, m))
		return order
	}
	assert.Equal(t, order("patient a"), order("patient a"))
	assert.NotEqual(t, order("patient a"), order("patient b"))

	_, err := watermillinbox.New(publisher(nil), "redox", []byte("short"))
	require.Error(t, err)
}

// TestPublisherDown: what the broker does not take is not answered 200.
func TestPublisherDown(t *testing.T) {
	topic, err := watermillinbox.New(publisher(func(*message.Message) error { return errors.New("down") }), "redox", secret)
	require.NoError(t, err)
	mux := webhook.NewMux()
	webhook.On(mux, func(context.Context, webhook.Delivery, *patientadmin.Arrival) error { return nil })
	h, err := webhook.NewHandler(mux, webhook.Config{
		Tokens: []string{"token"}, DeadLetter: deadletter.Dir(t.TempDir()), Inbox: topic, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	require.NoError(t, err)
	status, _ := post(t, h)
	assert.Equal(t, http.StatusServiceUnavailable, status)
}

// TestForeign: a message that no Topic has published is refused, not acknowledged.
func TestForeign(t *testing.T) {
	err := watermillinbox.Consume(nil, watermillinbox.Config{})(message.NewMessage("1", []byte(body)))
	require.ErrorContains(t, err, watermillinbox.MetadataKey)
}
