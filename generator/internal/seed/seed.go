// Package seed gives random tests their seeds, so that what failed can be run
// again: go test logs the seed, and the environment variable REDOXGEN_SEED
// sets it.
package seed

import (
	"os"
	"strconv"
	"testing"
)

// Of returns REDOXGEN_SEED, or what is to be used without it, and logs it.
func Of(t testing.TB, otherwise uint64) uint64 {
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
