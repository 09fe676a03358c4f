package client_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// A message that was received can be sent on, with what no field shows.
func TestSendUnknownEvent(t *testing.T) {
	srv := server(t)
	c := newClient(t, srv.Config())
	msg, _, err := redox.Dispatch([]byte(`{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","Destinations":[{"ID":"` + emr + `"}]},"Patient":{"Identifiers":[{"ID":"1","IDType":"MR"}]},"New":[1.0]}`))
	require.NoError(t, err)
	require.IsType(t, (*redox.Unknown)(nil), msg)
	_, err = c.Send(t.Context(), msg)
	require.NoError(t, err)
	assert.Contains(t, string(srv.Requests()[0].Body), `"New":[1.0]`)
}

// What is checked is what is sent: the fields of an Unknown are not.
func TestUnknownWithChangedMeta(t *testing.T) {
	srv := server(t)
	config := srv.Config()
	config.Destinations, config.RefuseUndeclared = client.Destinations{emr: {"*"}}, true
	c := newClient(t, config)
	for name, change := range map[string]func(*redox.Unknown){
		"destination": func(u *redox.Unknown) { u.Meta.Destinations = []redox.Endpoint{{ID: emr}} },
		"event":       func(u *redox.Unknown) { u.Meta.EventType = "Discharge" },
		"test":        func(u *redox.Unknown) { u.Meta.Test = redox.False },
		"text":        func(u *redox.Unknown) { u.JSON = `{}` },
		"no text":     func(u *redox.Unknown) { u.JSON = "" },
	} {
		to := emr
		if name == "destination" {
			to = other
		}
		msg, _, err := redox.Dispatch([]byte(`{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","Test":true,"Destinations":[{"ID":"` + to + `"}]}}`))
		require.NoError(t, err)
		unknown := msg.(*redox.Unknown)
		change(unknown)
		for _, m := range []redox.Message{unknown, struct{ *redox.Unknown }{unknown}, &struct{ *redox.Unknown }{unknown}} {
			_, err = c.Send(t.Context(), m)
			require.ErrorIs(t, err, client.ErrInvalid, "%s, %T", name, m)
		}
	}
	assert.Empty(t, srv.Requests())
}
