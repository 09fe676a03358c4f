package dev_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // the driver sqlite

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/datafile"
	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/dev"
)

// startWith starts a server that saves to the file at path.
func startWith(t *testing.T, path string, change func(*dev.Options)) (s *running, stop func()) {
	t.Helper()
	file, err := datafile.Open(t.Context(), path)
	require.NoError(t, err)
	s = start(t, func(o *dev.Options) {
		o.File = file
		change(o)
	})
	stop = func() {
		require.NoError(t, s.end())
		require.NoError(t, file.Close())
	}
	t.Cleanup(func() { _ = file.Close() })
	return s, stop
}

// What a server remembers outlives it: messages, attempts, what waits and in which order,
// what is paused, and how destinations answer.
func TestRestart(t *testing.T) {
	r := receive(t, 200, 500)
	path := filepath.Join(t.TempDir(), "dev.db")
	with := func(o *dev.Options) { o.Endpoint, o.Speed = r.url, 0.01 }
	s, stop := startWith(t, path, with)
	status, text := s.post(t, "/destinations", url.Values{"id": {"clinic"}, "name": {"The clinic"}, "behavior": {"rejected"}})
	require.Equal(t, http.StatusOK, status, text)
	send := func(form url.Values) {
		status, text := s.post(t, "/compose/send", form)
		require.Equal(t, http.StatusOK, status, text)
	}
	send(url.Values{"message": {arrival("first")}, "to": {"api"}})
	send(url.Values{"message": {arrival("second")}})
	eventually(t, "delivered", func() bool { return strings.Contains(s.get(t, "/messages/2"), "<dd>accepted</dd>") })
	send(url.Values{"message": {arrival("third")}})
	eventually(t, "stopped", func() bool { return strings.Contains(s.get(t, "/messages/3"), "answered 500") })
	act(t, s, "PatientAdmin to clinic", "pause")
	send(url.Values{"message": {arrival("fourth")}, "twice": {"on"}, "newer": {"on"}})
	send(url.Values{"message": {arrival("fifth")}})
	act(t, s, "PatientAdmin to clinic", "reverse")
	pages := []string{"/messages/1", "/messages/2", "/messages/3", "/destinations"}
	changes := regexp.MustCompile(`data-change="\d+"`) // counted anew
	before := map[string]string{}
	for _, page := range pages {
		before[page] = changes.ReplaceAllString(strings.ReplaceAll(s.get(t, page), s.url, "URL"), "")
	}
	stop()

	s, stop = startWith(t, path, with)
	for _, page := range pages {
		assert.Equal(t, before[page], changes.ReplaceAllString(strings.ReplaceAll(s.get(t, page), s.url, "URL"), ""), page)
	}
	assert.Contains(t, s.get(t, "/feed"), "3 queued · <strong>paused since")
	send(url.Values{"message": {arrival("sixth")}, "to": {"api"}})
	assert.Contains(t, s.get(t, "/messages/6"), "rejected the order", "numbers go on, and so does the destination")
	act(t, s, "PatientAdmin to clinic", "resume")
	eventually(t, "all delivered", func() bool { return strings.Contains(s.get(t, "/feed"), "0 queued") })
	var order []string
	for _, body := range r.received()[2:] {
		for _, name := range []string{"third", "fourth", "fifth"} {
			if strings.Contains(body, name) {
				order = append(order, name)
			}
		}
	}
	assert.Equal(t, []string{"fifth", "fourth", "fourth", "third"}, order)
	assert.Contains(t, r.received()[3], `"Newer"`)
	stop()

	s, stop = startWith(t, path, with)
	assert.Contains(t, s.get(t, "/messages/3"), "Attempts: 2")
	assert.Contains(t, s.get(t, "/messages/3"), "<dd>accepted</dd>")
	stop()
}

// An answer goes out when what it answers is saved; where nothing can be saved any more,
// there is none, and the server ends.
func TestNothingIsSaved(t *testing.T) {
	file, err := datafile.Open(t.Context(), filepath.Join(t.TempDir(), "dev.db"))
	require.NoError(t, err)
	s := startUnchecked(t, func(o *dev.Options) { o.File = file })
	require.NoError(t, file.Close())
	status, _ := do(t, http.MethodPost, s.url+"/auth/authenticate", nil, nil)
	require.Equal(t, http.StatusUnauthorized, status, "there is nothing to save of this")
	_, text := s.post(t, "/compose/send", url.Values{"message": {arrival("1")}, "to": {"api"}})
	assert.Contains(t, text, "the API gave no answer")
	require.ErrorContains(t, s.end(), "nothing more can be saved")
}
