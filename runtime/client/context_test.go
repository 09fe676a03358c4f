package client_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/printed"
	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

// A context that ends at any stage ends the call; TestMain finds goroutines
// that were left behind.
func TestCancelAtEveryStage(t *testing.T) {
	for name, tc := range map[string]struct {
		prepare func(*redoxtest.Server, *client.Config)
		unclear bool
	}{
		"before":                {func(*redoxtest.Server, *client.Config) {}, false},
		"waiting for a token":   {func(s *redoxtest.Server, _ *client.Config) { s.TokenAnswers(redoxtest.Slow(time.Hour)) }, false},
		"waiting for an answer": {func(s *redoxtest.Server, _ *client.Config) { s.Answers(redoxtest.Slow(time.Hour)) }, true},
		"waiting for a retry": {func(s *redoxtest.Server, c *client.Config) {
			s.Destination(emr).Answers(redoxtest.BadGateway())
			c.Retry.First, c.Retry.Max = time.Hour, time.Hour
		}, false},
		"waiting for the window": {func(s *redoxtest.Server, c *client.Config) {
			s.Destination(emr).Answers(redoxtest.RateLimited(1))
			c.Rate = client.Rate{Requests: 100, Per: time.Hour}
		}, false},
		"waiting for its turn": {func(_ *redoxtest.Server, c *client.Config) {
			c.Rate = client.Rate{Requests: 1, Per: 24 * time.Hour}
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := server(t)
			config := srv.Config()
			if name != "waiting for a token" { // on a busy machine one takes long
				var err error
				config.Auth, err = auth.New(config.Auth)
				require.NoError(t, err)
				_, err = config.Auth.(*auth.Source).Access(t.Context())
				require.NoError(t, err)
			}
			tc.prepare(srv, &config)
			c := newClient(t, config)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			switch name {
			case "before":
				cancel()
			case "waiting for its turn":
				_, err := c.Send(ctx, arrival())
				require.NoError(t, err)
			}
			timer := time.AfterFunc(100*time.Millisecond, cancel)
			defer timer.Stop()
			start := time.Now()
			_, err := c.Send(ctx, arrival())
			require.ErrorIs(t, err, context.Canceled)
			assert.Less(t, time.Since(start), 10*time.Second)
			var e *client.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, tc.unclear, e.Unclear)
			assertWithout(t, printed.Forms(err), planted)
		})
	}
}

// A cause does not hide from callers what they look for, at whatever stage.
func TestContextWithCause(t *testing.T) {
	for name, tc := range map[string]func(*redoxtest.Server, *client.Config){
		"waiting for a token":   func(s *redoxtest.Server, _ *client.Config) { s.TokenAnswers(redoxtest.Slow(time.Hour)) },
		"waiting for an answer": func(s *redoxtest.Server, _ *client.Config) { s.Answers(redoxtest.Slow(time.Hour)) },
		"waiting for a pause": func(s *redoxtest.Server, c *client.Config) {
			s.Destination(emr).Answers(redoxtest.BadGateway())
			c.Retry.First, c.Retry.Max = 5*time.Second, 5*time.Second
		},
		"before": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := server(t)
			config := srv.Config()
			if tc != nil {
				tc(srv, &config)
			}
			c := newClient(t, config)
			cause := errors.New("the program ends")
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			if tc == nil {
				cancel(cause)
			}
			timer := time.AfterFunc(200*time.Millisecond, func() { cancel(cause) })
			defer timer.Stop()
			_, err := c.Send(ctx, arrival())
			require.ErrorIs(t, err, context.Canceled)
			require.ErrorIs(t, err, cause)
			require.ErrorContains(t, err, "the program ends")
		})
	}
}

// A deadline is a timeout; a pause that would outlast it is not begun.
func TestDeadline(t *testing.T) {
	srv := server(t)
	srv.Destination(emr).Answers(redoxtest.BadGateway())
	config := srv.Config()
	config.Retry.First, config.Retry.Max = time.Hour, time.Hour
	c := newClient(t, config)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	start := time.Now()
	_, err := c.Send(ctx, arrival())
	require.ErrorIs(t, err, client.ErrServer)
	assert.Less(t, time.Since(start), 30*time.Second)

	srv.Destination(emr).Answers(redoxtest.Slow(time.Hour))
	ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = client.Query(ctx, c, search())
	require.ErrorIs(t, err, client.ErrTimeout)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestCancelDuringUpload(t *testing.T) {
	srv := server(t)
	c := newClient(t, srv.Config())
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	defer func() { _ = w.Close() }()
	go func() {
		_, _ = w.Write(make([]byte, 1<<10))
		cancel()
		// The reader hangs until the test is over.
	}()
	_, err := c.Upload(ctx, "a.pdf", r)
	require.ErrorIs(t, err, context.Canceled)
	_ = r.CloseWithError(io.ErrClosedPipe)
}

// A gigabyte is not read, let alone kept.
func TestHugeAnswer(t *testing.T) {
	srv := server(t)
	srv.Destination(emr).Answers(redoxtest.Huge(1 << 30))
	config := srv.Config()
	config.Limits.Response = 1 << 20
	_, err := client.Query(t.Context(), newClient(t, config), search())
	require.ErrorIs(t, err, client.ErrResponse)
	require.ErrorContains(t, err, "exceeds Limits.Response")
	assert.Len(t, srv.Requests(), 1)
}

// No token, no message: the reason is that of the token endpoint.
func TestTokenEndpointFails(t *testing.T) {
	srv := server(t)
	srv.TokenAnswers(redoxtest.HTML(200))
	c := newClient(t, srv.Config())
	_, err := c.Send(t.Context(), arrival())
	require.ErrorIs(t, err, client.ErrUnauthorized)
	require.ErrorContains(t, err, "HTML page")
	assert.NotErrorIs(t, err, client.ErrTemporary)

	srv.TokenAnswers(redoxtest.BadGateway().Times(3))
	_, err = c.Send(t.Context(), arrival())
	require.ErrorIs(t, err, client.ErrTemporary)
	assert.Empty(t, srv.Requests())
}

// A token is refused and no other can be had: whether that may pass is for the
// token endpoint to say, and callers keep a message whose failure may pass.
func TestNoTokenAfterRefusal(t *testing.T) {
	for name, tc := range map[string]struct {
		token     redoxtest.Answer
		class     error
		text      string
		temporary bool
	}{
		"endpoint down":  {redoxtest.BadGateway().Times(3), client.ErrUnauthorized, "the token endpoint is not available", true},
		"endpoint slow":  {redoxtest.Slow(time.Hour), client.ErrTimeout, "waiting for an access token", false},
		"client refused": {redoxtest.Status(401, `{"error":"invalid_client"}`), client.ErrUnauthorized, "invalid_client", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := server(t)
			c := newClient(t, srv.Config())
			_, err := c.Send(t.Context(), arrival())
			require.NoError(t, err, "there is a token")

			srv.Destination(emr).Answers(redoxtest.GatewayTimeout(), redoxtest.Unauthorized())
			srv.TokenAnswers(tc.token)
			ctx := t.Context()
			if errors.Is(tc.class, client.ErrTimeout) {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, time.Second)
				defer cancel()
			}
			_, err = c.Send(ctx, arrival(), client.WithRetryUnclear())
			require.ErrorIs(t, err, tc.class)
			require.ErrorContains(t, err, tc.text)
			var e *client.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, tc.temporary, errors.Is(err, client.ErrTemporary), "%v", err)
			assert.Equal(t, 2, e.Requests)
			assert.True(t, e.Unclear, "the first request may have been accepted")
		})
	}
}
