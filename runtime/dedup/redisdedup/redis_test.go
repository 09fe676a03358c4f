package redisdedup_test

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/dedup/deduptest"
	"github.com/redoxgen/redoxgen/runtime/dedup/redisdedup"
	"github.com/redoxgen/redoxgen/runtime/internal/itest"
)

func connect(t testing.TB, addr string) *redis.Client {
	t.Helper()
	client := redis.NewClient(&redis.Options{Addr: addr})
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	return client
}

func open(t testing.TB, options ...redisdedup.Option) *redisdedup.Store {
	t.Helper()
	addr, prefix := itest.Redis(t)
	return newStore(t, connect(t, addr), append([]redisdedup.Option{redisdedup.WithPrefix(prefix)}, options...)...)
}

func newStore(t testing.TB, client redis.UniversalClient, options ...redisdedup.Option) *redisdedup.Store {
	t.Helper()
	s, err := redisdedup.New(client, options...)
	require.NoError(t, err)
	return s
}

func TestRedis(t *testing.T) {
	deduptest.Run(t, deduptest.Config{
		New: func(t *testing.T) dedup.Store { return open(t) },
		NewRetaining: func(t *testing.T, r time.Duration) dedup.Store {
			return open(t, redisdedup.WithRetention(r))
		},
	})
}

// TestRedisClusterSafe: every script names the one key it touches, and nothing
// else reaches Redis but SET NX and PING.
func TestRedisClusterSafe(t *testing.T) {
	addr, prefix := itest.Redis(t)
	client := connect(t, addr)
	var sent []redis.Cmder
	client.AddHook(recorder{&sent})
	s := newStore(t, client, redisdedup.WithPrefix(prefix))
	c, err := s.Claim(t.Context(), "a", time.Minute)
	require.NoError(t, err)
	_, err = s.Claim(t.Context(), "a", time.Minute)
	require.NoError(t, err)
	require.NoError(t, s.Extend(t.Context(), c, time.Minute))
	require.NoError(t, s.Release(t.Context(), c))
	require.NoError(t, s.Ping(t.Context()))
	for _, cmd := range sent {
		switch args := cmd.Args(); cmd.Name() {
		case "evalsha", "eval":
			assert.EqualValues(t, 1, args[2], "number of keys")
		case "set", "ping", "hello", "client", "pipeline":
		default:
			t.Errorf("command %s", cmd.Name())
		}
	}
}

func TestRedisForeignKey(t *testing.T) {
	addr, prefix := itest.Redis(t)
	client := connect(t, addr)
	h := dedup.Key("a").Hash()
	require.NoError(t, client.Set(t.Context(), prefix+h.String(), "something else", time.Minute).Err())
	_, err := newStore(t, client, redisdedup.WithPrefix(prefix)).Claim(t.Context(), "a", time.Minute)
	assert.ErrorContains(t, err, "holds something else")
}

// TestRedisRetentionRefused: Redis would refuse every commit, so that every
// message is handled again and again.
func TestRedisRetentionRefused(t *testing.T) {
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1"})
	defer client.Close()
	for _, d := range []time.Duration{0, -time.Hour, time.Millisecond - 1} {
		_, err := redisdedup.New(client, redisdedup.WithRetention(d))
		assert.ErrorContains(t, err, "a retention of "+d.String())
	}
}

func TestRedisShortestRetention(t *testing.T) {
	s := open(t, redisdedup.WithRetention(time.Millisecond))
	c, err := s.Claim(t.Context(), "a", time.Minute)
	require.NoError(t, err)
	require.NoError(t, s.Commit(t.Context(), c))
}

func TestRedisDown(t *testing.T) {
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", MaxRetries: -1})
	defer client.Close()
	s := newStore(t, client)
	_, err := s.Claim(t.Context(), "a", time.Minute)
	require.Error(t, err)
	assert.Error(t, s.Ping(t.Context()))
	held := dedup.Claim{Key: "a", State: dedup.New, Fence: 1}
	assert.Error(t, s.Commit(t.Context(), held))
	assert.NotErrorIs(t, s.Release(t.Context(), held), dedup.ErrLost)
}
