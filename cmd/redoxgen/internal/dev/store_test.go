package dev_test

import (
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/dev"
)

// With more messages than are remembered, the oldest make room, pages stay quick and
// memory is bounded.
func TestManyMessages(t *testing.T) {
	r := receive(t)
	s := start(t, func(o *dev.Options) { o.Endpoint = r.url })
	const sent, kept = 10_500, 10_000
	for range sent / 500 {
		status, text := s.post(t, "/compose/send", url.Values{"message": {arrival("1")}, "times": {"500"}})
		require.Equal(t, http.StatusOK, status, text)
		eventually(t, "delivered", func() bool { return strings.Contains(s.get(t, "/feed"), "<p>0 queued") })
	}
	status, _ := do(t, http.MethodGet, fmt.Sprintf("%s/messages/%d", s.url, sent-kept), nil, nil)
	assert.Equal(t, http.StatusNotFound, status)
	s.get(t, fmt.Sprintf("/messages/%d", sent-kept+1))
	assert.Equal(t, 200, strings.Count(s.get(t, "/"), "<tr id="))

	fastest := time.Hour
	for range 5 {
		before := time.Now()
		s.get(t, "/")
		s.get(t, "/?event=Results.New")
		s.get(t, fmt.Sprintf("/messages/%d", sent))
		fastest = min(fastest, time.Since(before)/3)
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	t.Logf("%v for a page, %d MB of heap, %d MB of the system", fastest, m.HeapAlloc>>20, m.Sys>>20)
	assert.Less(t, fastest, 100*time.Millisecond)
	assert.Less(t, m.HeapAlloc, uint64(300<<20))
}
