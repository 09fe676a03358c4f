package dev_test

import (
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/dev"
)

// With child queues, a patient whose message is refused holds up no patient of another
// queue, and keeps all messages in one, also over a restart with another number of queues.
func TestChildQueues(t *testing.T) {
	r := receive(t, 500)
	path := filepath.Join(t.TempDir(), "dev.db")
	s, stop := startWith(t, path, func(o *dev.Options) { o.Endpoint, o.Speed, o.Children = r.url, 0.01, 2 })
	send := func(id, mark string) {
		status, text := s.post(t, "/compose/send", url.Values{"message": {strings.Replace(arrival(id), `"MR"`, `"MR","Mark":"`+mark+`"`, 1)}})
		require.Equal(t, http.StatusOK, status, text)
	}
	send("a", "a1")
	eventually(t, "stopped", func() bool { return strings.Contains(s.get(t, "/feed"), "stopped since") })
	send("b", "b1")
	send("c", "c1") // a third patient is behind the first
	send("a", "a2")
	send("b", "b2")
	eventually(t, "the other queue goes on", func() bool { return len(r.received()) == 3 })
	assert.Equal(t, []string{"a1", "b1", "b2"}, marks(r))
	page := s.get(t, "/feed")
	for lane, state := range map[string]string{"PatientAdmin to clinic, queue 1": "3 queued", "PatientAdmin to clinic, queue 2": "0 queued"} {
		_, rest, found := strings.Cut(page, ">"+lane+"<")
		require.True(t, found, lane)
		text, _, _ := strings.Cut(rest, "</section>")
		assert.Contains(t, text, state)
		for _, action := range []string{"pause", "retry", "skip", "reverse"} {
			assert.Contains(t, text, `value="`+action+`"`)
		}
	}
	act(t, s, "PatientAdmin to clinic, queue 2", "pause")
	send("b", "b3")
	assert.Contains(t, s.get(t, "/feed"), "1 queued · <strong>paused since")
	stop()

	s, stop = startWith(t, path, func(o *dev.Options) { o.Endpoint, o.Speed = r.url, 0.01 })
	send("b", "b4") // still behind the one that waits
	act(t, s, "PatientAdmin to clinic", "skip")
	eventually(t, "the first queue is empty", func() bool { return len(r.received()) == 5 })
	assert.Equal(t, []string{"a1", "b1", "b2", "c1", "a2"}, marks(r))
	act(t, s, "PatientAdmin to clinic, queue 2", "resume")
	eventually(t, "all delivered", func() bool { return len(r.received()) == 7 })
	assert.Equal(t, []string{"b3", "b4"}, marks(r)[5:])
	stop()
}

// marks returns the marks of the messages that came.
func marks(r *receiver) []string {
	var list []string
	for _, body := range r.received() {
		_, rest, _ := strings.Cut(body, `"Mark":"`)
		mark, _, _ := strings.Cut(rest, `"`)
		list = append(list, mark)
	}
	return list
}

// There are so many lanes, and no more.
func TestManyLanes(t *testing.T) {
	r := receive(t)
	s := start(t, func(o *dev.Options) { o.Endpoint = r.url })
	status := http.StatusOK
	n := 0
	for ; status == http.StatusOK && n < 300; n++ {
		status, _ = s.post(t, "/compose/send", url.Values{"message": {strings.Replace(arrival("1"), "clinic", fmt.Sprintf("clinic %d", n), 1)}})
	}
	assert.Equal(t, []int{http.StatusBadRequest, 201}, []int{status, n})
}
