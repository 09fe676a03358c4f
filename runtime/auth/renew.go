package auth

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// maxCalls is how many calls of a grant go on at once: the one that is
	// waited for, and others that hang. With more than one, a call that hangs
	// for ever does not end the supply of tokens.
	maxCalls = 4
	// grace is how long a grant has for its own error once its context has
	// ended: that tells more than ours.
	grace = 100 * time.Millisecond

	// Credentials that were refused are tried once more, then after the first
	// of these, and then after twice as long each time, up to the longest.
	firstBackoff   = time.Second
	longestBackoff = time.Minute
)

// renewal is one attempt to get a new token. It belongs to no caller: it goes
// on when those that wait for it give up, and its token is there for the next.
type renewal struct {
	done  chan struct{} // closed when token and err are set
	token Token
	err   error

	serial uint64 // of the token that it is to replace
	idle   bool   // it makes no call, since too many others hang
}

// renew returns the renewal under way, or begins one. s.mu is held.
func (s *Source) renew(ctx context.Context) *renewal {
	if s.renewing != nil {
		return s.renewing
	}
	r := &renewal{done: make(chan struct{}), serial: s.serial, idle: s.calls == maxCalls}
	s.renewing = r
	// A grant may ignore its context: an oauth2.TokenSource has none.
	overdue := time.AfterFunc(s.opts.Timeout+grace, func() { s.abandon(r) })
	if r.idle {
		return r
	}
	s.calls++
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.opts.Timeout)
	go func() {
		var token Token
		var err error = &Error{Cause: ErrUnavailable, Detail: s.name + " ended its goroutine"}
		defer func() {
			cancel()
			overdue.Stop()
			s.returned(r, token, err)
		}()
		token, err = s.call(ctx)
	}()
	return r
}

// call calls the grant, and makes a panic an error: what a grant calls, such
// as a TokenSource or a signer, is not ours, and a panic here would end the
// process, since the goroutine is none of the caller's. Its text may be
// anything, and is dropped.
func (s *Source) call(ctx context.Context) (t Token, err error) {
	defer func() {
		if recover() != nil {
			t, err = Token{}, &Error{Cause: ErrUnavailable, Detail: s.name + " panicked"}
		}
	}()
	start := time.Now()
	if t, err = s.grant(ctx); err != nil {
		err = asError(err)
		s.opts.Logger.Warn("redox: no access token", "auth", s.name, "error", err, "took", time.Since(start))
		return Token{}, err
	}
	s.opts.Logger.Info("redox: new access token", "auth", s.name, "until", t.Expiry, "took", time.Since(start))
	return t, nil
}

// returned takes what the call of r brought. If that comes after r has ended, a
// token is used all the same, unless a later call has brought a good one.
func (s *Source) returned(r *renewal, token Token, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls--
	useful := err == nil && (s.serial == r.serial || !s.usable(s.opts.Now()))
	if useful {
		token = s.store(token)
	}
	if current := s.renewing; current == r || current != nil && (useful || current.idle) {
		s.end(current, token, err)
	}
}

// abandon ends r, unless it has ended, although its call has not.
func (s *Source) abandon(r *renewal) {
	detail := fmt.Sprintf("%s did not answer within %v", s.name, s.opts.Timeout)
	if r.idle {
		detail = fmt.Sprintf("%d earlier requests to %s still hang: it needs a timeout of its own", maxCalls, s.name)
	}
	err := &Error{Cause: ErrUnavailable, Detail: detail, err: context.DeadlineExceeded}
	s.mu.Lock()
	goesOn := s.renewing == r
	s.end(r, Token{}, err)
	s.mu.Unlock()
	if goesOn {
		s.opts.Logger.Warn("redox: no access token", "auth", s.name, "error", err)
	}
}

// end ends r, unless it has ended before. s.mu is held.
func (s *Source) end(r *renewal, token Token, err error) {
	if s.renewing != r {
		return
	}
	s.renewing = nil
	r.token, r.err = token, err
	if err != nil {
		s.postpone(err)
	}
	close(r.done)
}

// store makes t the present token and decides when to replace it. s.mu is held.
func (s *Source) store(t Token) Token {
	if t.value.reveal() == s.token.value.reveal() {
		s.rejected = 0 // it is not that new ones are asked for in vain
	}
	s.serial++
	t.serial = s.serial
	s.token, s.valid = t, true
	s.refusals, s.until, s.because = 0, time.Time{}, nil
	now := s.opts.Now()
	s.since = now
	if t.Expiry.IsZero() {
		s.fresh = now.AddDate(100, 0, 0)
		return t
	}
	s.fresh = t.Expiry.Add(-s.early(t.Expiry.Sub(now)))
	return t
}

// postpone decides when to ask again after a failure: not before the server
// said, ever more rarely while it refuses the credentials, and a few times yet
// before a token ends that is still good. s.mu is held.
func (s *Source) postpone(err error) {
	now := s.opts.Now()
	wait := pauseAfter(err)
	if errors.Is(err, ErrRejected) {
		s.refusals++
		wait = backoffAfter(s.refusals - 1)
	}
	s.until, s.because = now.Add(wait), err
	if s.usable(now) {
		s.fresh = now.Add(s.token.Expiry.Sub(now) / 4)
	}
}

// countRejected takes note that the present token was refused, and postpones the
// next if that happens to one new token after the other. s.mu is held.
func (s *Source) countRejected() {
	const soon, usual = 10 * time.Second, 4
	now := s.opts.Now()
	if now.Sub(s.since) > soon {
		s.rejected = 0
	}
	s.rejected++
	if wait := backoffAfter(s.rejected - usual); wait > 0 {
		s.until = now.Add(wait)
		s.because = &Error{Cause: ErrRejected, Detail: "the API refuses one new token after the other: are its URL and that of the token endpoint of the same host?"}
	}
}

// backoffAfter is how long to wait after so many failures too many.
func backoffAfter(failures int) time.Duration {
	if failures <= 0 {
		return 0
	}
	return min(firstBackoff<<min(failures-1, 10), longestBackoff)
}

// pauseAfter is for how long a server wants no other request after err.
func pauseAfter(err error) time.Duration {
	var e *Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.pause
}
