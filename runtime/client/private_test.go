package client_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/printed"
	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

// Whatever the server does with a message and a token, neither shows up in
// errors and logs.
func TestNothingLeaks(t *testing.T) {
	const token = "planted-token"
	hostile := map[string]pretend{
		"everything planted": reply(400, "application/json", fmt.Sprintf(
			`{"Meta":{"Errors":[{"ID":"%[1]s","Text":"%[1]s.%[1]s in %[1]s:%[1]s","Type":"%[1]s","Module":"%[1]s"}],"Logs":[{"ID":"%[1]s","AttemptID":"%[1]s"}],"Destinations":[{"ID":"%[1]s","Name":"%[1]s"}]}}`, planted)),
		"plain":          reply(500, "text/plain", planted+" "+token),
		"gateway":        reply(403, "application/json", `{"errorDetail":"`+planted+`"}`),
		"oauth":          reply(401, "application/json", `{"error":"`+planted+`","error_description":"`+token+`"}`),
		"HTML":           reply(200, "text/html", "<p>"+planted),
		"redirect":       reply(307, planted, planted),
		"limit header":   reply(429, planted, planted),
		"transport":      func(*http.Request) (*http.Response, error) { return nil, errors.New(planted + " " + token) },
		"cut body":       cutReply(200, planted),
		"query errors":   reply(200, "application/json", `{"Meta":{"Errors":[{"Text":"`+planted+`"}]},"Patient":{"LastName":"`+planted+`"}}`),
		"not JSON":       reply(200, "application/json", `{"`+planted),
		"success":        reply(200, "application/json", `{"Meta":{"Logs":[{"ID":"`+planted+`"}]},"Patient":{"Demographics":{"LastName":"`+planted+`"}}}`),
		"2016":           reply(400, "application/json", `{"MessageID":"`+planted+`","ErrorIDs":["`+planted+`"],"ErrorMessages":["`+planted+`"]}`),
		"echoes request": echoRequest,
	}
	for name, transport := range hostile {
		t.Run(name, func(t *testing.T) {
			var logs bytes.Buffer
			seen := &recorder{}
			c := newClient(t, client.Config{
				Auth:       auth.Static(token),
				HTTPClient: &http.Client{Transport: transport},
				Retry:      client.Retry{Requests: 1},
				Rate:       client.Rate{Per: time.Millisecond},
				Logger:     slog.New(slog.NewJSONHandler(&logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
				Observers:  []client.Observer{seen},
			})
			_, sendErr := c.Send(t.Context(), arrival())
			answer, queryErr := client.Query(t.Context(), c, search())
			_, uploadErr := c.Upload(t.Context(), planted+".pdf", strings.NewReader(planted))
			text := logs.String() + printed.Forms(c) + fmt.Sprintf("%v %+v %#v", answer, answer, answer)
			for _, err := range []error{sendErr, queryErr, uploadErr} {
				if err != nil {
					text += printed.Forms(err) + printed.Forms(struct{ Err error }{err})
					var e *client.Error
					require.ErrorAs(t, err, &e)
					text += printed.Forms(e.Errors) + printed.Forms(e.Detail)
				}
			}
			for _, o := range seen.outcomes {
				if o.Err != nil {
					text += o.Err.Error()
				}
			}
			assertWithout(t, text, planted)
			assertWithout(t, text, token)
			assert.NotEmpty(t, logs.String())
		})
	}
}

// What the server said can be had on purpose.
func TestWithheldCanBeRead(t *testing.T) {
	srv := server(t)
	srv.Destination(emr).Answers(redoxtest.MetaErrors(400, redoxtest.MetaError{ID: 1, Text: planted, Type: "transmission", Module: "Send"}))
	_, err := newClient(t, srv.Config()).Send(t.Context(), arrival())
	var e *client.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, planted, string(e.Errors[0].Text))
	assert.Equal(t, "transmission", e.Errors[0].Type)
	assert.Equal(t, "1", e.Errors[0].ID)
	assert.Equal(t, client.ErrDestination, e.Class())
	assert.Equal(t, "(14 bytes withheld)", e.Errors[0].Text.String())
}

func reply(status int, kind, body string) pretend {
	return func(r *http.Request) (*http.Response, error) {
		_, _ = io.Copy(io.Discard, r.Body)
		return &http.Response{
			StatusCode: status, Request: r, ContentLength: int64(len(body)),
			Header: http.Header{"Content-Type": {kind}, "Location": {"https://example.com/" + body}},
			Body:   io.NopCloser(strings.NewReader(body)),
		}, nil
	}
}

func cutReply(status int, body string) pretend {
	return func(r *http.Request) (*http.Response, error) {
		resp, err := reply(status, "application/json", body)(r)
		resp.ContentLength += 10
		return resp, err
	}
}

func echoRequest(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	return reply(400, "application/json", fmt.Sprintf(`{"errorDetail":%q}`, string(body)+r.Header.Get("Authorization")))(r)
}

// recorder is an Observer that keeps what it is told.
type recorder struct {
	calls    []client.Call
	requests []client.Request
	outcomes []client.Outcome
}

func (r *recorder) Begin(ctx context.Context, c client.Call) (context.Context, client.CallObserver) {
	r.calls = append(r.calls, c)
	return ctx, r
}
func (r *recorder) Request(q client.Request) { r.requests = append(r.requests, q) }
func (r *recorder) End(o client.Outcome)     { r.outcomes = append(r.outcomes, o) }

func TestObservers(t *testing.T) {
	srv := server(t)
	srv.Destination(emr).Answers(redoxtest.BadGateway(), redoxtest.Accepted())
	seen := &recorder{}
	var logs bytes.Buffer
	config := srv.Config()
	config.Observers = []client.Observer{seen}
	config.Logger = slog.New(slog.NewTextHandler(&logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	c := newClient(t, config)
	_, err := c.Send(t.Context(), arrival())
	require.NoError(t, err)

	require.Len(t, seen.calls, 1)
	assert.Equal(t, client.OpSend, seen.calls[0].Op)
	assert.Equal(t, "PatientAdmin.Arrival", seen.calls[0].Event)
	assert.Positive(t, seen.calls[0].Bytes)
	require.Len(t, seen.requests, 2)
	assert.Equal(t, 502, seen.requests[0].Status)
	assert.True(t, seen.requests[0].Again)
	assert.Contains(t, seen.requests[0].Reason, "502")
	assert.ErrorIs(t, seen.requests[0].Err, client.ErrServer)
	require.Len(t, seen.outcomes, 1)
	assert.Equal(t, 2, seen.outcomes[0].Requests)
	assert.Len(t, seen.outcomes[0].Logs, 1)
	assert.NoError(t, seen.outcomes[0].Err)
	assert.Contains(t, logs.String(), `reason="HTTP 502: nothing was accepted"`)
	assert.Contains(t, logs.String(), "event=PatientAdmin.Arrival")
	assert.Contains(t, logs.String(), "destination="+emr)

	srv.Destination(emr).Answers(redoxtest.Status(400, `{"Meta":{"Logs":[{"ID":"d9f5d293"}],"Errors":[{"ID":1,"Type":"transmission","Module":"Send"}]}}`))
	_, err = c.Send(t.Context(), arrival())
	require.Error(t, err)
	require.Len(t, seen.outcomes, 2)
	assert.Equal(t, "d9f5d293", seen.outcomes[1].Logs[0].ID, "failures have logs as well")

	msg := arrival()
	msg.Meta.Destinations = nil
	_, err = c.Send(t.Context(), msg)
	require.Error(t, err)
	assert.Len(t, seen.outcomes, 3, "a refusal is told too")
}
