package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"github.com/redoxgen/redoxgen/runtime/internal/authclient"
)

// grant gets one new token. It is not called twice at the same time, unless a
// call hangs (see maxCalls).
type grant func(ctx context.Context) (Token, error)

// Source gives tokens to any number of callers. Make one with New, or let a
// client make one of its Credentials.
type Source struct {
	name  string // the kind of credentials and their identifier, safe to print
	grant grant
	opts  Options
	// onRefused, which may be nil, is told that the present token was refused.
	// s.mu is held.
	onRefused func()

	mu       sync.Mutex
	token    Token
	fresh    time.Time // from then on, replace the token
	valid    bool      // the token was not refused
	serial   uint64    // of the token
	renewing *renewal  // nil: none
	calls    int       // of grant, under way
	refusals int       // of the credentials, since the last token
	since    time.Time // when the token came
	rejected int       // tokens in a row that the API refused soon after
	until    time.Time // do not ask before, …
	because  error     // … after this failure
}

var (
	_ Credentials        = (*Source)(nil)
	_ oauth2.TokenSource = (*Source)(nil)
)

func newSource(name string, opts Options, g grant) *Source {
	return &Source{name: name, grant: g, opts: opts}
}

// NewSource returns s, so that several clients can share it.
func (s *Source) NewSource(authclient.Defaults) (*Source, error) {
	if s == nil || s.grant == nil {
		return nil, errors.New("auth: the Source is nil; was the error of New looked at?")
	}
	return s, nil
}

// Access returns a token that is good for use now. As long as there is one, it
// returns at once and never fails: one that ends soon is replaced in the
// background. Otherwise it waits for a new token, together with all other
// callers, until ctx ends or soon after Options.Timeout. The request for it goes
// on when callers give up, and what it brings is there for the next.
//
// Credentials that the server refuses twice are tried again after a second, and
// then ever more rarely, but every minute; after a 429, not before the time that
// it names, within five minutes. Until then Access fails at once with the reason.
// Errors are *Error, those of Keys and signers included, or wrap that of ctx and
// its cause.
func (s *Source) Access(ctx context.Context) (Token, error) {
	token, r, err := s.present(ctx)
	if r == nil {
		return token, err
	}
	select {
	case <-r.done:
		return r.token, r.err
	case <-ctx.Done():
		return Token{}, gaveUp(ctx)
	}
}

// present returns the present token if it is good, and else the renewal to wait
// for, or why there is none.
func (s *Source) present(ctx context.Context) (Token, *renewal, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.opts.Now()
	paused := now.Before(s.until)
	switch {
	case s.usable(now):
		if !now.Before(s.fresh) && !paused {
			s.renew(ctx)
		}
		return s.token, nil, nil
	case ctx.Err() != nil:
		return Token{}, nil, gaveUp(ctx)
	case paused && s.renewing == nil:
		return Token{}, nil, s.because
	default:
		return Token{}, s.renew(ctx), nil
	}
}

// gaveUp is the error of a caller whose ctx ended before there was a token.
func gaveUp(ctx context.Context) error {
	// Not the cause alone: callers look for context.Canceled.
	if cause := context.Cause(ctx); !errors.Is(cause, ctx.Err()) {
		return fmt.Errorf("auth: waiting for an access token: %w: %w", ctx.Err(), cause)
	}
	return fmt.Errorf("auth: waiting for an access token: %w", ctx.Err())
}

// Refused tells the source that the server refused token, so that the next
// Access gets a new one. A token that was replaced meanwhile is no news: many
// callers may report the same token and cause one refresh. While the server
// refuses one new token after the other, new ones are asked for ever more rarely.
func (s *Source) Refused(token Token) {
	s.mu.Lock()
	isNews := s.valid && token.serial == s.token.serial
	if isNews {
		s.valid = false
		s.countRejected()
		if s.onRefused != nil {
			s.onRefused()
		}
	}
	s.mu.Unlock()
	if isNews {
		s.opts.Logger.Info("redox: access token refused", "auth", s.name)
	}
}

// Token makes s a golang.org/x/oauth2 TokenSource. Unlike a Token of this
// package, the result shows the token when printed.
func (s *Source) Token() (*oauth2.Token, error) {
	t, err := s.Access(context.Background())
	if err != nil {
		return nil, err
	}
	return &oauth2.Token{AccessToken: t.Value(), TokenType: "Bearer", Expiry: t.Expiry}, nil
}

// String names the kind of credentials and their identifier.
func (s *Source) String() string { return "auth.Source(" + s.name + ")" }

// Format prints what String returns, whatever the verb.
func (s *Source) Format(f fmt.State, _ rune) { printRedacted(f, s.String()) }

// LogValue is what String returns.
func (s *Source) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText returns what String returns.
func (s *Source) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// usable reports whether the present token can still be used. s.mu is held.
func (s *Source) usable(now time.Time) bool {
	return s.valid && (s.token.Expiry.IsZero() || now.Before(s.token.Expiry))
}

// early is how long before its end a token of this lifetime is replaced.
func (s *Source) early(lifetime time.Duration) time.Duration {
	early := s.opts.RefreshBefore
	if early <= 0 {
		early = min(lifetime/10, time.Minute)
	}
	early = min(early, lifetime/2)
	if early <= 0 {
		return 0
	}
	return early + rand.N(early/2+1)
}
