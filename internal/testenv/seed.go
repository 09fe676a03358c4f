package testenv

import (
	"os"
	"strconv"
	"testing"
)

// Seed returns the seed of a random test: REDOXGEN_SEED, or what is to be used without it.
// It logs the seed, so that what failed can be run again.
func Seed(t testing.TB, otherwise uint64) uint64 {
	t.Helper()
	s := otherwise
	if text := os.Getenv("REDOXGEN_SEED"); text != "" {
		given, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("REDOXGEN_SEED: %v", err)
		}
		s = given
	}
	t.Logf("REDOXGEN_SEED=%d", s)
	return s
}
