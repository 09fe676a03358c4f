package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

const (
	// maxGrants is how many calls of a grant go on at once: the one that is
	// waited for, and others that were given up and still hang. With more than
	// one, a call that hangs for ever does not end the supply of tokens.
	maxGrants = 4
	// lastWord is how long a grant has for its own error once its context has
	// ended: that tells more than ours.
	lastWord = 100 * time.Millisecond
)

// outcome is what a grant returned.
type outcome struct {
	token Token
	err   error
}

// ask calls the grant, and returns soon after ctx ends even if the grant does
// not: an oauth2.TokenSource knows no context. What it gives later is kept.
func (s *Source) ask(ctx context.Context) (Token, error) {
	select {
	case s.grants <- struct{}{}:
	case <-ctx.Done():
		return Token{}, s.noAnswer(ctx, fmt.Sprintf("%d earlier requests to %s still hang: it needs a timeout of its own", maxGrants, s.name))
	}
	came := make(chan outcome, 1)
	go func() {
		defer func() { <-s.grants }()
		token, err := s.call(ctx)
		came <- outcome{token, err}
	}()
	select {
	case o := <-came:
		return o.token, o.err
	case <-ctx.Done():
	}
	select {
	case o := <-came:
		return o.token, o.err
	case <-time.After(lastWord):
		return Token{}, s.noAnswer(ctx, fmt.Sprintf("%s did not answer within %v", s.name, s.opts.Timeout))
	}
}

// call calls the grant and keeps its token.
func (s *Source) call(ctx context.Context) (Token, error) {
	s.mu.Lock()
	serial := s.serial
	s.mu.Unlock()
	start := time.Now()
	token, err := s.callGrant(ctx)
	if err != nil {
		return Token{}, err
	}
	token, isNew := s.store(token, serial)
	if isNew {
		s.opts.Logger.Info("redox: new access token",
			"auth", s.name, "until", token.Expiry, "took", time.Since(start))
	}
	return token, nil
}

// callGrant makes a panic an error: what a method calls, such as a TokenSource
// or a signer, is not ours, and a panic here would end the process, since the
// goroutine is none of the caller's. Its text may be anything, and is dropped.
func (s *Source) callGrant(ctx context.Context) (t Token, err error) {
	defer func() {
		if recover() != nil {
			t, err = Token{}, &Error{Cause: ErrUnavailable, Detail: s.name + " panicked"}
		}
	}()
	if err := s.paused(); err != nil {
		return Token{}, err
	}
	if t, err = s.grant(ctx); err != nil {
		err = asError(err)
	}
	s.pause(err)
	return t, err
}

// asError makes an *Error of what is none: what Keys and signers return.
func asError(err error) error {
	if e := (*Error)(nil); errors.As(err, &e) {
		return err
	}
	if !errors.Is(err, ErrKey) {
		return &Error{Cause: ErrRejected, Detail: strings.TrimPrefix(err.Error(), "auth: "), err: err}
	}
	text := err.Error()
	if _, what, ok := strings.Cut(text, ErrKey.Error()+": "); ok {
		text = what
	}
	return &Error{Cause: ErrKey, Detail: text, err: err}
}

// noAnswer is the error of a refresh that ended before its grant did.
func (s *Source) noAnswer(ctx context.Context, detail string) *Error {
	if errors.Is(ctx.Err(), context.Canceled) {
		detail = "nobody waits for it any more"
	}
	return &Error{Cause: ErrUnavailable, Detail: detail, err: ctx.Err()}
}
