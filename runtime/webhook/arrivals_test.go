package webhook_test

import (
	"context"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// TestArrivals is the test of a user's handler that docs/testing.md shows.
func TestArrivals(t *testing.T) {
	mux, beds := webhook.NewMux(), []string{}
	webhook.On(mux, func(_ context.Context, _ webhook.Delivery, ev *patientadmin.Arrival) error {
		beds = append(beds, ev.Visit.Location.Bed)
		return nil
	})
	h, err := webhook.NewHandler(mux, webhook.Config{Tokens: []string{"t"}, DeadLetter: deadletter.Discard()})
	require.NoError(t, err)
	server := httptest.NewServer(h)
	defer server.Close()

	arrival, err := patientadmin.BuildArrival().To("ours").Identifier("1", "MR").
		Visit(func(v *patientadmin.Visit) { v.Location.Bed = "12" }).Build()
	require.NoError(t, err)
	feed := redoxtest.NewFeed(t, server.URL, "t", redoxtest.WithFeedClock(redoxtest.FastClock(1000)))
	feed.Deliver(arrival).Twice() // as Redox does when an answer is lost
	_, err = feed.Run(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"12"}, beds)

	text, err := arrival.MarshalJSON()
	require.NoError(t, err)
	again, _, err := patientadmin.DecodeArrival(text)
	require.NoError(t, err)
	require.Empty(t, redox.Diff(arrival, again)) // paths, no values
}
