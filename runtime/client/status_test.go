package client_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/printed"
	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

// Every status and body that Redox is known to answer with: the class of the
// error, whether the request is made again, and how many the server saw, for
// a send and for a query. The first answer is the one in question; then the
// server is well again.
func TestStatusTable(t *testing.T) {
	metaError := func(status int, kind, module, text string) redoxtest.Answer {
		return redoxtest.MetaErrors(status, redoxtest.MetaError{ID: 4711, Text: text + " " + planted, Type: kind, Module: module})
	}
	type want struct {
		class    error // nil: success in the end
		requests int
		unclear  bool
	}
	fails := func(class error) want { return want{class, 1, false} }
	again := want{nil, 2, false}
	const slow = "slower than the timeout"
	both := func(w want) [2]want { return [2]want{w, w} }

	for name, tc := range map[string]struct {
		answer redoxtest.Answer
		wants  [2]want // send, query
	}{
		"200":                          {redoxtest.Accepted(), both(want{nil, 1, false})},
		"200 Meta.Errors query/Send":   {metaError(200, "query", "Send", "not found"), [2]want{{nil, 1, false}, fails(client.ErrDestination)}},
		"200 HTML":                     {redoxtest.HTML(200), [2]want{{client.ErrResponse, 1, true}, fails(client.ErrResponse)}},
		"200 cut off":                  {redoxtest.CutOff(), [2]want{{client.ErrConnection, 1, true}, again}},
		"301":                          {redoxtest.Status(301, ""), both(fails(client.ErrResponse))},
		"400 message/DataModels":       {metaError(400, "message", "DataModels", "Patient.Identifiers[0].IDType in PatientAdmin:Arrival"), both(fails(client.ErrInvalid))},
		"400 message/Subscriptions":    {metaError(400, "message", "Subscriptions", "no subscriptions"), both(fails(client.ErrRouting))},
		"400 transmission/Send":        {metaError(400, "transmission", "Send", "returned an error"), both(fails(client.ErrDestination))},
		"400 plain":                    {redoxtest.PlainText(400, "bad "+planted), both(fails(client.ErrInvalid))},
		"400 no subscriptions, plain":  {redoxtest.GatewayError(400, "There are no subscriptions"), both(fails(client.ErrRouting))},
		"401":                          {redoxtest.Unauthorized(), both(again)},
		"401 HTML text":                {redoxtest.PlainText(401, "Invalid request"), both(again)},
		"401 OAuth":                    {redoxtest.Status(401, `{"error":"invalid_token","error_description":"expired"}`), both(again)},
		"403":                          {redoxtest.NoSubscription(), both(fails(client.ErrRouting))},
		"403 gateway":                  {redoxtest.GatewayError(403, planted), both(fails(client.ErrRouting))},
		"404":                          {redoxtest.PlainText(404, "Cannot POST"), both(fails(client.ErrRouting))},
		"405":                          {redoxtest.HTML(405), both(fails(client.ErrRouting))},
		"408":                          {redoxtest.HTML(408), [2]want{{client.ErrTimeout, 1, true}, again}},
		"413":                          {redoxtest.TooLarge(), both(fails(client.ErrTooLarge))},
		"422":                          {redoxtest.Status(422, `{"message":"`+planted+`"}`), both(fails(client.ErrInvalid))},
		"429":                          {redoxtest.RateLimited(7500), both(again)},
		"500":                          {redoxtest.InternalError(), [2]want{{client.ErrServer, 1, true}, again}},
		"500 transmission/Send":        {metaError(500, "transmission", "Send", "failed"), [2]want{{client.ErrDestination, 1, true}, again}},
		"502":                          {redoxtest.BadGateway(), both(again)},
		"503":                          {redoxtest.HTML(503), [2]want{{client.ErrServer, 1, true}, again}},
		"504":                          {redoxtest.GatewayTimeout(), [2]want{{client.ErrTimeout, 1, true}, again}},
		"dropped after it was read":    {redoxtest.Dropped(), [2]want{{client.ErrConnection, 1, true}, again}},
		slow:                           {redoxtest.Slow(time.Hour), [2]want{{client.ErrTimeout, 1, true}, again}},
		"larger than the limit":        {redoxtest.Huge(1 << 20), [2]want{{client.ErrResponse, 1, true}, fails(client.ErrResponse)}},
		"200 not an object":            {redoxtest.Status(200, `[1]`), [2]want{{client.ErrResponse, 1, true}, fails(client.ErrResponse)}},
		"200 errors with odd types":    {redoxtest.Status(200, `{"Meta":{"Errors":[{"ID":"x","Text":{},"Type":1}, 7]}}`), [2]want{{nil, 1, false}, fails(client.ErrDestination)}},
		"200 Meta.Message, pre-2023":   {redoxtest.Status(200, `{"Meta":{"Message":{"ID":5565}}}`), both(want{nil, 1, false})},
		"200 event, no logs":           {redoxtest.Status(200, `{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival"}}`), both(want{nil, 1, false})},
		"2016 answer":                  {redoxtest.Status(200, `{"MessageID":5565,"TransmissionID":12414}`), both(want{nil, 1, false})},
		"2016 error":                   {redoxtest.Status(400, `{"MessageID":5565,"ErrorIDs":[9],"ErrorMessages":["no subscriptions"]}`), both(fails(client.ErrRouting))},
		"Meta.Errors null, errors too": {redoxtest.Status(400, `{"Meta":{"Errors":null},"errorDetail":"x"}`), both(fails(client.ErrInvalid))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, op := range []string{"send", "query"} {
				srv := server(t)
				srv.Answers(tc.answer)
				config := srv.Config()
				if name == slow {
					config.Timeouts.Send, config.Timeouts.Query = time.Second, time.Second
				}
				config.Limits.Response = 64 << 10
				config.Rate.Per, config.Rate.Requests = 300*time.Millisecond, 1000
				c := newClient(t, config)

				var err error
				if op == "send" {
					_, err = c.Send(t.Context(), arrival())
				} else {
					_, err = client.Query(t.Context(), c, search())
				}
				w := tc.wants[i]
				assert.Len(t, srv.Requests(), w.requests, op)
				if w.class == nil {
					require.NoError(t, err, op)
					continue
				}
				require.ErrorIs(t, err, w.class, op)
				var e *client.Error
				require.ErrorAs(t, err, &e)
				assert.Equal(t, w.unclear, e.Unclear, "%s unclear: %v", op, err)
				assert.Equal(t, w.requests, e.Requests, op)
				assertWithout(t, printed.Forms(err), planted)
			}
		})
	}
}

// The table's retries end: requests are limited, and the last error is told.
func TestRetriesEnd(t *testing.T) {
	srv := server(t)
	srv.Destination(emr).Answers(redoxtest.BadGateway())
	c := newClient(t, srv.Config())
	_, err := c.Send(t.Context(), arrival())
	require.ErrorIs(t, err, client.ErrServer)
	require.ErrorIs(t, err, client.ErrTemporary)
	require.ErrorContains(t, err, "after 4 requests")
	assert.Len(t, srv.Requests(), 4)

	srv.Forget()
	srv.Destination(emr).Answers(redoxtest.Unauthorized())
	_, err = c.Send(t.Context(), arrival())
	require.ErrorIs(t, err, client.ErrUnauthorized)
	assert.Len(t, srv.Requests(), 2, "401 is tried once more, with a new token")
	assert.Equal(t, 1, srv.TokenRequests())
}

// Rate limits and expired tokens do not use up the retries.
func TestOtherReasonsDoNotCount(t *testing.T) {
	srv := server(t)
	srv.Destination(emr).Answers(redoxtest.RateLimited(1).Times(3), redoxtest.Unauthorized(), redoxtest.BadGateway(), redoxtest.Accepted())
	config := srv.Config()
	config.Retry.Requests = 2
	config.Rate = client.Rate{Requests: 1000, Per: 500 * time.Millisecond}
	receipt, err := newClient(t, config).Send(t.Context(), arrival())
	require.NoError(t, err)
	assert.Equal(t, 6, receipt.Requests)
}

// Asked to, Send repeats what is unclear, and says so if that fails too.
func TestRetryUnclear(t *testing.T) {
	srv := server(t)
	srv.Destination(emr).Answers(redoxtest.GatewayTimeout(), redoxtest.Accepted())
	c := newClient(t, srv.Config())
	receipt, err := c.Send(t.Context(), arrival(), client.WithRetryUnclear())
	require.NoError(t, err)
	assert.Equal(t, 2, receipt.Requests)

	srv.Destination(emr).Answers(redoxtest.GatewayTimeout(), redoxtest.NoSubscription())
	_, err = c.Send(t.Context(), arrival(), client.WithRetryUnclear())
	require.ErrorIs(t, err, client.ErrRouting)
	var e *client.Error
	require.ErrorAs(t, err, &e)
	assert.True(t, e.Unclear, "the first request may have been accepted")
	assert.Equal(t, http.StatusForbidden, e.Status)
}

// A connection that ends after the request was read: only the server can tell
// that it was accepted, so a send is not repeated and a query is.
func TestDroppedConnection(t *testing.T) {
	srv := server(t)
	srv.Destination(emr).Answers(redoxtest.Accepted(), redoxtest.Dropped(), redoxtest.Accepted())
	c := newClient(t, srv.Config())
	_, err := c.Send(t.Context(), arrival()) // the connection is kept, and used again
	require.NoError(t, err)
	_, err = c.Send(t.Context(), arrival())
	require.ErrorIs(t, err, client.ErrConnection)
	require.ErrorContains(t, err, "may have been accepted")
	assert.Len(t, srv.Requests(), 2)

	srv.Forget()
	srv.Destination(emr).Answers(redoxtest.Dropped(), redoxtest.Accepted())
	_, err = client.Query(t.Context(), c, search())
	require.NoError(t, err)
	assert.Len(t, srv.Requests(), 2)
}

// A transport need not tell when there is a connection: doubles do not, nor do
// those that make requests with a context of their own. Then only a failed dial
// is certain to have sent nothing.
func TestLostAnswerOfTransportWithoutTrace(t *testing.T) {
	arrived := 0
	for name, transport := range map[string]pretend{
		"own context": func(r *http.Request) (*http.Response, error) {
			arrived++
			return http.DefaultTransport.RoundTrip(r.Clone(context.Background()))
		},
		"double": func(*http.Request) (*http.Response, error) {
			arrived++
			return nil, io.ErrUnexpectedEOF
		},
		"double that fails to read": func(*http.Request) (*http.Response, error) {
			arrived++
			return nil, &net.OpError{Op: "read", Err: syscall.ECONNRESET}
		},
	} {
		t.Run(name, func(t *testing.T) {
			srv := server(t)
			srv.Destination(emr).Answers(redoxtest.Dropped())
			t.Cleanup(http.DefaultClient.CloseIdleConnections)
			config := srv.Config()
			tokens, err := auth.New(srv.OAuth()) // past the transport in question
			require.NoError(t, err)
			config.Auth, config.HTTPClient = tokens, &http.Client{Transport: transport}
			c := newClient(t, config)
			arrived = 0
			_, err = c.Send(t.Context(), arrival())
			require.ErrorIs(t, err, client.ErrConnection)
			var e *client.Error
			require.ErrorAs(t, err, &e)
			assert.True(t, e.Unclear, "it may have been accepted")
			assert.Equal(t, 1, arrived, "it must not arrive twice")

			arrived = 0
			_, err = client.Query(t.Context(), c, search())
			require.ErrorIs(t, err, client.ErrConnection)
			assert.Equal(t, 4, arrived, "asking again does no harm")
		})
	}
}

func TestConnectionRefusedIsRetried(t *testing.T) {
	srv := server(t)
	config := srv.Config()
	dials := 0
	refuse := &refusing{dials: &dials, failures: 2, next: http.DefaultTransport}
	config.HTTPClient = &http.Client{Transport: refuse}
	config.Auth = srv.OAuth()
	c := newClient(t, config)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	receipt, err := c.Send(t.Context(), arrival())
	require.NoError(t, err)
	assert.Equal(t, 3, receipt.Requests)
	assert.Len(t, srv.Requests(), 1)

	srv.Close()
	_, err = c.Send(t.Context(), arrival())
	require.ErrorIs(t, err, client.ErrConnection)
	require.ErrorIs(t, err, client.ErrTemporary)
	require.ErrorContains(t, err, "connection refused")
	var e *client.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, 4, e.Requests)
	assert.False(t, e.Unclear)
}
