// Package redisdedup keeps claims in Redis, for several receivers that share
// one server or cluster.
//
//	client := redis.NewClient(&redis.Options{Addr: "localhost:6379"})
//	store, err := redisdedup.Open(ctx, client)
//
// Every command touches a single key, so it works with Redis Cluster. Times
// are the server's. Redis confirms a write before it is on disk or on a
// replica: with appendonly, a crash of the server may forget the last second of
// claims and marks, after which a redelivery is handled again. Without, it may
// forget all, and with another maxmemory-policy than noeviction whenever memory
// is short: Open refuses such a server.
package redisdedup

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/redoxgen/redoxgen/runtime/dedup"
)

// Store is a dedup.Store in Redis. It is safe for concurrent use.
type Store struct {
	client    redis.UniversalClient
	prefix    string
	retention time.Duration
	forgetful bool
}

var (
	_ dedup.Store  = (*Store)(nil)
	_ dedup.Pinger = (*Store)(nil)
	_ dedup.Knower = (*Store)(nil)
)

// Option changes a setting of a Store.
type Option func(*Store) error

// WithPrefix sets what the names of the keys begin with. Default "redox:".
func WithPrefix(prefix string) Option {
	return func(s *Store) error {
		s.prefix = prefix
		return nil
	}
}

// WithRetention sets how long Redis keeps a key after it was last claimed,
// extended, committed or released: a millisecond at least. Default 7 days.
func WithRetention(d time.Duration) Option {
	return func(s *Store) error {
		if d < time.Millisecond {
			// Redis counts in milliseconds, and refuses every commit that is to
			// be kept for none.
			return fmt.Errorf("redisdedup: a retention of %v: it must be at least 1ms; without WithRetention it is 7 days", d)
		}
		s.retention = d
		return nil
	}
}

// New returns a store that uses client, which stays the caller's to close. It
// does not connect, and so does not find out what Open does.
func New(client redis.UniversalClient, options ...Option) (*Store, error) {
	s := &Store{client: client, prefix: "redox:", retention: 7 * 24 * time.Hour}
	for _, o := range options {
		if err := o(s); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Claim implements dedup.Store: one command for a new key, two otherwise.
func (s *Store) Claim(ctx context.Context, key dedup.Key, lease time.Duration) (dedup.Claim, error) {
	return within(ctx, func() (dedup.Claim, error) {
		c, err := s.claim(ctx, key, lease)
		if err == nil && c.State == dedup.New && ctx.Err() != nil {
			// Nobody waits for the answer any more.
			_ = s.change(context.WithoutCancel(ctx), c, "release", 0)
			return dedup.Claim{}, ctx.Err()
		}
		return c, err
	})
}

func (s *Store) claim(ctx context.Context, key dedup.Key, lease time.Duration) (dedup.Claim, error) {
	fence, keep := newFence(), s.keep(lease)
	fresh := value("c", fence, 1, lease, keep)
	set, err := s.client.SetNX(ctx, s.name(key), fresh, keep).Result()
	if err != nil {
		return dedup.Claim{}, err
	}
	if set {
		return dedup.Claim{Key: key, State: dedup.New, Fence: fence, Attempt: 1}, nil
	}
	reply, err := claimScript.Run(ctx, s.client, []string{s.name(key)},
		fence, lease.Milliseconds(), keep.Milliseconds()).Text()
	if err != nil {
		return dedup.Claim{}, err
	}
	return claimOf(key, fence, reply)
}

func claimOf(key dedup.Key, fence int64, reply string) (dedup.Claim, error) {
	switch reply {
	case "busy":
		return dedup.Claim{Key: key, State: dedup.InFlight}, nil
	case "done":
		return dedup.Claim{Key: key, State: dedup.Done}, nil
	}
	attempt, err := strconv.Atoi(reply)
	if err != nil {
		return dedup.Claim{}, errors.New("redisdedup: a key of this store holds something else")
	}
	return dedup.Claim{Key: key, State: dedup.New, Fence: fence, Attempt: attempt}, nil
}

// Extend implements dedup.Store.
func (s *Store) Extend(ctx context.Context, c dedup.Claim, lease time.Duration) error {
	return s.changeWithin(ctx, c, "extend", lease)
}

// Commit implements dedup.Store.
func (s *Store) Commit(ctx context.Context, c dedup.Claim) error {
	return s.changeWithin(ctx, c, "commit", 0)
}

// Release implements dedup.Store.
func (s *Store) Release(ctx context.Context, c dedup.Claim) error {
	return s.changeWithin(ctx, c, "release", 0)
}

func (s *Store) changeWithin(ctx context.Context, c dedup.Claim, what string, lease time.Duration) error {
	_, err := within(ctx, func() (struct{}, error) { return struct{}{}, s.change(ctx, c, what, lease) })
	return err
}

func (s *Store) change(ctx context.Context, c dedup.Claim, what string, lease time.Duration) error {
	if c.State != dedup.New {
		return dedup.ErrNotClaimed
	}
	held, err := changeScript.Run(ctx, s.client, []string{s.name(c.Key)},
		c.Fence, what, lease.Milliseconds(), s.keep(lease).Milliseconds()).Int()
	if err == nil && held == 0 {
		return dedup.ErrLost
	}
	return err
}

// Known implements dedup.Knower.
func (s *Store) Known(ctx context.Context, key dedup.Key) (bool, error) {
	return within(ctx, func() (bool, error) {
		n, err := s.client.Exists(ctx, s.name(key)).Result()
		return n > 0, err
	})
}

// keep is how long Redis keeps a key: a lease must not outlast its key.
func (s *Store) keep(lease time.Duration) time.Duration {
	return max(s.retention, 2*lease)
}

func (s *Store) name(key dedup.Key) string {
	h := key.Hash()
	return s.prefix + h.String()
}

// value is what a key holds: state (c claimed, d done, f free), fence, number
// of claims, the lease and the life it was stored with, in milliseconds.
func value(state string, fence int64, attempt int, lease, keep time.Duration) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d:%d:%d", state, fence, attempt, lease.Milliseconds(), keep.Milliseconds())
	return b.String()
}

// newFence returns a number that no other claim has, and that Lua's floating
// point numbers would not change.
func newFence() int64 { return rand.Int64N(1<<53-1) + 1 }
