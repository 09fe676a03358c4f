package dev_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/dev"
)

const clinic = "PatientAdmin to clinic" // the lane of arrival

var logIDs = regexp.MustCompile(`"Logs":\[\{"ID":"([^"]+)","AttemptID":"([^"]+)"`)

// Each button of a lane does what it says.
func TestLaneButtons(t *testing.T) {
	r := receive(t)
	s := start(t, func(o *dev.Options) { o.Endpoint = r.url })
	deliver := func(id string) {
		status, text := s.post(t, "/compose/send", url.Values{"message": {arrival(id)}})
		require.Equal(t, http.StatusOK, status, text)
	}
	came := func(n int) [][]string {
		t.Helper()
		eventually(t, "deliveries", func() bool { return len(r.received()) >= n && strings.Contains(s.get(t, "/feed"), "<p>0 queued") })
		require.Len(t, r.received(), n)
		var ids [][]string
		for _, body := range r.received() {
			ids = append(ids, logIDs.FindStringSubmatch(body)[1:])
		}
		return ids
	}
	deliver("1")
	came(1)
	page := s.get(t, "/feed")
	for _, action := range []string{"pause", "retry", "skip", "reverse", "twice", "lose", "newer", "again", "burst"} {
		assert.Contains(t, page, `name="action" value="`+action+`"`)
	}
	for _, action := range []string{"skip", "reverse", "twice", "lose", "newer"} {
		status, text := s.post(t, "/feed/lane", url.Values{"lane": {clinic}, "action": {action}})
		assert.Equal(t, http.StatusBadRequest, status)
		assert.Contains(t, text, "nothing waits")
	}

	act(t, s, clinic, "again")
	ids := came(2)
	assert.Equal(t, ids[0][0], ids[1][0], "the same log ID")
	assert.NotEqual(t, ids[0][1], ids[1][1], "another attempt ID")

	act(t, s, clinic, "burst")
	ids = came(102)
	distinct := map[string]bool{}
	for _, id := range ids {
		distinct[id[0]] = true
	}
	assert.Len(t, distinct, 101)

	act(t, s, clinic, "pause")
	deliver("2")
	act(t, s, clinic, "twice")
	act(t, s, clinic, "lose")
	act(t, s, clinic, "newer")
	assert.Contains(t, s.get(t, "/feed"), "(PatientAdmin.Arrival, twice, answer lost, newer schema)")
	act(t, s, clinic, "resume")
	eventually(t, "accepted", func() bool { return strings.Contains(s.get(t, "/"), ">accepted, attempt 3<") })
	page = s.get(t, "/messages/103")
	assert.Contains(t, page, "the answer was lost")
	assert.Contains(t, page, "Attempts: 3")
	last := r.received()[102:]
	require.NotEmpty(t, last) // the endpoint may not have had the one whose connection broke
	for _, body := range last {
		assert.Contains(t, body, `"Newer"`)
		assert.Equal(t, logIDs.FindStringSubmatch(last[0])[1], logIDs.FindStringSubmatch(body)[1])
	}
}

// Retries come by Redox's schedule, so many times as fast, and at once when the speed
// that makes them late is changed.
func TestRetrySchedule(t *testing.T) {
	var mu sync.Mutex
	var at []time.Time
	accepts := false
	r := receive(t)
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.Header.Get("verification-token") == "" {
			r.serve(w, q)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		at = append(at, time.Now())
		if !accepts {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(refusing.Close)
	attempts := func() []time.Time {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(at)
	}
	const speed = 200
	s := start(t, func(o *dev.Options) { o.Endpoint, o.Speed = refusing.URL, speed })
	_, _ = s.post(t, "/compose/send", url.Values{"message": {arrival("1")}})
	eventually(t, "five attempts", func() bool { return len(attempts()) >= 5 })
	came := attempts()
	for i, seconds := range []int{10, 10, 20, 30} {
		assert.GreaterOrEqual(t, came[i+1].Sub(came[i]), time.Duration(seconds)*time.Second/speed, "before attempt %d", i+2)
	}
	set := func(speed string) int {
		status, _ := s.post(t, "/feed/speed", url.Values{"speed": {speed}})
		return status
	}
	require.Equal(t, http.StatusOK, set("0.01"))
	stopped := regexp.MustCompile(`stopped since \d\d:\d\d:\d\d\.\d+</strong> after \d+ failed attempts, next attempt at \d`)
	eventually(t, "stopped", func() bool { return stopped.MatchString(s.get(t, "/feed")) })
	assert.Contains(t, s.get(t, "/feed"), `value="0.01"`)
	mu.Lock()
	accepts = true
	mu.Unlock()
	require.Equal(t, http.StatusOK, set("10000"))
	eventually(t, "accepted", func() bool { return strings.Contains(s.get(t, "/messages/1"), "<dd>accepted</dd>") })
	for _, wrong := range []string{"0", "-1", "NaN", "1e9", "x", ""} {
		assert.Equal(t, http.StatusBadRequest, set(wrong), wrong)
	}
}

// The page says what is wrong with an endpoint that does not verify, and when it does.
func TestVerify(t *testing.T) {
	var mu sync.Mutex
	var answer http.HandlerFunc
	use := func(h http.HandlerFunc) {
		mu.Lock()
		defer mu.Unlock()
		answer = h
	}
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		mu.Lock()
		h := answer
		mu.Unlock()
		h(w, q)
	}))
	t.Cleanup(endpoint.Close)
	use(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
	s := start(t, func(o *dev.Options) { o.Endpoint = endpoint.URL })
	eventually(t, "the first challenge", func() bool {
		return strings.Contains(s.get(t, "/feed"), "not verified: challenge by POST: status 404, want 200 and the challenge in the body")
	})
	verify := func() string {
		status, page := s.post(t, "/feed/verify", nil)
		require.Equal(t, http.StatusOK, status)
		return page
	}
	use(func(w http.ResponseWriter, q *http.Request) { // without a look at the token
		if q.Method == http.MethodGet {
			_, _ = w.Write([]byte(q.FormValue("challenge")))
			return
		}
		body := make([]byte, 4096)
		n, _ := q.Body.Read(body)
		_, _ = w.Write(body[:n])
	})
	assert.Contains(t, verify(), "answers it without checking the token")
	use(receive(t).serve)
	assert.Contains(t, verify(), "· verified: it answers the challenge by POST and by GET")
}
