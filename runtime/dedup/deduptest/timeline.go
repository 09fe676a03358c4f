package deduptest

import (
	"sync"
	"testing"
	"time"

	"github.com/redoxgen/redoxgen/runtime/dedup"
)

// testTimeline: a store that is a Timeline returns the latest time so far, apart
// from claims of the key.
func testTimeline(t *testing.T, c Config) {
	s := c.New(t)
	timeline, ok := s.(dedup.Timeline)
	if !ok {
		return
	}
	day := func(n int) time.Time { return time.Date(2024, 1, n, 1, 2, 3, 4000, time.UTC) }
	advance := func(key dedup.Key, at, want time.Time) {
		t.Helper()
		latest, err := timeline.Advance(t.Context(), key, at)
		if err != nil {
			t.Fatal(err)
		}
		if latest != want {
			t.Errorf("Advance(%q, %v) = %v, want %v", key, at, latest, want)
		}
	}
	held(t, s, "patient", long, 1)
	advance("patient", day(2), time.Time{})
	advance("patient", day(1), day(2))
	advance("patient", day(3), day(2))
	advance("patient", day(3), day(3))
	advance("another", day(1), time.Time{})
	refused(t, s, "patient", dedup.InFlight)

	var wg sync.WaitGroup
	for n := 1; n <= 20; n++ {
		wg.Go(func() {
			if _, err := timeline.Advance(t.Context(), "many", day(n)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	advance("many", day(1), day(20))

	if c.NewRetaining != nil {
		timeline = c.NewRetaining(t, 100*time.Millisecond).(dedup.Timeline)
		advance("patient", day(2), time.Time{})
		time.Sleep(300 * time.Millisecond)
		advance("patient", day(1), time.Time{})
	}
}
