package auth_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/redoxgen/redoxgen/runtime/auth"
)

// hanging is a TokenSource that gives no token before it is released, as one
// whose HTTP client has no timeout.
type hanging struct {
	release chan struct{}
	asked   atomic.Int64
}

func (h *hanging) Token() (*oauth2.Token, error) {
	h.asked.Add(1)
	<-h.release
	return &oauth2.Token{AccessToken: "late", Expiry: time.Now().Add(time.Hour)}, nil
}

func newHanging(t *testing.T) (*hanging, *auth.Source) {
	t.Helper()
	h := &hanging{release: make(chan struct{})}
	src, err := auth.New(auth.From(h))
	require.NoError(t, err)
	return h, src
}

// A TokenSource knows no context. Access returns in time all the same, and the
// token that comes in the end is used.
func TestHangingSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, src := newHanging(t)
		start := time.Now()
		_, err := src.Access(context.Background())
		require.ErrorIs(t, err, auth.ErrUnavailable)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "oauth2.TokenSource did not answer within 30s")
		assert.Less(t, time.Since(start), 31*time.Second)

		close(h.release)
		synctest.Wait()
		tok, err := src.Access(context.Background())
		require.NoError(t, err)
		assert.Equal(t, "late", tok.Value())
		assert.EqualValues(t, 1, h.asked.Load(), "the token was kept")
	})
}

// A cause says more than that the context ended, and not less.
func TestContextWithCause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, src := newHanging(t)
		defer close(h.release)
		cause := errors.New("the program ends")
		ctx, cancel := context.WithCancelCause(context.Background())
		cancel(cause)
		_, err := src.Access(ctx)
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, cause)

		ctx, stop := context.WithTimeoutCause(context.Background(), time.Second, cause)
		defer stop()
		_, err = src.Access(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, cause)
	})
}

// However often a source that hangs is asked, and whoever gives up, few calls
// hang; the next caller fails in time, and gets a token once one comes.
func TestHangingCallsAreFew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, src := newHanging(t)
		for range 130 {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			_, err := src.Access(ctx)
			cancel()
			require.ErrorIs(t, err, context.DeadlineExceeded)
		}
		assert.Greater(t, h.asked.Load(), int64(1), "one that hangs does not keep others from trying")
		assert.LessOrEqual(t, h.asked.Load(), int64(4))

		start := time.Now()
		_, err := src.Access(context.Background())
		require.ErrorIs(t, err, auth.ErrUnavailable)
		require.ErrorContains(t, err, "4 earlier requests to oauth2.TokenSource still hang")
		assert.Less(t, time.Since(start), 31*time.Second)

		got := make(chan error, 1)
		go func() { _, err := src.Access(context.Background()); got <- err }()
		synctest.Wait()
		close(h.release)
		require.NoError(t, <-got)
	})
}

// A token that comes late does not replace one that another request got.
func TestLateTokenIsNotNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, later := make(chan struct{}), make(chan struct{})
		close(later)
		src, err := auth.New(auth.From(inTurn{
			turns: new(atomic.Int64), until: []chan struct{}{first, later}, tokens: []string{"old", "new"},
		}))
		require.NoError(t, err)
		_, err = src.Access(context.Background())
		require.ErrorIs(t, err, auth.ErrUnavailable)
		tok, err := src.Access(context.Background())
		require.NoError(t, err)
		assert.Equal(t, "new", tok.Value())

		close(first)
		synctest.Wait()
		tok, err = src.Access(context.Background())
		require.NoError(t, err)
		assert.Equal(t, "new", tok.Value())
	})
}

// inTurn gives each call its own token, and each at its own time.
type inTurn struct {
	turns  *atomic.Int64
	until  []chan struct{}
	tokens []string
}

func (s inTurn) Token() (*oauth2.Token, error) {
	n := s.turns.Add(1) - 1
	<-s.until[n]
	return &oauth2.Token{AccessToken: s.tokens[n], Expiry: time.Now().Add(time.Hour)}, nil
}
