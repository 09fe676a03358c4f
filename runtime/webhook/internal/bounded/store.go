package bounded

import (
	"context"
	"time"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
)

// Store is a dedup.Store that answers in time. Its panics are errors.
type Store struct {
	store    dedup.Store
	waits    bool // false for one of package dedup, which answers at once
	requests requests
}

var _ dedup.Store = (*Store)(nil)

// NewStore returns s as a Store; panicError makes an error of what s panicked with.
func NewStore(s dedup.Store, panicError func(any) error) *Store {
	_, memory := s.(*dedup.Memory)
	return &Store{store: s, waits: !memory && s != dedup.None(), requests: requests{panicError: panicError}}
}

// Waits reports whether the store may take a while to answer.
func (s *Store) Waits() bool { return s.waits }

// Claim implements dedup.Store.
func (s *Store) Claim(ctx context.Context, key dedup.Key, lease time.Duration) (dedup.Claim, error) {
	if !s.waits {
		return s.store.Claim(ctx, key, lease)
	}
	return within(ctx, &s.requests, func() (dedup.Claim, error) { return s.store.Claim(ctx, key, lease) }, s.giveBack)
}

// giveBack releases a claim that came too late: the redelivery need not wait for
// the end of its lease.
func (s *Store) giveBack(c dedup.Claim) {
	if c.State != dedup.New {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_, _ = recovered(&s.requests, func() (struct{}, error) { return struct{}{}, s.store.Release(ctx, c) })
}

// Extend implements dedup.Store.
func (s *Store) Extend(ctx context.Context, c dedup.Claim, lease time.Duration) error {
	if !s.waits {
		return s.store.Extend(ctx, c, lease)
	}
	return s.requests.do(ctx, func() error { return s.store.Extend(ctx, c, lease) })
}

// Commit implements dedup.Store.
func (s *Store) Commit(ctx context.Context, c dedup.Claim) error {
	if !s.waits {
		return s.store.Commit(ctx, c)
	}
	return s.requests.do(ctx, func() error { return s.store.Commit(ctx, c) })
}

// Release implements dedup.Store.
func (s *Store) Release(ctx context.Context, c dedup.Claim) error {
	if !s.waits {
		return s.store.Release(ctx, c)
	}
	return s.requests.do(ctx, func() error { return s.store.Release(ctx, c) })
}

// Ping asks the store whether it takes claims, if it can tell.
func (s *Store) Ping(ctx context.Context) error { return s.requests.ping(ctx, s.store) }

// CanTell reports whether Known may be true.
func (s *Store) CanTell() bool { _, ok := s.store.(dedup.Knower); return ok }

// Known asks the store whether it knows a key, false if it cannot tell.
func (s *Store) Known(ctx context.Context, key dedup.Key) (bool, error) {
	k, ok := s.store.(dedup.Knower)
	if !ok {
		return false, nil
	}
	return within(ctx, &s.requests, func() (bool, error) { return k.Known(ctx, key) }, func(bool) {})
}

// Sink is a deadletter.Sink that answers in time. Its panics are errors.
type Sink struct {
	sink     deadletter.Sink
	requests requests
}

// NewSink returns s as a Sink; panicError makes an error of what s panicked with.
func NewSink(s deadletter.Sink, panicError func(any) error) *Sink {
	return &Sink{sink: s, requests: requests{panicError: panicError}}
}

// Put implements deadletter.Sink.
func (s *Sink) Put(ctx context.Context, m deadletter.Message) error {
	return s.requests.do(ctx, func() error { return s.sink.Put(ctx, m) })
}

// Ping asks the sink whether it takes messages, if it can tell.
func (s *Sink) Ping(ctx context.Context) error { return s.requests.ping(ctx, s.sink) }
