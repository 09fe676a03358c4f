package redisdedup

import (
	"context"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"
)

// WithForgetfulServer has Open accept a server without appendonly, or one that
// evicts keys when memory is short. What it forgets is handled again if it is
// delivered again.
func WithForgetfulServer() Option {
	return func(s *Store) error {
		s.forgetful = true
		return nil
	}
}

// Open is New and Ping, and refuses a server that forgets: see
// WithForgetfulServer. A server that does not report its settings, as some hosted ones, is
// accepted.
func Open(ctx context.Context, client redis.UniversalClient, options ...Option) (*Store, error) {
	s, err := New(client, options...)
	if err != nil {
		return nil, err
	}
	if err := s.Ping(ctx); err != nil {
		return nil, err
	}
	if s.forgetful {
		return s, nil
	}
	_, err = within(ctx, func() (struct{}, error) { return struct{}{}, remembers(ctx, client) })
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Ping implements dedup.Pinger. The error is for a server that does not answer,
// and for one that takes no writes: a replica, one whose memory or disk is full,
// a user without the rights.
func (s *Store) Ping(ctx context.Context) error {
	_, err := within(ctx, func() (struct{}, error) {
		return struct{}{}, pingScript.Run(ctx, s.client, []string{s.prefix + "ping"}).Err()
	})
	if err != nil {
		return fmt.Errorf("redisdedup: the server takes no writes: %w", err)
	}
	return nil
}

// remembers returns an error if a server that client writes to says that it
// forgets.
func remembers(ctx context.Context, client redis.UniversalClient) error {
	if cluster, ok := client.(*redis.ClusterClient); ok {
		return cluster.ForEachMaster(ctx, func(ctx context.Context, c *redis.Client) error { return serverRemembers(ctx, c) })
	}
	return serverRemembers(ctx, client)
}

func serverRemembers(ctx context.Context, client redis.Cmdable) error {
	info, err := client.Info(ctx).Result()
	if err != nil {
		return ctx.Err() // a hosted server may not report it
	}
	says := map[string]string{}
	for line := range strings.Lines(info) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		says[name] = value
	}
	const accept = "set it, or accept with WithForgetfulServer that messages are handled again"
	if says["aof_enabled"] == "0" {
		return fmt.Errorf("redisdedup: the server has appendonly no: a restart forgets what was done: %s", accept)
	}
	if policy := says["maxmemory_policy"]; policy != "" && policy != "noeviction" && says["maxmemory"] != "0" {
		return fmt.Errorf("redisdedup: the server has maxmemory-policy %s, and forgets what was done when memory is short; noeviction does not: %s", policy, accept)
	}
	return nil
}

// within returns when f does or when ctx ends, whichever is first. The client
// itself has its own timeouts, and ignores cancellation; f ends with them.
func within[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	answered := make(chan answer, 1)
	go func() {
		value, err := f()
		answered <- answer{value, err}
	}()
	select {
	case a := <-answered:
		return a.value, a.err
	case <-ctx.Done():
		return none, ctx.Err()
	}
}
