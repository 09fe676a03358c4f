package dev_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/dev"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// The messages of a story come one after the other, although they are of several
// subscriptions and the first is refused twice.
func TestStory(t *testing.T) {
	r := receive(t, 500, 500)
	s := start(t, func(o *dev.Options) { o.Endpoint = r.url })
	assert.Contains(t, s.get(t, "/compose"), "<option>admission</option>")
	status, text := s.post(t, "/compose/story", url.Values{"story": {"admission"}})
	require.Equal(t, http.StatusOK, status, text)
	eventually(t, "the story is told", func() bool { return len(r.received()) == 7 })
	var events []string
	for _, body := range r.received()[2:] {
		meta, err := redox.PeekMeta([]byte(body))
		require.NoError(t, err)
		events = append(events, meta.DataModel+"."+meta.EventType)
	}
	assert.Equal(t, []string{"PatientAdmin.Arrival", "Order.New", "Results.New", "PatientAdmin.Transfer", "PatientAdmin.Discharge"}, events)

	status, _ = s.post(t, "/compose/story", url.Values{"story": {"none"}})
	assert.Equal(t, http.StatusBadRequest, status)
}

// What waits for another message says so, and no longer waits when its lane is delivered
// out of order.
func TestStoryHeldUp(t *testing.T) {
	r := receive(t, 500)
	s := start(t, func(o *dev.Options) { o.Endpoint, o.Speed = r.url, 0.01 })
	_, _ = s.post(t, "/compose/story", url.Values{"story": {"admission"}})
	eventually(t, "stopped", func() bool { return strings.Contains(s.get(t, "/feed"), "stopped since") })
	page := s.get(t, "/feed")
	assert.Contains(t, page, `waits until <a href="/messages/1">message 1</a> is accepted`)
	assert.Contains(t, page, `waits until <a href="/messages/2">message 2</a> is accepted`)
	_, lane, _ := strings.Cut(page, ">PatientAdmin to ")
	lane, _, _ = strings.Cut(lane, "<")
	lane = "PatientAdmin to " + lane
	act(t, s, lane, "pause")
	act(t, s, lane, "reverse")
	act(t, s, lane, "resume")
	// The discharge, the transfer and the arrival; and then the order and the result.
	eventually(t, "all delivered", func() bool { return len(r.received()) == 6 })
	for i, want := range []string{"Arrival", "Discharge", "Transfer", "Arrival"} {
		assert.Contains(t, r.received()[i], `"EventType":"`+want+`"`)
	}
}

// What waits for a message that is skipped goes on.
func TestStorySkipped(t *testing.T) {
	r := receive(t, 500)
	s := start(t, func(o *dev.Options) { o.Endpoint, o.Speed = r.url, 0.01 })
	_, _ = s.post(t, "/compose/story", url.Values{"story": {"admission"}})
	eventually(t, "stopped", func() bool { return strings.Contains(s.get(t, "/feed"), "stopped since") })
	_, lane, _ := strings.Cut(s.get(t, "/feed"), ">PatientAdmin to ")
	lane, _, _ = strings.Cut(lane, "<")
	act(t, s, "PatientAdmin to "+lane, "skip")
	eventually(t, "the others are delivered", func() bool { return len(r.received()) == 5 })
}
