package webhook_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// panicking panics with patient data in one of its methods, as a store, a sink,
// an observer, a logger or an error.
type panicking struct {
	dedup.Store
	at string
}

func (p *panicking) check(at string) {
	if p.at == at {
		panic("cannot take Planterson")
	}
}

func (p *panicking) Claim(ctx context.Context, k dedup.Key, l time.Duration) (dedup.Claim, error) {
	p.check("Claim")
	return p.Store.Claim(ctx, k, l)
}

func (p *panicking) Extend(ctx context.Context, c dedup.Claim, l time.Duration) error {
	p.check("Extend")
	return p.Store.Extend(ctx, c, l)
}

func (p *panicking) Commit(ctx context.Context, c dedup.Claim) error {
	p.check("Commit")
	return p.Store.Commit(ctx, c)
}

func (p *panicking) Release(ctx context.Context, c dedup.Claim) error {
	p.check("Release")
	return p.Store.Release(ctx, c)
}

func (p *panicking) Ping(context.Context) error {
	p.check("Ping")
	return nil
}

func (p *panicking) Put(context.Context, deadletter.Message) error {
	p.check("Put")
	return nil
}

func (p *panicking) Begin(ctx context.Context, _ *http.Request) (context.Context, webhook.RequestObserver) {
	p.check("Begin")
	return ctx, p
}

func (p *panicking) End(webhook.Outcome) { p.check("End") }

func (p *panicking) Key(meta redox.Meta, raw []byte) dedup.Key {
	p.check("Key")
	return dedup.KeyOf(meta, raw)
}

func (p *panicking) ErrorText(error) string {
	p.check("ErrorText")
	return "text"
}

func (p *panicking) Enabled(context.Context, slog.Level) bool {
	p.check("Enabled")
	return true
}

func (p *panicking) Handle(context.Context, slog.Record) error {
	p.check("Handle")
	return nil
}

func (p *panicking) WithAttrs([]slog.Attr) slog.Handler { return p }
func (p *panicking) WithGroup(string) slog.Handler      { return p }

// TestPanicsAreAnswered: whatever panics with a message, the message is answered,
// its observers get the outcome, and nothing of it is printed. Where the panic ends
// nothing that matters, the message is handled.
func TestPanicsAreAnswered(t *testing.T) {
	temporary := errors.New("temporary")
	for at, tt := range map[string]struct {
		err    error // of the handler
		result webhook.Result
		quiet  bool // there is nothing to log with
	}{
		"Key":       {nil, webhook.Failed, false},
		"Claim":     {nil, webhook.Unavailable, false},
		"Commit":    {nil, webhook.Unavailable, false},
		"Release":   {temporary, webhook.Failed, false},
		"Put":       {webhook.Permanent(temporary), webhook.Unavailable, false},
		"ErrorText": {temporary, webhook.Failed, false},
		"Begin":     {nil, webhook.Handled, false},
		"End":       {nil, webhook.Handled, false},
		"Enabled":   {nil, webhook.Handled, true},
		"Handle":    {nil, webhook.Handled, true},
	} {
		t.Run(at, func(t *testing.T) {
			var o observed
			p := &panicking{dedup.NewMemory(dedup.MemoryConfig{}), at}
			r := receive(t, func(mux *webhook.Mux, _ *receiver) {
				webhook.On(mux, func(context.Context, webhook.Delivery, *patientadmin.Arrival) error { return tt.err })
			}, func(c *webhook.Config) {
				c.Dedup, c.DeadLetter, c.Key, c.ErrorText = p, p, p.Key, p.ErrorText
				c.Observers = []webhook.Observer{&o, p, &o}
				if tt.quiet {
					c.Logger = slog.New(p)
				}
			})
			status, printed := postOverHTTP(t, r, arrival("L1"))
			assert.Empty(t, printed)
			assert.Equal(t, tt.result == webhook.Handled, status == http.StatusOK)
			require.Len(t, o.outcomes, 2, "each observer gets it once")
			assert.Equal(t, tt.result, o.outcomes[0].Result)
			assert.NotPanics(t, func() { _ = r.Replay(t.Context(), deadletter.Message{Raw: []byte(arrival("L2"))}) })
			if !tt.quiet {
				assert.NotEmpty(t, r.logged())
			}
		})
	}
}

// postOverHTTP sends a delivery through a server, and returns what that prints.
func postOverHTTP(t *testing.T, r *receiver, body string) (status int, printed string) {
	t.Helper()
	var errorLog bytes.Buffer
	server := httptest.NewUnstartedServer(r.Handler)
	server.Config.ErrorLog = log.New(&errorLog, "", 0)
	server.Start()
	defer server.Close()
	req, err := http.NewRequest(http.MethodPost, server.URL, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("verification-token", token)
	response, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	server.Close() // after which nothing is printed
	return response.StatusCode, errorLog.String()
}

// TestErrorsWhoseMethodsPanic: a function that returns a nil pointer as an error
// has failed, and may succeed next time.
func TestErrorsWhoseMethodsPanic(t *testing.T) {
	for name, err := range map[string]error{
		"url": (*url.Error)(nil), "path": (*fs.PathError)(nil), "wrapped": fmt.Errorf("get: %w", (*url.Error)(nil)),
	} {
		t.Run(name, func(t *testing.T) {
			failure := err
			r := receive(t, func(mux *webhook.Mux, _ *receiver) {
				webhook.On(mux, func(context.Context, webhook.Delivery, *patientadmin.Arrival) error { return failure })
			}, nil)
			for range 2 {
				a := r.post(arrival("L1"))
				assert.Equal(t, http.StatusServiceUnavailable, a.status)
				assert.Equal(t, webhook.Failed, a.outcome, "the message is free again")
			}
			assert.Contains(t, r.logged(), "Error", "the error's type")
			failure = webhook.Permanent(err)
			assert.Equal(t, webhook.DeadLetter, r.post(arrival("L1")).outcome)
		})
	}
}

// TestRenewalPanics: it is not in the goroutine of the request, where a panic
// would end the process.
func TestRenewalPanics(t *testing.T) {
	r := receive(t, func(mux *webhook.Mux, _ *receiver) {
		webhook.On(mux, func(ctx context.Context, _ webhook.Delivery, _ *patientadmin.Arrival) error {
			<-ctx.Done()
			return context.Cause(ctx)
		})
	}, func(c *webhook.Config) {
		c.Dedup, c.Lease = &panicking{dedup.NewMemory(dedup.MemoryConfig{}), "Extend"}, 60*time.Millisecond
	})
	assert.Equal(t, webhook.Failed, r.post(arrival("L1")).outcome)
}

func TestPingPanics(t *testing.T) {
	r := receive(t, nil, func(c *webhook.Config) { c.Dedup = &panicking{dedup.NewMemory(dedup.MemoryConfig{}), "Ping"} })
	w := httptest.NewRecorder()
	r.Health().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/healthz", nil))
	assert.Equal(t, http.StatusServiceUnavailable, w.Code)
}

// brokenWriter panics when the answer begins, once or always.
type brokenWriter struct {
	*httptest.ResponseRecorder
	panics int
}

func (w *brokenWriter) Header() http.Header {
	if w.panics > 0 {
		w.panics--
		panic("cannot answer Planterson")
	}
	return w.ResponseRecorder.Header()
}

// TestLastResort: what nobody thought of is answered too, and the message is
// free for its redelivery. What cannot be answered is cut off, as package http
// would take it for a 200.
func TestLastResort(t *testing.T) {
	var o observed
	r := receive(t, nil, func(c *webhook.Config) { c.Observers = []webhook.Observer{&o} })
	send := func(w http.ResponseWriter) {
		req := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(arrival("L1")))
		req.Header.Set("verification-token", token)
		r.ServeHTTP(w, req)
	}
	w := &brokenWriter{httptest.NewRecorder(), 1}
	assert.NotPanics(t, func() { send(w) })
	assert.Equal(t, http.StatusServiceUnavailable, w.Code)
	assert.Contains(t, r.logged(), "(*brokenWriter).Header", "the log has the stack")
	assert.PanicsWithValue(t, http.ErrAbortHandler, func() { send(&brokenWriter{httptest.NewRecorder(), 2}) })
	assert.Len(t, o.outcomes, 2)
}

// TestEmptyKey: messages that share a key would hide each other.
func TestEmptyKey(t *testing.T) {
	r := receive(t, nil, func(c *webhook.Config) {
		c.Key = func(meta redox.Meta, _ []byte) dedup.Key { return dedup.Key(string(meta.Message.ID)) }
	})
	for _, id := range []string{"L1", "L2"} {
		assert.Equal(t, webhook.Handled, r.post(arrival(id)).outcome)
		assert.Equal(t, webhook.Duplicate, r.post(arrival(id)).outcome)
	}
	assert.Contains(t, r.logged(), "Config.Key returned no key")
}
