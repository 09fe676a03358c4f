package redisdedup_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/integration"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/dedup/deduptest"
	"github.com/redoxgen/redoxgen/runtime/dedup/redisdedup"
)

func connect(t testing.TB, addr string) *redis.Client {
	t.Helper()
	client := redis.NewClient(&redis.Options{Addr: addr})
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	return client
}

func open(t testing.TB, options ...redisdedup.Option) *redisdedup.Store {
	t.Helper()
	addr, prefix := integration.Redis(t)
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
		NewStalled: func(t *testing.T) (dedup.Store, func()) {
			addr, prefix := integration.Redis(t)
			proxy, stall := integration.Proxy(t, addr)
			return newStore(t, connect(t, proxy), redisdedup.WithPrefix(prefix)), stall
		},
		Unwritable: map[string]func(t *testing.T) (dedup.Store, error){
			"a user who may only read": unwritable("+@read", "+@connection", "+@scripting", "+info"),
			"a user without scripts":   unwritable("+@read", "+@write", "+@connection", "+info"),
			"a user of another's keys": unwritable("+@all", "resetkeys", "~other:*"),
			"a server that is not there": func(t *testing.T) (dedup.Store, error) {
				return redisdedup.Open(t.Context(), redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", MaxRetries: -1}))
			},
		},
	})
}

// unwritable opens a store as a user with those rules alone.
func unwritable(rules ...string) func(t *testing.T) (dedup.Store, error) {
	return func(t *testing.T) (dedup.Store, error) {
		addr, prefix := integration.Redis(t)
		admin, user := connect(t, addr), strings.ReplaceAll(prefix, ":", "-")
		args := []any{"ACL", "SETUSER", user, "on", "nopass", "allkeys"}
		for _, r := range rules {
			args = append(args, r)
		}
		require.NoError(t, admin.Do(t.Context(), args...).Err())
		t.Cleanup(func() { assert.NoError(t, admin.Do(context.Background(), "ACL", "DELUSER", user).Err()) })
		client := redis.NewClient(&redis.Options{Addr: addr, Username: user, Password: "any", MaxRetries: -1})
		t.Cleanup(func() { assert.NoError(t, client.Close()) })
		return redisdedup.Open(t.Context(), client, redisdedup.WithPrefix(prefix))
	}
}

// TestRedisForgetful: Open refuses what a restart or full memory makes forget.
func TestRedisForgetful(t *testing.T) {
	addr, prefix := integration.Redis(t)
	for name, info := range map[string]string{
		"appendonly no":                "# Persistence\r\naof_enabled:0\r\n",
		"maxmemory-policy allkeys-lru": "maxmemory:1000\r\nmaxmemory_policy:allkeys-lru\r\naof_enabled:1\r\n",
	} {
		client := connect(t, addr)
		client.AddHook(informer{info})
		_, err := redisdedup.Open(t.Context(), client, redisdedup.WithPrefix(prefix))
		require.ErrorContains(t, err, name)
		_, err = redisdedup.Open(t.Context(), client, redisdedup.WithPrefix(prefix), redisdedup.WithForgetfulServer())
		assert.NoError(t, err)
	}
	client := connect(t, addr) // as servers.sh starts it, with appendonly
	_, err := redisdedup.Open(t.Context(), client, redisdedup.WithPrefix(prefix))
	assert.NoError(t, err)
}

// TestRedisClusterSafe: every script names the one key it touches, and nothing
// else reaches Redis but SET NX and PING.
func TestRedisClusterSafe(t *testing.T) {
	addr, prefix := integration.Redis(t)
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
	addr, prefix := integration.Redis(t)
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
