package client_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/printed"
	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

// A message counts as accepted when Redox says so, and not because something
// between here and there answered 200 with JSON of its own.
func TestAnswerOfSomethingElse(t *testing.T) {
	for name, body := range map[string]string{
		"empty object":   `{}`,
		"status":         `{"status":"ok","id":7}`,
		"gateway error":  `{"errorDetail":"refused ` + planted + `"}`,
		"OAuth error":    `{"error":"x","error_description":"` + planted + `"}`,
		"empty Meta":     `{"Meta":{}}`,
		"Meta null":      `{"Meta":null}`,
		"Meta no object": `{"Meta":"` + planted + `"}`,
		"foreign Meta":   `{"Meta":{"page":1},"Errors":[]}`,
		"empty lists":    `{"Meta":{"Logs":[],"Errors":[]},"ErrorIDs":[]}`,
	} {
		t.Run(name, func(t *testing.T) {
			srv := server(t)
			srv.Answers(redoxtest.Status(200, body))
			_, err := newClient(t, srv.Config()).Send(t.Context(), arrival(), client.WithRetryUnclear())
			require.ErrorIs(t, err, client.ErrResponse)
			require.ErrorContains(t, err, "neither a log nor the event")
			var e *client.Error
			require.ErrorAs(t, err, &e)
			assert.True(t, e.Unclear, "it may have been accepted")
			assert.Equal(t, 1, e.Requests)
			assertWithout(t, printed.Forms(err), planted)
			if name == "gateway error" {
				assert.Equal(t, "refused "+planted, string(e.Detail), "for those who want it")
			}
		})
	}
}

// What a status means does not depend on whether its body can be read.
func TestErrorTooLongToRead(t *testing.T) {
	for status, want := range map[int]struct {
		class   error
		unclear bool
	}{
		200: {client.ErrResponse, true},
		400: {client.ErrInvalid, false},
		408: {client.ErrTimeout, true},
		500: {client.ErrServer, true},
		502: {client.ErrServer, false},
		503: {client.ErrServer, true},
		504: {client.ErrTimeout, true},
	} {
		srv := server(t)
		srv.Answers(redoxtest.Status(status, strings.Repeat(planted, 1000)))
		config := srv.Config()
		config.Limits.Response, config.Retry.Requests = 1000, 1
		_, err := newClient(t, config).Send(t.Context(), arrival())
		require.ErrorIs(t, err, client.ErrResponse)
		require.ErrorIs(t, err, want.class)
		var e *client.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, want.class, e.Class(), "HTTP %d", status)
		assert.Equal(t, want.unclear, e.Unclear, "HTTP %d", status)
		assert.Equal(t, status >= 500 || status == 408, errors.Is(err, client.ErrTemporary), "HTTP %d", status)
	}
}

// A query has found nothing when Redox says so, and not because an error has
// none of the members that an answer would.
func TestErrorIsNoEmptyAnswer(t *testing.T) {
	const event = `"DataModel":"PatientSearch","EventType":"Query"`
	for body, class := range map[string]error{
		`{}`:                                                  client.ErrResponse,
		`{"message":"` + planted + `"}`:                       client.ErrResponse,
		`{"error":"invalid_token"}`:                           client.ErrResponse,
		`{"errorDetail":"` + planted + `"}`:                   client.ErrResponse,
		`{"Meta":{},"Patients":[]}`:                           client.ErrResponse,
		`{"Errors":["` + planted + `"]}`:                      client.ErrResponse,
		`{"Meta":{` + event + `,"Errors":{}}}`:                nil,
		`{"PotentialMatches":[]}`:                             nil,
		`{"Meta":{` + event + `,"Errors":"` + planted + `"}}`: client.ErrDestination,
		`{"Meta":{` + event + `,"Errors":{"ID":1,"Type":"message","Module":"Subscriptions"}}}`:   client.ErrRouting,
		`{"Meta":{` + event + `},"Errors":[{"ID":1,"Type":"message","Module":"Subscriptions"}]}`: client.ErrRouting,
	} {
		srv := server(t)
		srv.Answers(redoxtest.Status(200, body))
		_, err := client.Query(t.Context(), newClient(t, srv.Config()), search())
		if class == nil {
			require.NoError(t, err, body)
			continue
		}
		require.ErrorIs(t, err, class, body)
		assertWithout(t, printed.Forms(err), planted)
		if body == `{"errorDetail":"`+planted+`"}` {
			var e *client.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, planted, string(e.Detail), "for those who want it")
		}
	}
}

// Some gateways put a byte-order mark before what Redox says, or write UTF-16.
func TestEncodingsOfAnswers(t *testing.T) {
	clientOf := func(status int, body string) *client.Client {
		return newClient(t, client.Config{
			Auth:       auth.Static("x"),
			Retry:      client.Retry{Requests: 1},
			HTTPClient: &http.Client{Transport: reply(status, "application/json", body)},
		})
	}
	receipt, err := clientOf(200, "\ufeff"+`{"Meta":{"Logs":[{"ID":"1"}]}}`).Send(t.Context(), arrival())
	require.NoError(t, err)
	assert.Equal(t, "1", receipt.Logs[0].ID)
	found, err := client.Query(t.Context(), clientOf(200, "\ufeff"+`{"Patient":{"Identifiers":[{"ID":"7"}]}}`), search())
	require.NoError(t, err)
	assert.Equal(t, "7", found.Patient.Identifiers[0].ID)
	uri, err := clientOf(201, "\ufeff"+`{"URI":"u"}`).Upload(t.Context(), "x.pdf", strings.NewReader("x"))
	require.NoError(t, err)
	assert.Equal(t, "u", uri)
	_, err = clientOf(403, "\ufeff"+`{"errorDetail":"no subscription"}`).Send(t.Context(), arrival())
	require.ErrorIs(t, err, client.ErrRouting)

	wide := strings.Join(strings.Split(`{"Meta":{}}`, ""), "\x00") + "\x00"
	for _, body := range []string{wide, "\xff\xfe" + wide, "\xfe\xff\x00" + wide} {
		for _, status := range []int{200, 400} {
			_, err := clientOf(status, body).Send(t.Context(), arrival())
			require.ErrorContains(t, err, "UTF-16", "%d %q", status, body)
			_, err = clientOf(status, body).Upload(t.Context(), "x.pdf", strings.NewReader("x"))
			require.ErrorContains(t, err, "UTF-16", "%d %q", status, body)
		}
	}
}
