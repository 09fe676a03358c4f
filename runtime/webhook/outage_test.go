package webhook_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// flaky is a store and a sink of which each operation can be made to fail or hang.
type flaky struct {
	dedup.Store
	deadletter.Sink
	fails atomic.Value // name of the operation
	hangs atomic.Bool  // instead of failing
}

var errDown = errors.New("connection refused")

func (f *flaky) check(ctx context.Context, op string) error {
	if f.fails.Load() != op {
		return nil
	}
	if f.hangs.Load() {
		<-ctx.Done()
		return ctx.Err()
	}
	return errDown
}

func (f *flaky) Claim(ctx context.Context, k dedup.Key, l time.Duration) (dedup.Claim, error) {
	if err := f.check(ctx, "claim"); err != nil {
		return dedup.Claim{}, err
	}
	return f.Store.Claim(ctx, k, l)
}

func (f *flaky) Commit(ctx context.Context, c dedup.Claim) error {
	if err := f.check(ctx, "commit"); err != nil {
		return err
	}
	return f.Store.Commit(ctx, c)
}

func (f *flaky) Release(ctx context.Context, c dedup.Claim) error {
	if err := f.check(ctx, "release"); err != nil {
		return err
	}
	return f.Store.Release(ctx, c)
}

func (f *flaky) Put(ctx context.Context, l deadletter.Message) error {
	if err := f.check(ctx, "put"); err != nil {
		return err
	}
	return f.Sink.Put(ctx, l)
}

func (f *flaky) Ping(ctx context.Context) error { return f.check(ctx, "claim") }

// TestOutage: with store or sink down or slow the answer is 503, and after the
// outage nothing is lost.
func TestOutage(t *testing.T) {
	for _, op := range []string{"claim", "commit", "release", "put"} {
		for _, how := range []string{"down", "slow"} {
			t.Run(op+" "+how, func(t *testing.T) {
				t.Parallel()
				f := &flaky{Store: dedup.NewMemory(dedup.MemoryConfig{})}
				f.fails.Store(op)
				f.hangs.Store(how == "slow")
				r := receive(t, func(mux *webhook.Mux, r *receiver) {
					webhook.On(mux, func(_ context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error {
						r.note(d)
						if op == "release" && len(r.noted()) == 1 {
							return errors.New("temporary")
						}
						return nil
					})
				}, func(c *webhook.Config) {
					f.Sink = c.DeadLetter
					c.Dedup, c.DeadLetter = f, f
					c.StoreTimeout, c.Lease = 50*time.Millisecond, 200*time.Millisecond
				})
				body := arrival("L1")
				if op == "put" {
					body = event("Astrology", "New", "L1")
				}
				assert.Equal(t, http.StatusServiceUnavailable, r.post(body).status)
				assert.Empty(t, r.deadLetters(t))
				if op != "release" { // the handler's error is what counts then
					why := map[string]string{"down": errDown.Error(), "slow": "context deadline exceeded"}[how]
					what := map[string]string{"put": "dead letter"}[op]
					assert.Contains(t, r.logged(), `"error":"webhook: `+cmp.Or(what, op)+": "+why+`"`)
				}
				f.fails.Store("")
				var last answer
				eventually(t, "the outage is over", func() bool {
					last = r.post(body)
					return last.status == http.StatusOK
				})
				if op == "put" {
					assert.Equal(t, webhook.DeadLetter, last.outcome)
					assert.Len(t, r.deadLetters(t), 1)
					return
				}
				assert.NotEmpty(t, r.noted(), "at least once")
				assert.Equal(t, webhook.Duplicate, r.post(body).outcome)
			})
		}
	}
}

func TestHealth(t *testing.T) {
	f := &flaky{Store: dedup.NewMemory(dedup.MemoryConfig{})}
	path := filepath.Join(t.TempDir(), "dead")
	r := receive(t, nil, func(c *webhook.Config) { c.Dedup, c.DeadLetter = f, deadletter.Dir(path) })
	health := func() (int, string) {
		w := httptest.NewRecorder()
		r.Health().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/healthz", nil))
		var body struct{ Status string }
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &body))
		return w.Code, body.Status
	}
	status, text := health()
	assert.Equal(t, []any{200, "ok"}, []any{status, text})
	f.fails.Store("claim")
	status, text = health()
	assert.Equal(t, []any{503, "store unavailable"}, []any{status, text})
	f.fails.Store("")
	require.NoError(t, os.Remove(path))
	require.NoError(t, os.WriteFile(path, nil, 0o600)) // where the directory is to be
	status, text = health()
	assert.Equal(t, []any{503, "dead-letter sink unavailable"}, []any{status, text})
	require.NoError(t, r.Shutdown(t.Context()))
	status, text = health()
	assert.Equal(t, []any{503, "shutting down"}, []any{status, text})
}

// TestGracefulShutdown: what is in flight is finished and answered, what comes
// later is refused and comes again.
func TestGracefulShutdown(t *testing.T) {
	release := make(chan struct{})
	r := receive(t, func(mux *webhook.Mux, r *receiver) {
		webhook.On(mux, func(ctx context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error {
			r.note(d)
			<-release
			return ctx.Err()
		})
	}, nil)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- webhook.ServeListener(ctx, listener, r.Handler) }()
	r.URL = "http://" + listener.Addr().String()

	type result struct {
		status int
		err    error
	}
	first := make(chan result, 1)
	go func() {
		req, _ := http.NewRequest(http.MethodPost, r.URL, newReader(arrival("L1")))
		req.Header.Set("verification-token", token)
		response, err := http.DefaultClient.Do(req)
		if err != nil {
			first <- result{0, err}
			return
		}
		first <- result{response.StatusCode, response.Body.Close()}
	}()
	eventually(t, "the message is being handled", func() bool { return len(r.noted()) == 1 })
	stop()
	eventually(t, "shutting down", func() bool {
		w := httptest.NewRecorder()
		r.Health().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/healthz", nil))
		return w.Code == http.StatusServiceUnavailable
	})
	assert.Equal(t, http.StatusServiceUnavailable, r.post(arrival("L2")).status, "new messages are refused")
	select {
	case err := <-served:
		t.Fatal("Serve returned before the message was done", err)
	case <-time.After(50 * time.Millisecond):
	}
	short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	assert.ErrorIs(t, r.Shutdown(short), context.DeadlineExceeded)
	close(release)
	assert.Equal(t, result{200, nil}, <-first)
	assert.NoError(t, <-served)
	assert.Equal(t, []string{"L1"}, r.logIDs())
	for _, line := range []string{
		`"level":"INFO","msg":"redox webhook: listening","address":"` + listener.Addr().String() + `","handlers":1`,
		`"level":"INFO","msg":"redox webhook: shutting down","in_flight":1`,
		`"level":"WARN","msg":"redox webhook: not drained: what is still in flight is delivered again","in_flight":1`,
		`"level":"INFO","msg":"redox webhook: handled","status":200`,
		`"level":"INFO","msg":"redox webhook: drained"`,
	} {
		assert.Contains(t, r.logged(), line)
	}
}

func TestServeReportsErrors(t *testing.T) {
	r := receive(t, nil, nil)
	assert.Error(t, webhook.Serve(t.Context(), "256.256.256.256:1", r.Handler))
	assert.ErrorContains(t, webhook.Serve(t.Context(), "127.0.0.1:0", nil), "was the error of NewHandler looked at?")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	assert.ErrorContains(t, webhook.ServeListener(t.Context(), listener, nil), "was the error of NewHandler looked at?")
	_, err = listener.Accept()
	assert.ErrorIs(t, err, net.ErrClosed)
}
