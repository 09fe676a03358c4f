package redoxtest_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/testenv"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

// arrival is the n-th message of a patient.
func arrival(patient string, n int) string {
	return fmt.Sprintf(`{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival"},`+
		`"Patient":{"Identifiers":[{"ID":%q,"IDType":"MR"}]},"Visit":{"VisitNumber":"%d"}}`, patient, n)
}

// merge says that the patient was known as two.
func merge(patient, previous string) string {
	return fmt.Sprintf(`{"Meta":{"DataModel":"PatientAdmin","EventType":"PatientMerge"},`+
		`"Patient":{"Identifiers":[{"ID":%q,"IDType":"MR"}],"PreviousIdentifiers":[{"ID":%q,"IDType":"mr"}]}}`, patient, previous)
}

// ward is a webhook that notes what it accepts, as "patient number" or "merge".
type ward struct {
	mu       sync.Mutex
	accepted []string
	refuse   func(w *ward, patient string) bool
	reached  chan struct{} // if set, a request waits until it is closed
	arrived  int
	width    int // how many requests close reached
	most     int // requests at a time
	now      int
}

func (w *ward) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	var m struct {
		Meta    struct{ EventType string }
		Patient struct{ Identifiers []struct{ ID string } }
		Visit   struct{ VisitNumber string }
	}
	if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
		rw.WriteHeader(http.StatusBadRequest)
		return
	}
	w.enter()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now--
	patient := m.Patient.Identifiers[0].ID
	switch {
	case w.refuse != nil && w.refuse(w, patient):
		rw.WriteHeader(http.StatusServiceUnavailable)
	case m.Meta.EventType == "PatientMerge":
		w.accepted = append(w.accepted, "merge")
	default:
		w.accepted = append(w.accepted, patient+" "+m.Visit.VisitNumber)
	}
}

// enter waits, if the ward is to be reached by several requests at once, for the others.
func (w *ward) enter() {
	w.mu.Lock()
	w.now++
	w.most = max(w.most, w.now)
	if w.arrived++; w.arrived == w.width {
		close(w.reached)
	}
	reached := w.reached
	w.mu.Unlock()
	if reached != nil {
		select {
		case <-reached:
		case <-time.After(10 * time.Second):
		}
	}
}

// of returns what was accepted of a patient.
func (w *ward) of(patient string) []string {
	return slices.DeleteFunc(slices.Clone(w.accepted), func(s string) bool {
		var name string
		_, _ = fmt.Sscan(s, &name)
		return name != patient
	})
}

func numbered(patient string, n int) []string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf("%s %d", patient, i))
	}
	return list
}

func wardFeed(t *testing.T, w *ward, options ...redoxtest.FeedOption) *redoxtest.Feed {
	t.Helper()
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	return redoxtest.NewFeed(t, server.URL, "secret", append(options, redoxtest.WithoutChallenge(), redoxtest.WithMaxAttempts(100_000))...)
}

// TestChildQueues: a patient's messages keep their order and hold back nobody else's.
func TestChildQueues(t *testing.T) {
	w := &ward{refuse: func(w *ward, patient string) bool {
		return patient == "a" && len(w.of("b"))+len(w.of("c")) < 20 // in one queue it would never be accepted
	}}
	feed := wardFeed(t, w, redoxtest.WithChildQueues(3))
	for i := range 10 {
		for _, patient := range []string{"a", "b", "c"} {
			feed.Deliver(arrival(patient, i))
		}
	}
	_, err := feed.Run(t.Context())
	require.NoError(t, err)
	for _, patient := range []string{"a", "b", "c"} {
		assert.Equal(t, numbered(patient, 10), w.of(patient))
	}
}

// TestMergesFirst: a merge overtakes the earlier messages of the patient that it ends.
func TestMergesFirst(t *testing.T) {
	queue := func(options ...redoxtest.FeedOption) []string {
		w := &ward{}
		feed := wardFeed(t, w, options...)
		feed.Deliver(arrival("old", 0))
		feed.Deliver(arrival("new", 0))
		feed.Deliver(arrival("old", 1))
		feed.Deliver(merge("new", "old"))
		feed.Deliver(arrival("old", 2))
		_, err := feed.Run(t.Context())
		require.NoError(t, err)
		return w.accepted
	}
	in := []string{"old 0", "new 0", "old 1", "merge", "old 2"}
	assert.Equal(t, in, queue(), "one queue")
	assert.Equal(t, in, queue(redoxtest.WithMergesFirst()), "one queue")
	raced := queue(redoxtest.WithChildQueues(2), redoxtest.WithMergesFirst())
	assert.Equal(t, []string{"new 0", "merge", "old 0", "old 1", "old 2"}, raced)
}

// TestMergesFirstEnds: merges that wait for each other are not made to.
func TestMergesFirstEnds(t *testing.T) {
	random := rand.New(rand.NewPCG(testenv.Seed(t, rand.Uint64()), 0))
	for range 20 {
		w := &ward{refuse: func(*ward, string) bool { return random.IntN(10) == 0 }}
		feed := wardFeed(t, w, redoxtest.WithChildQueues(1+random.IntN(5)), redoxtest.WithMergesFirst(),
			redoxtest.WithFeedClock(redoxtest.FastClock(1e6)))
		for i := range 60 {
			a, b := fmt.Sprint(random.IntN(6)), fmt.Sprint(random.IntN(6))
			if random.IntN(3) == 0 {
				feed.Deliver(merge(a, b))
			} else {
				feed.Deliver(arrival(a, i))
			}
		}
		_, err := feed.Run(t.Context())
		require.NoError(t, err)
		require.Len(t, w.accepted, 60)
	}
}

// TestMergesFirstGivesUp: a merge that is never accepted does not hold for ever.
func TestMergesFirstGivesUp(t *testing.T) {
	w := &ward{refuse: func(_ *ward, patient string) bool { return patient == "new" }}
	server := httptest.NewServer(w)
	defer server.Close()
	feed := redoxtest.NewFeed(nil, server.URL, "secret", redoxtest.WithoutChallenge(),
		redoxtest.WithChildQueues(2), redoxtest.WithMergesFirst(), redoxtest.WithMaxAttempts(3))
	feed.Deliver(arrival("old", 0))
	feed.Deliver(arrival("new", 0))
	feed.Deliver(merge("new", "old"))
	_, err := feed.Run(t.Context())
	require.ErrorContains(t, err, "after 3 attempts")
	assert.Equal(t, []string{"old 0"}, w.accepted)
}

// TestBackfill: messages of the past come in a burst, beside live ones.
func TestBackfill(t *testing.T) {
	w := &ward{reached: make(chan struct{}), width: 5}
	feed := wardFeed(t, w)
	for i := range 3 {
		feed.Deliver(arrival("live", i))
	}
	var past []any
	for i := range 6 {
		for patient := range 8 {
			past = append(past, arrival(fmt.Sprint(patient), i))
		}
	}
	feed.Backfill(4, past...)
	_, err := feed.Run(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 5, w.most, "four of the backfill and a live one at a time")
	assert.Equal(t, numbered("live", 3), w.of("live"))
	for patient := range 8 {
		assert.Equal(t, numbered(fmt.Sprint(patient), 6), w.of(fmt.Sprint(patient)))
	}
}

// TestProduction: what a test message meets concerns nobody else.
func TestProduction(t *testing.T) {
	const test = `{"Meta":{"DataModel":"Results","EventType":"New","Test":true}}`
	for name, tt := range map[string]struct {
		first   string
		options []redoxtest.FeedOption
		want    []int
	}{
		"test message":                 {test, []redoxtest.FeedOption{redoxtest.WithProduction()}, []int{503, 200}},
		"message":                      {message, []redoxtest.FeedOption{redoxtest.WithProduction()}, []int{503, 200, 200}},
		"test message, not production": {test, nil, []int{503, 200, 200}},
	} {
		t.Run(name, func(t *testing.T) {
			h := &hook{statuses: []int{503}}
			feed := redoxtest.NewFeed(t, serve(t, h), "secret", tt.options...)
			feed.Deliver(tt.first)
			feed.Deliver(message)
			attempts, err := feed.Run(t.Context())
			require.NoError(t, err)
			var statuses []int
			for _, a := range attempts {
				statuses = append(statuses, a.Status)
			}
			assert.Equal(t, tt.want, statuses)
		})
	}
}
