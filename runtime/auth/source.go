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
)

// grant gets one new token. It is not called twice at the same time, unless a
// call was abandoned. One that does not heed its context is (see ask).
type grant func(ctx context.Context) (Token, error)

// Source gives tokens to any number of callers. Make one with New, or let a
// client open a Method.
type Source struct {
	name   string // the method and its identifier, safe to print
	grant  grant
	grants chan struct{} // holds as many as there are calls of grant
	opts   Options
	// onRefused, which may be nil, is told that the present token was refused.
	// s.mu is held.
	onRefused func()

	mu      sync.Mutex
	token   Token
	fresh   time.Time // from then on, replace the token
	valid   bool      // the token has not ended and was not refused
	serial  uint64
	running *flight
	until   time.Time // do not ask before, …
	because error     // … as the server said
}

var (
	_ Method             = (*Source)(nil)
	_ oauth2.TokenSource = (*Source)(nil)
)

func newSource(name string, opts Options, g grant) *Source {
	return &Source{name: name, grant: g, grants: make(chan struct{}, maxGrants), opts: opts}
}

// Open returns s, so that a source can be shared where a Method is asked for.
func (s *Source) Open(Defaults) (*Source, error) {
	if s == nil || s.grant == nil {
		return nil, errors.New("auth: the Source is nil; was the error of New looked at?")
	}
	return s, nil
}

// Access returns a token that is good for use now. It uses the network only
// when there is none, or when the one there is ends soon; then all callers
// share one refresh. If a refresh ahead of time fails, the old token is
// returned as long as it lasts. Access returns when ctx ends, and soon after
// Options.Timeout at the latest. After a 429 of the token endpoint it fails at
// once for as long as that says, but no longer than five minutes. Errors are
// *Error, those of Keys and signers included, or wrap that of ctx and its cause.
func (s *Source) Access(ctx context.Context) (Token, error) {
	s.mu.Lock()
	now := s.opts.Now()
	if s.usable(now) && (now.Before(s.fresh) || s.running != nil) {
		defer s.mu.Unlock()
		return s.token, nil
	}
	f := s.join(ctx)
	s.mu.Unlock()

	token, err := s.wait(ctx, f)
	if err == nil {
		return token, nil
	}
	// The wait may have been long: what was good before may have ended since,
	// or been refused.
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.usable(s.opts.Now()) {
		return s.token, nil
	}
	return Token{}, err
}

// Refused tells the source that the server refused token, so that the next
// Access gets a new one. A token that was replaced meanwhile is no news: many
// callers may report the same token and cause one refresh.
func (s *Source) Refused(token Token) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.valid && token.serial == s.token.serial {
		s.valid = false
		if s.onRefused != nil {
			s.onRefused()
		}
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

// String names the method and its identifier.
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

// store makes t the present token and decides when to replace it. It returns
// the present token instead if that is good and came after serial, when t was
// asked for: then t is from a call that was abandoned, and is no news.
func (s *Source) store(t Token, serial uint64) (present Token, isNew bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.opts.Now()
	if s.serial != serial && s.usable(now) {
		return s.token, false
	}
	s.serial++
	t.serial = s.serial
	s.token, s.valid = t, true
	lifetime := t.Expiry.Sub(now)
	if t.Expiry.IsZero() {
		lifetime = 100 * 365 * 24 * time.Hour
	}
	s.fresh = now.Add(lifetime - s.early(lifetime))
	return t, true
}

// early is how long before its end a token of this lifetime is replaced.
func (s *Source) early(lifetime time.Duration) time.Duration {
	early := s.opts.Early
	if early <= 0 {
		early = min(lifetime/10, time.Minute)
	}
	early = min(early, lifetime/2)
	if early <= 0 {
		return 0
	}
	return early + rand.N(early/2+1)
}

// postpone puts off the next refresh ahead of time after one that failed, so
// that not every caller in the meantime waits for another failure.
func (s *Source) postpone() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.opts.Now()
	if s.usable(now) {
		s.fresh = now.Add(s.token.Expiry.Sub(now) / 4)
	}
}
