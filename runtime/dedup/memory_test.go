package dedup_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/dedup/deduptest"
)

func TestMemory(t *testing.T) {
	deduptest.Run(t, deduptest.Config{
		New: func(*testing.T) dedup.Store { return dedup.NewMemory(dedup.MemoryConfig{}) },
		NewRetaining: func(_ *testing.T, r time.Duration) dedup.Store {
			return dedup.NewMemory(dedup.MemoryConfig{Retention: r})
		},
	})
}

// commit claims and commits a key that must be free.
func commit(t *testing.T, s dedup.Store, key dedup.Key) {
	t.Helper()
	c, err := s.Claim(t.Context(), key, time.Minute)
	require.NoError(t, err)
	require.Equal(t, dedup.New, c.State)
	require.NoError(t, s.Commit(t.Context(), c))
}

func TestMemoryIsBounded(t *testing.T) {
	s := dedup.NewMemory(dedup.MemoryConfig{MaxKeys: 1000})
	for i := range 50_000 {
		commit(t, s, dedup.Key(fmt.Sprint(i)))
	}
	assert.LessOrEqual(t, s.Len(), 1000+64)
	assert.Greater(t, s.Len(), 900, "the bound must be used")
	c, err := s.Claim(t.Context(), "49999", time.Minute)
	require.NoError(t, err)
	assert.Equal(t, dedup.Done, c.State, "the youngest keys are kept")
}

func TestMemoryRetentionDefault(t *testing.T) {
	now := time.Now()
	s := dedup.NewMemory(dedup.MemoryConfig{Now: func() time.Time { return now }})
	commit(t, s, "a")
	now = now.Add(24 * time.Hour)
	c, err := s.Claim(t.Context(), "a", time.Minute)
	require.NoError(t, err)
	assert.Equal(t, dedup.Done, c.State)
	now = now.Add(time.Second)
	commit(t, s, "a")
}

// TestMemoryNegative: a negative bound cannot be meant.
func TestMemoryNegative(t *testing.T) {
	for want, c := range map[string]dedup.MemoryConfig{
		"dedup: MemoryConfig.MaxKeys is negative: leave it out for the default":   {MaxKeys: -1},
		"dedup: MemoryConfig.Retention is negative: leave it out for the default": {Retention: -time.Hour},
	} {
		s := dedup.NewMemory(c)
		assert.EqualError(t, s.Ping(t.Context()), want)
		_, err := s.Claim(t.Context(), "a", time.Minute)
		assert.EqualError(t, err, want)
	}
}

// TestMemoryRetentionBeginsWhenTheKeyIsDone: a message that was retried for long
// is remembered as long as any other one, once it is handled.
func TestMemoryRetentionBeginsWhenTheKeyIsDone(t *testing.T) {
	now := time.Now()
	s := dedup.NewMemory(dedup.MemoryConfig{Now: func() time.Time { return now }})
	others := func() { // whose claims make the store forget
		for i := range 500 {
			commit(t, s, dedup.Key(fmt.Sprint(now, i)))
		}
	}
	c, err := s.Claim(t.Context(), "retried", time.Minute)
	require.NoError(t, err)
	require.NoError(t, s.Release(t.Context(), c))
	now = now.Add(24*time.Hour - time.Second)
	c, err = s.Claim(t.Context(), "retried", time.Minute)
	require.NoError(t, err)
	assert.Equal(t, 2, c.Attempt)
	require.NoError(t, s.Commit(t.Context(), c))
	for range 2 {
		now = now.Add(12 * time.Hour)
		others()
		require.NoError(t, s.Commit(t.Context(), c), "committing again does not begin it anew")
		c, err := s.Claim(t.Context(), "retried", time.Minute)
		require.NoError(t, err)
		assert.Equal(t, dedup.Done, c.State)
	}
	now = now.Add(time.Second)
	commit(t, s, "retried")
}

// TestMemoryKeepsWhatIsRetried: how far a message got that is being retried is
// remembered also where thousands of others are done meanwhile, but not in place
// of them all.
func TestMemoryKeepsWhatIsRetried(t *testing.T) {
	s := dedup.NewMemory(dedup.MemoryConfig{MaxKeys: 1000})
	for i := range 10 {
		c, err := s.Claim(t.Context(), dedup.Key(fmt.Sprint("retried ", i)), time.Minute)
		require.NoError(t, err)
		require.NoError(t, s.Release(t.Context(), c))
	}
	for i := range 10_000 {
		commit(t, s, dedup.Key(fmt.Sprint(i)))
	}
	for i := range 10 {
		c, err := s.Claim(t.Context(), dedup.Key(fmt.Sprint("retried ", i)), time.Minute)
		require.NoError(t, err)
		assert.Equal(t, 2, c.Attempt)
		require.NoError(t, s.Release(t.Context(), c))
	}
	for i := range 10_000 { // nor is the store ever full of them
		c, err := s.Claim(t.Context(), dedup.Key(fmt.Sprint("retried too ", i)), time.Minute)
		require.NoError(t, err)
		require.NoError(t, s.Release(t.Context(), c))
	}
	assert.LessOrEqual(t, s.Len(), 1000+64)
}

func TestMemoryFullOfMessagesInFlight(t *testing.T) {
	s := dedup.NewMemory(dedup.MemoryConfig{MaxKeys: 1})
	var full, held int
	for i := range 1000 {
		_, err := s.Claim(t.Context(), dedup.Key(fmt.Sprint(i)), time.Minute)
		if err == nil {
			held++
			continue
		}
		require.ErrorIs(t, err, dedup.ErrFull)
		full++
	}
	assert.Equal(t, 64, held, "one key a shard")
	assert.Equal(t, 936, full)
}

func TestMemoryForgetsAndGivesMemoryBack(t *testing.T) {
	now := time.Now()
	s := dedup.NewMemory(dedup.MemoryConfig{Retention: time.Hour, Now: func() time.Time { return now }})
	for i := range 10_000 {
		now = now.Add(time.Second)
		commit(t, s, dedup.Key(fmt.Sprint(i)))
	}
	assert.LessOrEqual(t, s.Len(), 3600+256, "keys older than the retention are gone, but for a few a shard")
}

func TestMemoryKeepsWhatIsInFlightBeyondRetention(t *testing.T) {
	start := time.Now()
	now := start
	s := dedup.NewMemory(dedup.MemoryConfig{Retention: time.Hour, Now: func() time.Time { return now }})
	slow, err := s.Claim(t.Context(), "slow", 3*time.Hour)
	require.NoError(t, err)
	for i := range 10_000 {
		now = now.Add(time.Second)
		if now.Sub(start) > 2*time.Hour {
			break
		}
		commit(t, s, dedup.Key(fmt.Sprint(i)))
	}
	c, err := s.Claim(t.Context(), "slow", time.Minute)
	require.NoError(t, err)
	assert.Equal(t, dedup.InFlight, c.State)
	require.NoError(t, s.Commit(t.Context(), slow))
}

func TestMemoryStartsNoGoroutine(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 100 {
		commit(t, dedup.NewMemory(dedup.MemoryConfig{}), "a")
	}
	assert.LessOrEqual(t, runtime.NumGoroutine(), before)
}

func TestNone(t *testing.T) {
	s := dedup.None()
	commit(t, s, "a")
	commit(t, s, "a")
}

// TestMemoryRetentionWithoutUnit: 24 is 24 nanoseconds, and nothing would be
// recognised.
func TestMemoryRetentionWithoutUnit(t *testing.T) {
	s := dedup.NewMemory(dedup.MemoryConfig{Retention: 24})
	const want = "dedup: MemoryConfig.Retention is 24ns, less than 1ms: give it a unit, such as 24 * time.Second"
	assert.EqualError(t, s.Ping(t.Context()), want)
	_, err := s.Claim(t.Context(), "a", time.Second)
	assert.EqualError(t, err, want)
	assert.NoError(t, dedup.NewMemory(dedup.MemoryConfig{Retention: time.Hour}).Ping(t.Context()))
}
