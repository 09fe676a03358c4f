package dedup_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/dedup"
)

func TestMemoryAdvance(t *testing.T) {
	now := time.Now()
	s := dedup.NewMemory(dedup.MemoryConfig{Retention: time.Hour, Now: func() time.Time { return now }})
	day := func(n int) time.Time { return time.Date(2024, 1, n, 1, 2, 3, 4000, time.UTC) }
	advance := func(key dedup.Key, at time.Time) time.Time {
		t.Helper()
		latest, err := s.Advance(t.Context(), key, at)
		require.NoError(t, err)
		return latest
	}
	assert.Zero(t, advance("patient", day(2)))
	assert.Equal(t, day(2), advance("patient", day(1)), "an older one")
	assert.Equal(t, day(2), advance("patient", day(3)), "it changed nothing")
	assert.Equal(t, day(3), advance("patient", day(3)), "the same again")
	assert.Zero(t, advance("another", day(1)))

	// Claims of the key are apart.
	c, err := s.Claim(t.Context(), "patient", time.Minute)
	require.NoError(t, err)
	assert.Equal(t, dedup.New, c.State)
	assert.Equal(t, day(3), advance("patient", day(3)))

	now = now.Add(50 * time.Minute)
	assert.Equal(t, day(3), advance("patient", day(1)))
	now = now.Add(50 * time.Minute)
	assert.Equal(t, day(3), advance("patient", day(1)), "since it was asked for last")
	now = now.Add(2 * time.Hour)
	assert.Zero(t, advance("patient", day(1)), "forgotten")
	assert.Equal(t, day(1), advance("patient", day(1)))
}

// TestMemoryAdvanceIsBounded: times give way as keys that are done do.
func TestMemoryAdvanceIsBounded(t *testing.T) {
	s := dedup.NewMemory(dedup.MemoryConfig{MaxKeys: 640})
	for i := range 10_000 {
		_, err := s.Advance(t.Context(), dedup.Key(fmt.Sprint(i)), time.Now())
		require.NoError(t, err)
	}
	assert.LessOrEqual(t, s.Len(), 640)
}
