package client_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/common"
	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

// What files and environment variables add to an ID is found before it fails at
// Redox.
func TestSettingsWithWhiteSpace(t *testing.T) {
	for name, set := range map[string]func(c *client.Config, v string){
		"SourceID":              func(c *client.Config, v string) { c.SourceID = v },
		"BaseURL":               func(c *client.Config, v string) { c.BaseURL = v },
		"UploadURL":             func(c *client.Config, v string) { c.UploadURL = v },
		"QueryPath":             func(c *client.Config, v string) { c.QueryPath = "/" + v },
		"an ID of Destinations": func(c *client.Config, v string) { c.Destinations = client.Destinations{v: {"*"}} },
	} {
		const value = "https://hunter2.example.com"
		for _, bad := range []string{value + "\n", value + "\r\n", value + " ", value + "\ufeff", value[:12] + "\n" + value[12:]} {
			config := client.Config{Auth: auth.Static("x")}
			set(&config, bad)
			_, err := client.New(config)
			require.ErrorContains(t, err, "client: "+name, "%q", bad)
			assert.NotContains(t, err.Error(), "hunter2")
		}
		config := client.Config{Auth: auth.Static("x")}
		set(&config, value)
		_, err := client.New(config)
		require.NoError(t, err, name)
	}

	message := arrival()
	message.Meta.Destinations = []common.Endpoint{{ID: emr}, {ID: other + "\n"}}
	err := newClient(t, client.Config{Auth: auth.Static("x")}).Check(message)
	require.ErrorIs(t, err, client.ErrInvalid)
	require.ErrorContains(t, err, "Meta.Destinations[1].ID begins or ends with white space")
}

// The base URL is that of messages, queries and tokens, and what is wrong with it
// is said once.
func TestConfigurationIsCriticisedOnce(t *testing.T) {
	for _, bad := range []string{"localhost:1", "http://example.com", "https://u:p@example.com", "https://example.com ", "x"} {
		for _, a := range []auth.Credentials{
			auth.Static("x"), auth.Legacy{APIKey: "k", Secret: "s"},
			auth.OAuth{ClientID: "c", KeyID: "k", Secret: "0f0e8ef5-7e40-4d0e-9a37-6a2d1f1a86ac"},
		} {
			_, err := client.New(client.Config{Auth: a, BaseURL: bad})
			require.Error(t, err)
			assert.Equal(t, 1, strings.Count(err.Error(), "BaseURL"), "%v", err)
			assert.NotContains(t, err.Error(), "\n")
		}
	}
	_, err := client.New(client.Config{BaseURL: "x", SourceID: "s\n", Auth: auth.Legacy{APIKey: "k"}, Timeouts: client.Timeouts{Send: 30}})
	assert.Len(t, strings.Split(err.Error(), "\n"), 4, "%v", err)
}

// Durations without a unit are nanoseconds, which nobody means.
func TestDurationsWithoutUnit(t *testing.T) {
	for name, config := range map[string]client.Config{
		"Timeouts.Send":   {Timeouts: client.Timeouts{Send: 30}},
		"Timeouts.Query":  {Timeouts: client.Timeouts{Query: 30}},
		"Timeouts.Upload": {Timeouts: client.Timeouts{Upload: 30}},
		"Retry.First":     {Retry: client.Retry{First: 30}},
		"Retry.Max":       {Retry: client.Retry{Max: 30}},
		"Rate.Per":        {Rate: client.Rate{Per: 300}},
	} {
		config.Auth = auth.Static("x")
		_, err := client.New(config)
		require.ErrorContains(t, err, name)
		require.ErrorContains(t, err, "time.Second")
	}
}

// Nothing of a client can be less than zero.
func TestNegativeSettings(t *testing.T) {
	for name, config := range map[string]client.Config{
		"Timeouts.Send":   {Timeouts: client.Timeouts{Send: -1}},
		"Timeouts.Query":  {Timeouts: client.Timeouts{Query: -time.Second}},
		"Timeouts.Upload": {Timeouts: client.Timeouts{Upload: -1}},
		"Retry.First":     {Retry: client.Retry{First: -1}},
		"Retry.Max":       {Retry: client.Retry{Max: -1}},
		"Retry.Requests":  {Retry: client.Retry{Requests: -1}},
		"Rate.Per":        {Rate: client.Rate{Per: -1}},
		"Rate.Requests":   {Rate: client.Rate{Requests: -1}},
		"Limits.Message":  {Limits: client.Limits{Message: -1}},
		"Limits.Upload":   {Limits: client.Limits{Upload: -1}},
		"Limits.Embed":    {Limits: client.Limits{Embed: -1}},
		"Limits.Response": {Limits: client.Limits{Response: -1}},
	} {
		config.Auth = auth.Static("x")
		_, err := client.New(config)
		require.EqualError(t, err, "client: "+name+" is negative; leave it out for the default")
	}
}

// A client without a logger of its own uses the program's, and so do its tokens.
func TestDefaultLogger(t *testing.T) {
	var logs bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&logs, nil)))
	defer slog.SetDefault(before)
	srv := server(t)
	srv.Answers(redoxtest.InternalError())
	_, err := newClient(t, srv.Config()).Send(t.Context(), arrival())
	require.Error(t, err)
	assert.Contains(t, logs.String(), "redox: new access token")
	assert.Contains(t, logs.String(), "redox: request failed")
}

// By itself, an error of a class says where it is from; the package is not said
// twice.
func TestErrorsNameTheirPackage(t *testing.T) {
	for _, class := range []error{
		client.ErrUnsupported, client.ErrTestMessage, client.ErrInvalid, client.ErrUnauthorized, client.ErrForbidden,
		client.ErrRouting, client.ErrRateLimited, client.ErrTooLarge, client.ErrDestination, client.ErrServer,
		client.ErrTimeout, client.ErrConnection, client.ErrResponse, client.ErrTemporary,
	} {
		assert.True(t, strings.HasPrefix(class.Error(), "client: "), class)
	}
	srv := server(t)
	srv.TokenAnswers(redoxtest.Status(401, `{"error":"invalid_client"}`))
	_, err := newClient(t, srv.Config()).Send(t.Context(), arrival())
	assert.Equal(t, 1, strings.Count(err.Error(), "client: "), err)
	assert.Equal(t, 1, strings.Count(err.Error(), "auth: "), err)
}

// The IDs that a caller gives its destinations are for its logs and errors to
// show; what could be anything else is not.
func TestDestinationsInLogsAndErrors(t *testing.T) {
	for id, shown := range map[string]string{emr: emr, "emr-a": "emr-a", "Main_EMR.2": "Main_EMR.2", `{"LastName":"Bixby"}`: "(20 bytes)"} {
		var logs bytes.Buffer
		seen := &recorder{}
		c := newClient(t, client.Config{
			Auth:       auth.Static("x"),
			HTTPClient: &http.Client{Transport: reply(400, "application/json", `{"Meta":{"Logs":[{"ID":"1"}]}}`)},
			Logger:     slog.New(slog.NewJSONHandler(&logs, nil)),
			Observers:  []client.Observer{seen},
		})
		message := arrival()
		message.Meta.Destinations[0].ID = id
		_, err := c.Send(t.Context(), message)
		require.ErrorContains(t, err, "to "+shown+":")
		assert.Contains(t, logs.String(), `"destination":"`+shown+`"`)
		assert.Equal(t, []string{shown}, seen.calls[0].Destinations)
		assert.Equal(t, shown, seen.outcomes[0].Logs[0].Destination)
		assert.NotContains(t, logs.String()+err.Error(), "Bixby")
	}
}

// A Retry-After date counts by the clock of the server, wherever ours stands.
func TestRetryAfterDate(t *testing.T) {
	for _, skew := range []time.Duration{0, -time.Hour, time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			requests := 0
			transport := pretend(func(r *http.Request) (*http.Response, error) {
				requests++
				if requests > 1 {
					return reply(200, "application/json", `{"Meta":{"Logs":[{"ID":"1"}]}}`)(r)
				}
				resp, err := reply(429, "text/plain", "")(r)
				theirs := time.Now().Add(skew)
				resp.Header.Set("Date", theirs.UTC().Format(http.TimeFormat))
				resp.Header.Set("Retry-After", theirs.Add(time.Minute).UTC().Format(http.TimeFormat))
				return resp, err
			})
			c := newClient(t, client.Config{Auth: auth.Static("x"), HTTPClient: &http.Client{Transport: transport}})
			start := time.Now()
			_, err := c.Send(t.Context(), arrival())
			require.NoError(t, err)
			assert.InDelta(t, time.Minute, time.Since(start), float64(10*time.Second), "%v", skew)
		})
	}
}
