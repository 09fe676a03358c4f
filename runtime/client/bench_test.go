package client_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/client"
)

// BenchmarkSend compares Send of a typed message with a bare POST of its
// bytes, eight callers each.
func BenchmarkSend(b *testing.B) {
	srv := httptest.NewServer(http.HandlerFunc(accepting))
	defer srv.Close()
	c := newClient(b, client.Config{
		Auth: auth.Static("token"), BaseURL: srv.URL,
		Rate: client.Rate{Requests: 100_000_000, Per: time.Second},
	})
	msg := sample(b)
	body, err := msg.MarshalJSON()
	require.NoError(b, err)
	bare := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}}
	defer bare.CloseIdleConnections()

	run := func(name string, call func() error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetParallelism(4)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := call(); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
	run("typed", func() error { _, err := c.Send(b.Context(), msg); return err })
	run("bare", func() error { return barePost(bare, srv.URL, body) })
}
