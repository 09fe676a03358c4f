package jwtverify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/redoxgen/redoxgen/runtime/internal/httperr"
)

const (
	maxKeySet  = 1 << 20 // bytes; real ones have a few thousand
	maxWaiting = 100     // requests that wait for keys
)

// keySource has the keys of an issuer. It is safe for concurrent use.
type keySource struct {
	url, host string // "" for keys that were given
	client    http.Client
	timeout   time.Duration
	refresh   time.Duration
	backOff   time.Duration
	keep      time.Duration
	logger    *slog.Logger
	now       func() time.Time

	state   atomic.Pointer[state]
	turn    chan struct{} // has an element while a request fetches the keys
	waiting atomic.Int64
}

// state is what is known of the keys. It is not changed, but replaced.
type state struct {
	keys    []jose.JSONWebKey
	fetched time.Time // when keys were
	tried   time.Time // when fetching last began
	err     error     // of the last attempt
}

// current returns the keys, which it fetches if there are none or if they are old.
// While one request fetches them anew, others go on with the old ones.
func (s *keySource) current(ctx context.Context) []jose.JSONWebKey {
	known := s.state.Load()
	age := s.now().Sub(known.fetched)
	switch {
	case s.url == "" || age < s.refresh:
		return known.keys
	case age >= s.keep: // never fetched, or of another day
		return s.update(ctx).keys
	}
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
		return s.fetchIfDue(ctx).keys
	default:
		return known.keys
	}
}

var (
	errTooMany = errors.New("jwtverify: many requests wait for the issuer's keys already")
	errGone    = errors.New("jwtverify: the request ended before the issuer's keys were fetched")
)

// update fetches the keys unless that was tried less than a back-off ago. It waits
// for a request that is fetching them.
func (s *keySource) update(ctx context.Context) *state {
	if s.url == "" {
		return s.state.Load()
	}
	defer s.waiting.Add(-1)
	if s.waiting.Add(1) > maxWaiting {
		return &state{err: errTooMany}
	}
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
		return s.fetchIfDue(ctx)
	case <-ctx.Done():
		return &state{err: errGone}
	}
}

// fetchIfDue is called by who has the turn.
func (s *keySource) fetchIfDue(ctx context.Context) *state {
	known := s.state.Load()
	began := s.now()
	if !known.tried.IsZero() && began.Sub(known.tried) < s.backOff {
		return known
	}
	next := &state{keys: known.keys, fetched: known.fetched, tried: began}
	// The end of the request that fetches does not end it: others wait for it, and
	// who only asks and leaves could keep the keys from being fetched.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.timeout)
	defer cancel()
	if keys, err := s.fetch(ctx); err == nil {
		next.keys, next.fetched = keys, s.now()
	} else {
		next.err = fmt.Errorf("jwtverify: the keys at %s cannot be fetched: %w", s.host, err)
		s.logger.WarnContext(ctx, "redox webhook: "+next.err.Error())
		if began.Sub(known.fetched) >= s.keep {
			next.keys = nil
		}
	}
	s.state.Store(next)
	return next
}

func (s *keySource) fetch(ctx context.Context) ([]jose.JSONWebKey, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url, nil)
	if err != nil {
		return nil, errors.New("the URL cannot be used")
	}
	r.Header.Set("Accept", "application/jwk-set+json, application/json")
	answer, err := s.client.Do(r)
	if err != nil {
		return nil, httperr.Wrap(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the answer has the status %d, not 200", answer.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(answer.Body, maxKeySet+1))
	if err != nil {
		return nil, httperr.Wrap(err)
	}
	if len(data) > maxKeySet {
		return nil, errors.New("the answer is larger than 1 MB")
	}
	keys, err := parseKeys(data)
	if err != nil {
		return nil, fmt.Errorf("the answer %w", err)
	}
	return keys, nil
}

// parseKeys returns the public keys for signatures in a JWK set. Others, also of
// kinds that are not known, are left out: they are for somebody else.
func parseKeys(data []byte) ([]jose.JSONWebKey, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if json.Unmarshal(data, &set) != nil {
		return nil, errors.New("is not a JWK set")
	}
	var keys []jose.JSONWebKey
	for _, raw := range set.Keys {
		var k jose.JSONWebKey
		if k.UnmarshalJSON(raw) == nil && k.IsPublic() && k.Valid() && (k.Use == "" || k.Use == "sig") {
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("has no public key for signatures")
	}
	return keys, nil
}
