//go:build !race

package webhook_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/webhook"
	"github.com/redoxgen/redoxgen/runtime/webhook/verify"
)

// discard is an http.ResponseWriter to nobody, with deadlines as a connection has.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header             { return d.header }
func (d *discard) Write(b []byte) (int, error)     { return len(b), nil }
func (d *discard) WriteHeader(int)                 {}
func (d *discard) SetReadDeadline(time.Time) error { return nil }

// TestDeliveryAllocations: verifying a message, recognising it and calling its handler
// takes few allocations beside those of decoding it, whatever its size.
func TestDeliveryAllocations(t *testing.T) {
	const runs = 500
	for name, message := range samples(t) {
		if name == "40KB" {
			continue // of which decoding varies more
		}
		h := benchHandler(t)
		requests := make([]*http.Request, 0, runs+1)
		for n := range uint64(runs + 1) {
			r, err := http.NewRequest(http.MethodPost, "/", io.NopCloser(bytes.NewReader(message.numbered(n))))
			if err != nil {
				t.Fatal(err)
			}
			r.ContentLength = int64(len(message.body))
			r.Header.Set(verify.TokenHeader, token)
			requests = append(requests, r)
		}
		decode := func() { _, _, _ = patientadmin.DecodeArrival(message.body) }
		for range 100 {
			decode()
		}
		w := &discard{http.Header{}}
		decoding := testing.AllocsPerRun(runs, decode)
		serving := testing.AllocsPerRun(runs, func() {
			h.ServeHTTP(w, requests[0])
			requests = requests[1:]
		})
		t.Logf("%s: %.0f allocations, %.0f of them decode", name, serving, decoding)
		assert.Equal(t, string(webhook.Handled), w.header.Get(webhook.OutcomeHeader))
		assert.LessOrEqual(t, serving-decoding, 24.0, name)
	}
}
