package lab

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/order"
	"github.com/redoxgen/redoxgen/generated/results"
	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

const hospital = "0f4bd1d1-451d-4351-8cfd-b767d1b488d6"

// start runs the laboratory between a local Redox that takes its results and a
// feed that brings it orders.
func start(t *testing.T) (srv *redoxtest.Server, feed *redoxtest.Feed, dead deadletter.Store) {
	t.Helper()
	srv = redoxtest.NewServer(t)
	c, err := client.New(srv.Config())
	require.NoError(t, err)
	t.Cleanup(c.Close)
	lab := &Lab{Redox: c, Hospital: hospital, Measure: func(string) string { return "7.2" }}
	dead = deadletter.Dir(t.TempDir())
	h, err := lab.Handler("t", dead)
	require.NoError(t, err)
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return srv, redoxtest.NewFeed(t, server.URL, "t"), dead
}

func newOrder(t *testing.T, id string) *order.New {
	t.Helper()
	o, err := order.BuildNew().To("lab").Identifier("0000000001", "MR").
		Order(func(o *order.Order) { o.ID, o.Status, o.Procedure.Code = id, "New", "49086-2" }).Build()
	require.NoError(t, err)
	return o
}

// A handler by itself: what a retry would not fix is permanent.
func TestOrderWithoutPatient(t *testing.T) {
	o := newOrder(t, "1")
	o.Patient.Identifiers = nil
	lab := &Lab{Hospital: hospital, Measure: func(string) string { return "7.2" }}
	err := lab.take(t.Context(), redoxtest.Delivery(t, o), o)
	assert.True(t, webhook.IsPermanent(err), "%v", err)
}

// An order that is delivered twice is answered once.
func TestOrderTwice(t *testing.T) {
	srv, feed, _ := start(t)
	feed.Deliver(newOrder(t, "157968300")).Twice()
	_, err := feed.Run(t.Context())
	require.NoError(t, err)

	sent := redoxtest.Received[*results.New](srv)
	require.Len(t, sent, 1)
	assert.Equal(t, "157968300", sent[0].Orders[0].ID)
	assert.Equal(t, "7.2", sent[0].Orders[0].Results[0].Value)
	assert.Equal(t, "0000000001", sent[0].Patient.Identifiers[0].ID)
}

// While Redox cannot take results, orders wait, and none is lost.
func TestRedoxDown(t *testing.T) {
	srv, feed, _ := start(t)
	srv.Answers(redoxtest.BadGateway().Times(12))
	feed.Deliver(newOrder(t, "1"))
	feed.Deliver(newOrder(t, "2"))
	_, err := feed.Run(t.Context())
	require.NoError(t, err)
	assert.Len(t, redoxtest.Received[*results.New](srv), 2)
}

// What is wrong with one order does not stop those behind it.
func TestRefusedOrder(t *testing.T) {
	srv, feed, dead := start(t)
	srv.Destination(hospital).Supports("Results.New").Answers(redoxtest.OrderRejected(), redoxtest.Accepted())
	feed.Deliver(newOrder(t, "1"))
	feed.Deliver(newOrder(t, "2"))
	_, err := feed.Run(t.Context())
	require.NoError(t, err)
	assert.Len(t, redoxtest.Received[*results.New](srv), 1)
	kept := 0
	for m, err := range dead.Messages(t.Context()) {
		require.NoError(t, err)
		assert.Equal(t, deadletter.Rejected, m.Reason)
		kept++
	}
	assert.Equal(t, 1, kept)
}
