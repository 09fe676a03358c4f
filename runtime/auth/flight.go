package auth

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// flight is one refresh and the callers that wait for it. It goes on when the
// caller that began it gives up, and ends when all of them have.
type flight struct {
	done    chan struct{} // closed when token and err are set
	token   Token
	err     error
	waiters int // guarded by Source.mu
	cancel  context.CancelFunc
}

// join returns the refresh under way, or begins one. s.mu is held.
func (s *Source) join(ctx context.Context) *flight {
	if s.running == nil {
		fctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.opts.Timeout)
		s.running = &flight{done: make(chan struct{}), cancel: cancel}
		go s.fly(fctx, s.running)
	}
	s.running.waiters++
	return s.running
}

// wait returns the outcome of f, or the error of ctx if that ends first.
func (s *Source) wait(ctx context.Context, f *flight) (Token, error) {
	select {
	case <-f.done:
		return f.token, f.err
	case <-ctx.Done():
		s.leave(f)
		// Not the cause alone: callers look for context.Canceled.
		if cause := context.Cause(ctx); !errors.Is(cause, ctx.Err()) {
			return Token{}, fmt.Errorf("auth: waiting for an access token: %w: %w", ctx.Err(), cause)
		}
		return Token{}, fmt.Errorf("auth: waiting for an access token: %w", ctx.Err())
	}
}

// leave ends f if nobody waits for it any more.
func (s *Source) leave(f *flight) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.waiters--
	if f.waiters == 0 {
		f.cancel()
		if s.running == f {
			s.running = nil
		}
	}
}

// fly gets a token for f, or finds out that there is none in time.
func (s *Source) fly(ctx context.Context, f *flight) {
	defer f.cancel()
	start := time.Now()
	f.token, f.err = s.ask(ctx)
	if f.err != nil {
		s.postpone()
		s.opts.Logger.Warn("redox: no access token",
			"auth", s.name, "error", f.err, "took", time.Since(start))
	}
	s.mu.Lock()
	if s.running == f {
		s.running = nil
	}
	s.mu.Unlock()
	close(f.done)
}
