package client_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/common"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

const third = "1e1b5e5c-6a3c-4a39-a6a6-6f1c1f0a3c11"

func arrivalTo(ids ...string) *patientadmin.Arrival {
	a := arrival()
	a.Meta.Destinations = nil
	for _, id := range ids {
		a.Meta.Destinations = append(a.Meta.Destinations, common.Endpoint{ID: id})
	}
	return a
}

// Redox refuses one of several destinations: who has the message does not
// depend on their order.
func TestOneDestinationHasNoRoute(t *testing.T) {
	for name, tc := range map[string]struct{ to, accepted []string }{
		"last":  {[]string{emr, other, third}, []string{emr, other}},
		"first": {[]string{third, emr, other}, []string{emr, other}},
		"most":  {[]string{third, emr, "x"}, []string{emr}},
		"all":   {[]string{third, "x"}, nil},
		"only":  {[]string{third}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			srv := server(t)
			srv.Destination(emr)
			srv.Destination(other)
			_, err := newClient(t, srv.Config()).Send(t.Context(), arrivalTo(tc.to...))
			require.ErrorIs(t, err, client.ErrRouting)
			var e *client.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, tc.accepted, e.Accepted)
			assert.Len(t, e.Logs, len(tc.accepted))
			for i, l := range e.Logs {
				assert.Equal(t, tc.accepted[i], l.Destination)
			}
			if len(tc.accepted) > 0 {
				assert.ErrorContains(t, err, "; accepted for "+tc.accepted[0])
			}
			assert.Equal(t, tc.accepted, srv.Requests()[0].Accepted)
			assert.Len(t, redoxtest.Received[*patientadmin.Arrival](srv), min(len(tc.accepted), 1))
		})
	}
}

// What a refusal says of the others, in every form it could have.
func TestAcceptedAsFarAsToldOf(t *testing.T) {
	const noRoute = `"Errors":[{"Type":"message","Module":"Subscriptions"}]`
	for name, tc := range map[string]struct {
		status     int
		meta       string
		accepted   []string
		logOfFirst string
	}{
		"nothing":                   {403, noRoute, nil, ""},
		"the accepted one":          {403, noRoute + `,"Destinations":[{"ID":"` + other + `"}],"Logs":[{"ID":"1"}]`, []string{other}, other},
		"all destinations, one log": {403, noRoute + `,"Destinations":[{"ID":"` + emr + `"},{"ID":"` + other + `"}],"Logs":[{"ID":"1"}]`, nil, ""},
		"one log":                   {403, noRoute + `,"Logs":[{"ID":"1"}]`, nil, ""},
		"404":                       {404, `"Logs":[{"ID":"1"}],"Destinations":[{"ID":"` + other + `"}]`, []string{other}, other},
		"400 of a destination":      {400, `"Errors":[{"Type":"transmission","Module":"Send"}],"Logs":[{"ID":"1"},{"ID":"2"}]`, nil, emr},
		"400 of the message":        {400, `"Errors":[{"Type":"message","Module":"DataModels"}],"Logs":[{"ID":"1"},{"ID":"2"}]`, nil, emr},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, client.Config{
				Auth:       auth.Static("x"),
				HTTPClient: &http.Client{Transport: reply(tc.status, "application/json", `{"Meta":{"DataModel":"PatientAdmin",`+tc.meta+`}}`)},
			})
			_, err := c.Send(t.Context(), arrivalTo(emr, other))
			var e *client.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, tc.accepted, e.Accepted)
			if len(e.Logs) > 0 {
				assert.Equal(t, tc.logOfFirst, e.Logs[0].Destination)
			}
		})
	}
}
