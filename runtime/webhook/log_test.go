package webhook_test

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/generated/patientsearch"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// TestFailuresNameTheHandler: the log and the outcome say which of the handlers
// failed, and why a message was put aside.
func TestFailuresNameTheHandler(t *testing.T) {
	temporary, permanent := errors.New("down"), webhook.Permanent(errors.New("never"))
	on := func(err error) arrivalHandler {
		return func(context.Context, webhook.Delivery, *patientadmin.Arrival) error { return err }
	}
	for name, tt := range map[string]struct {
		first, second error
		body          string
		handler       string
		reason        deadletter.Reason
	}{
		"temporary":       {nil, temporary, arrival("L1"), "PatientAdmin.Arrival", ""},
		"permanent":       {permanent, nil, arrival("L1"), "beds", deadletter.Rejected},
		"both permanent":  {permanent, permanent, arrival("L1"), "beds, PatientAdmin.Arrival", deadletter.Rejected},
		"handled":         {nil, nil, arrival("L1"), "", ""},
		"without handler": {nil, nil, event("Astrology", "New", "L1"), "", deadletter.Unhandled},
		"not JSON":        {nil, nil, "{", "", deadletter.Undecodable},
	} {
		t.Run(name, func(t *testing.T) {
			var o observed
			r := receive(t, func(mux *webhook.Mux, _ *receiver) {
				webhook.On(mux, on(tt.first), webhook.Named("beds"))
				webhook.On(mux, on(tt.second))
			}, func(c *webhook.Config) { c.Observers = []webhook.Observer{&o} })
			r.post(tt.body)
			require.Len(t, o.outcomes, 1)
			assert.Equal(t, tt.handler, o.outcomes[0].Handler)
			assert.Equal(t, tt.reason, o.outcomes[0].Reason)
			assert.Equal(t, tt.handler != "", strings.Contains(r.logged(), `"handler":"`+tt.handler+`"`))
			assert.Equal(t, tt.reason != "", strings.Contains(r.logged(), `"reason":"`+string(tt.reason)+`"`))
		})
	}
}

// TestOwnErrorsAreLogged: they repeat no content, unlike those of others.
func TestOwnErrorsAreLogged(t *testing.T) {
	r := receive(t, answering(func(context.Context, webhook.Delivery, *patientsearch.Query) (*patientsearch.Response, error) {
		return nil, nil
	}), nil)
	r.post(search("L1"))
	assert.Contains(t, r.logged(), "the handler returned neither an answer nor an error")
	assert.Contains(t, r.logged(), `"handler":"PatientSearch.Query"`)
}

// TestWrongTokenIsLogged: somebody may have changed it on one side only. It is
// said once a minute, and to nobody but the log.
func TestWrongTokenIsLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := receiveOffline(t, nil, func(*webhook.Config, *receiver) {})
		warnings := func() int { return strings.Count(r.logged(), `"level":"WARN"`) }
		for range 10 {
			r.do(http.MethodPost, "/", arrival("L1"))
		}
		assert.Zero(t, warnings(), "strangers have no token")
		for range 10 {
			a := r.do(http.MethodPost, "/", arrival("L1"), "verification-token", "wrong")
			assert.Equal(t, http.StatusUnauthorized, a.status)
			assert.Equal(t, "Unauthorized\n", a.body)
		}
		assert.Equal(t, 1, warnings())
		time.Sleep(time.Minute)
		r.do(http.MethodGet, "/?challenge=x&verification-token=wrong", "")
		assert.Equal(t, 2, warnings())
		assert.Contains(t, r.logged(), "the token is none of Config.Tokens")
	})
}

// TestDeliveriesInsideOtherValues: a logger encodes a list by its elements, not
// by what they say that is to be logged of them.
func TestDeliveriesInsideOtherValues(t *testing.T) {
	var o observed
	r := receive(t, nil, func(c *webhook.Config) { c.Observers = []webhook.Observer{&o} })
	r.post(arrival("L1"))
	r.post("{Planterson")
	for _, newHandler := range []func(io.Writer) slog.Handler{
		func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) },
		func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) },
	} {
		var log strings.Builder
		slog.New(newHandler(&log)).Info("x", "deliveries", r.noted(), "letters", r.letters(t), "outcomes", o.outcomes)
		assert.Contains(t, log.String(), "PatientAdmin.Arrival L1 attempt 1")
		for _, secret := range planted {
			assert.NotContains(t, log.String(), secret)
			assert.NotContains(t, log.String(), base64.StdEncoding.EncodeToString([]byte(arrival("L1")))[:40])
		}
	}
}
