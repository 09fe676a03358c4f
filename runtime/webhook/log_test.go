package webhook_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
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
// failed, and why a message was dead-lettered.
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
				webhook.On(mux, on(tt.first), webhook.WithName("beds"))
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

// TestHandledMessagesAreLogged: with their IDs, and with what their report says,
// of which no name is the message's own.
func TestHandledMessagesAreLogged(t *testing.T) {
	r := receive(t, nil, nil)
	body := strings.Replace(arrival("L1"), `"IDType":"MR"`, `"IDType":7,"Planterson":1,"Planterson":2,"Extensions":{"Planterson":7}`, 1)
	require.Equal(t, webhook.Handled, r.post(body).outcome)
	require.Equal(t, webhook.Duplicate, r.post(body).outcome)
	for _, outcome := range []string{"handled", "duplicate"} {
		assert.Regexp(t, `"level":"INFO","msg":"redox webhook: `+outcome+`","status":200,"took":\d+,"event":"PatientAdmin.Arrival","log_id":"L1","attempt_id":"a1","source":"src"`, r.logged())
	}
	assert.Contains(t, r.logged(), `Patient.Identifiers[0].IDType: type`)
	assert.Contains(t, r.logged(), `Patient.Identifiers[0]: unknown`)
	assert.Contains(t, r.logged(), `Patient.Identifiers[0]: duplicate`)
	assert.Contains(t, r.logged(), `Patient.Identifiers[0].Extensions: extension`)
	assert.NotContains(t, r.logged(), "Planterson")

	many := receive(t, nil, nil)
	require.Equal(t, webhook.Handled, many.post(strings.Replace(arrival("L1"), `"Notes":["plantedmaiden"]`, `"Notes":[`+strings.Repeat("1,", 50)+`1]`, 1)).outcome)
	assert.Contains(t, many.logged(), "; and ")
	assert.Less(t, strings.Count(many.logged(), "Notes["), 11)
}

// TestEventWithoutMeta: the log says that there is none.
func TestEventWithoutMeta(t *testing.T) {
	r := receive(t, nil, nil)
	for _, body := range []string{`{`, `{}`, `{"Meta":{}}`} {
		require.Equal(t, webhook.DeadLetter, r.post(body).outcome)
	}
	assert.Equal(t, 3, strings.Count(r.logged(), `"event":"unknown"`))
}

// TestWhatLogsSayOfErrors: of a handler's error its types, and the text only of
// what cannot hold patient data, or is said not to.
func TestWhatLogsSayOfErrors(t *testing.T) {
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	for name, tt := range map[string]struct {
		err  error
		want string
	}{
		"foreign":            {errors.New("no bed for Planterson"), "*errors.errorString"},
		"wrapped":            {fmt.Errorf("Planterson: %w", errors.New("Planterson")), "*fmt.wrapError: *errors.errorString"},
		"loggable":           {webhook.Loggable(errors.New("ward 7 is closed")), "ward 7 is closed"},
		"loggable, wrapped":  {fmt.Errorf("Planterson: %w", webhook.Loggable(errors.New("ward 7 is closed"))), "*fmt.wrapError: ward 7 is closed"},
		"loggable, joined":   {errors.Join(errors.New("Planterson"), webhook.Loggable(errors.New("closed"))), "*errors.errorString: closed"},
		"permanent loggable": {webhook.Permanent(webhook.Loggable(errors.New("closed"))), "closed"},
		"loggable permanent": {webhook.Loggable(webhook.Permanent(errors.New("closed"))), "closed"},
		"connection":         {fmt.Errorf("Planterson: %w", refused), "*fmt.wrapError: *net.OpError: *os.SyscallError: connection refused"},
		"end of file":        {fmt.Errorf("Planterson: %w", io.ErrUnexpectedEOF), "*fmt.wrapError: unexpected EOF"},
		"file":               {&fs.PathError{Op: "open", Path: "Planterson", Err: syscall.ENOENT}, "*fs.PathError: no such file or directory"},
		"cancelled":          {fmt.Errorf("Planterson: %w", context.Canceled), "*fmt.wrapError: context canceled"},
	} {
		t.Run(name, func(t *testing.T) {
			r := receive(t, func(mux *webhook.Mux, _ *receiver) {
				webhook.On(mux, func(context.Context, webhook.Delivery, *patientadmin.Arrival) error { return tt.err })
			}, nil)
			wantOutcome := webhook.Failed
			if webhook.IsPermanent(tt.err) {
				wantOutcome = webhook.DeadLetter
			}
			assert.Equal(t, wantOutcome, r.post(arrival("L1")).outcome)
			assert.Contains(t, r.logged(), `"error":`+strconv.Quote(tt.want))
		})
	}
	assert.NoError(t, webhook.Loggable(nil))
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
		assert.Contains(t, r.logged(), "the token is not one of Config.Tokens")
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
		slog.New(newHandler(&log)).Info("x", "deliveries", r.noted(), "deadLetters", r.deadLetters(t), "outcomes", o.outcomes)
		assert.Contains(t, log.String(), "PatientAdmin.Arrival L1 attempt 1")
		for _, secret := range planted {
			assert.NotContains(t, log.String(), secret)
			assert.NotContains(t, log.String(), base64.StdEncoding.EncodeToString([]byte(arrival("L1")))[:40])
		}
	}
}
