package webhook_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/dedup/sqldedup"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

func TestHandled(t *testing.T) {
	r := receive(t, nil, nil)
	a := r.post(arrival("L1"))
	assert.Equal(t, http.StatusOK, a.status)
	assert.Equal(t, webhook.Handled, a.outcome)
	require.Len(t, r.noted(), 1)
	d := r.noted()[0]
	assert.Equal(t, arrival("L1"), string(d.Raw))
	assert.Equal(t, "PatientAdmin.Arrival", d.Event())
	assert.Equal(t, "L1", d.LogID)
	assert.Equal(t, "a1", d.AttemptID)
	assert.Equal(t, "src", d.Source.ID)
	assert.Equal(t, "dst", d.Destinations[0].ID)
	assert.True(t, d.Test)
	assert.False(t, d.Redelivery)
	assert.Equal(t, 1, d.Attempt)
	assert.WithinDuration(t, time.Now(), d.Received, time.Minute)
	assert.Regexp(t, "^src/dst/log:L1/text:[0-9a-f]{32}$", string(d.MessageKey()))
	assert.Equal(t, d.MessageKey().Sub("PatientAdmin.Arrival"), d.Key())
	for _, v := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		assert.NotContains(t, fmt.Sprintf(v, d), "Planterson")
		assert.NotContains(t, fmt.Sprintf(v, d), fmt.Sprintf("%x", "Planterson"))
	}
}

func TestDuplicate(t *testing.T) {
	r := receive(t, nil, nil)
	assert.Equal(t, webhook.Handled, r.post(arrival("L1")).outcome)
	a := r.post(strings.Replace(arrival("L1"), `"a1"`, `"a2"`, 1))
	assert.Equal(t, http.StatusOK, a.status)
	assert.Equal(t, webhook.Duplicate, a.outcome)
	assert.Equal(t, webhook.Handled, r.post(strings.Replace(arrival("L1"), `"dst"`, `"other"`, 1)).outcome, "for another destination")
	assert.Len(t, r.noted(), 2)
}

func TestTemporaryErrorIsRetried(t *testing.T) {
	calls := 0
	r := receive(t, func(mux *webhook.Mux, r *receiver) {
		webhook.On(mux, func(_ context.Context, d webhook.Delivery, ev *patientadmin.Arrival) error {
			r.note(d)
			if calls++; calls < 3 {
				return fmt.Errorf("insert %s: %w", ev.Patient.Demographics.LastName, errors.ErrUnsupported)
			}
			return nil
		})
	}, nil)
	for range 2 {
		a := r.post(arrival("L1"))
		assert.Equal(t, http.StatusServiceUnavailable, a.status)
		assert.Equal(t, webhook.Failed, a.outcome)
		assert.Equal(t, "10", a.header.Get("Retry-After"))
	}
	assert.Equal(t, webhook.Handled, r.post(arrival("L1")).outcome)
	assert.Equal(t, webhook.Duplicate, r.post(arrival("L1")).outcome)
	d := r.noted()
	require.Len(t, d, 3)
	assert.Equal(t, []any{false, true, true}, []any{d[0].Redelivery, d[1].Redelivery, d[2].Redelivery})
	assert.Equal(t, 3, d[2].Attempt)
	assert.Empty(t, r.deadLetters(t))
	assert.Contains(t, r.logged(), "*fmt.wrapError", "the error's type is logged")
}

// TestPoison: whatever is wrong with a message, it is dead-lettered byte for byte,
// answered 200, and the next message is not delayed.
func TestPoison(t *testing.T) {
	rejects := func(err error) func(*webhook.Mux, *receiver) {
		return func(mux *webhook.Mux, _ *receiver) {
			webhook.On(mux, func(_ context.Context, d webhook.Delivery, ev *patientadmin.Arrival) error {
				if d.LogID == "poison" {
					return err
				}
				return nil
			})
		}
	}
	invalid := strings.Replace(arrival("poison"), `"Identifiers":[`, `"Identifiers":{"a":[`, 1)
	invalid = strings.Replace(invalid, `"IDType":"MR"}]`, `"IDType":"MR"}]}`, 1)
	for name, tt := range map[string]struct {
		body     string
		register func(*webhook.Mux, *receiver)
		reason   deadletter.Reason
	}{
		"unknown event":       {event("PatientAdmin", "Teleport", "poison"), nil, deadletter.Unhandled},
		"unknown data model":  {event("Astrology", "New", "poison"), nil, deadletter.Unhandled},
		"no Meta":             {`{"Patient":{"Demographics":{"LastName":"Planterson"}}}`, nil, deadletter.Unhandled},
		"Meta is no object":   {`{"Meta":"Planterson"}`, nil, deadletter.Unhandled},
		"not JSON":            {`{"Patient": "Planterson`, nil, deadletter.Undecodable},
		"not JSON after Meta": {arrival("poison") + "}", nil, deadletter.Undecodable},
		"an array":            {`["Planterson"]`, nil, deadletter.Undecodable},
		"permanent error": {arrival("poison"),
			rejects(webhook.Permanent(errors.New("no bed for Planterson"))), deadletter.Rejected},
		"does not fit its schema, and the handler insists": {invalid, func(mux *webhook.Mux, _ *receiver) {
			webhook.On(mux, func(_ context.Context, d webhook.Delivery, ev *patientadmin.Arrival) error { return d.Report.Err() })
		}, deadletter.Rejected},
	} {
		t.Run(name, func(t *testing.T) {
			r := receive(t, tt.register, nil)
			a := r.post(tt.body)
			assert.Equal(t, http.StatusOK, a.status)
			assert.Equal(t, webhook.DeadLetter, a.outcome)
			deadLetters := r.deadLetters(t)
			require.Len(t, deadLetters, 1)
			assert.Equal(t, tt.body, string(deadLetters[0].Raw))
			assert.Equal(t, tt.reason, deadLetters[0].Reason)
			r.post(tt.body)
			assert.Len(t, r.deadLetters(t), 1, "a redelivery puts nothing aside twice")
			if name != "does not fit its schema, and the handler insists" {
				assert.Equal(t, webhook.Handled, r.post(arrival("next")).outcome)
			}
		})
	}
}

func TestWrongTypesAreReportedNotFatal(t *testing.T) {
	r := receive(t, nil, nil)
	body := strings.Replace(arrival("L1"), `"LastName":"Planterson"`, `"LastName":{"Planterson":1}`, 1)
	assert.Equal(t, webhook.Handled, r.post(body).outcome)
	require.Len(t, r.noted(), 1)
	assert.Positive(t, r.noted()[0].Report.Len())
	assert.Contains(t, r.logged(), `"violations":`)
}

func TestRefuseInvalidJSON(t *testing.T) {
	r := receive(t, nil, func(c *webhook.Config) { c.RefuseInvalidJSON = true })
	for _, body := range []string{`{`, arrival("poison") + "}"} {
		for range 2 {
			assert.Equal(t, http.StatusBadRequest, r.post(body).status)
		}
	}
	assert.Len(t, r.deadLetters(t), 2)
}

// TestTooLargeForMemory: no handler gets a part of a message. The feed goes on,
// also where invalid JSON stops it.
func TestTooLargeForMemory(t *testing.T) {
	limit := redox.SetMemoryLimit(1 << 20)
	t.Cleanup(func() { redox.SetMemoryLimit(limit) })
	many := strings.Repeat(`{},`, 20_000) + `{}`
	for place, body := range map[string]string{
		"Patient.Contacts": strings.Replace(arrival("L1"), `"Patient":{`, `"Patient":{"Contacts":[`+many+`],`, 1),
		"Meta.Logs":        strings.Replace(arrival("L2"), `"Logs":[`, `"Logs":[`+many+`,`, 1),
	} {
		r := receive(t, nil, func(c *webhook.Config) { c.RefuseInvalidJSON = true })
		a := r.post(body)
		assert.Equal(t, http.StatusOK, a.status)
		assert.Equal(t, webhook.DeadLetter, a.outcome)
		assert.Empty(t, r.noted(), "no handler is called")
		deadLetters := r.deadLetters(t)
		require.Len(t, deadLetters, 1)
		assert.Equal(t, deadletter.Undecodable, deadLetters[0].Reason)
		assert.Equal(t, body, string(deadLetters[0].Raw))
		assert.Contains(t, deadLetters[0].Detail, place)
		assert.Contains(t, r.logged(), "SetMemoryLimit")
		assert.Equal(t, webhook.Handled, r.post(arrival("L3")).outcome, "the feed goes on")
	}
}

func TestPanicIsTemporary(t *testing.T) {
	calls := 0
	r := receive(t, func(mux *webhook.Mux, _ *receiver) {
		webhook.On(mux, func(_ context.Context, _ webhook.Delivery, ev *patientadmin.Arrival) error {
			if calls++; calls == 1 {
				panic("cannot take " + ev.Patient.Demographics.LastName)
			}
			return nil
		})
	}, nil)
	a := r.post(arrival("L1"))
	assert.Equal(t, http.StatusServiceUnavailable, a.status)
	assert.Contains(t, r.logged(), "webhook_test.TestPanicIsTemporary", "the log has the stack")
	assert.Contains(t, r.logged(), "deliver_test.go:")
	assert.Equal(t, webhook.Handled, r.post(arrival("L1")).outcome)
}

func TestHandlerTimeout(t *testing.T) {
	r := receive(t, func(mux *webhook.Mux, _ *receiver) {
		webhook.On(mux, func(ctx context.Context, _ webhook.Delivery, _ *patientadmin.Arrival) error {
			<-ctx.Done()
			return ctx.Err()
		})
	}, func(c *webhook.Config) { c.Timeout = 20 * time.Millisecond })
	assert.Equal(t, webhook.Failed, r.post(arrival("L1")).outcome)
	assert.Contains(t, r.logged(), "context deadline exceeded")
}

// TestSeveralHandlers: one handler's failure neither hides the message from
// the others nor makes those run twice that succeeded.
func TestSeveralHandlers(t *testing.T) {
	var first, second, third, any int
	var keys []dedup.Key
	r := receive(t, func(mux *webhook.Mux, _ *receiver) {
		webhook.On(mux, func(_ context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error {
			first++
			keys = append(keys, d.Key())
			return nil
		})
		webhook.On(mux, func(_ context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error {
			keys = append(keys, d.Key())
			if second++; second == 1 {
				return errors.New("down")
			}
			return nil
		})
		webhook.OnModel(mux, patientadmin.Events(), func(_ context.Context, d webhook.Delivery, ev redox.Message) error {
			assert.IsType(t, &patientadmin.Arrival{}, ev)
			third++
			return webhook.Permanent(errors.New("never"))
		})
		webhook.OnAny(mux, func(context.Context, webhook.Delivery, redox.Message) error { any++; return nil })
	}, nil)
	assert.Equal(t, webhook.Failed, r.post(arrival("L1")).outcome)
	assert.Equal(t, webhook.DeadLetter, r.post(arrival("L1")).outcome)
	assert.Equal(t, []int{1, 2, 1, 1}, []int{first, second, third, any})
	key := messageKey(t, arrival("L1"))
	assert.Equal(t, []dedup.Key{
		key.Sub("PatientAdmin.Arrival"), key.Sub("PatientAdmin.Arrival#2"), key.Sub("PatientAdmin.Arrival#2"),
	}, keys)
	deadLetters := r.deadLetters(t)
	require.Len(t, deadLetters, 1)
	assert.Equal(t, "PatientAdmin.*: never", deadLetters[0].Detail)

	require.Error(t, r.Replay(t.Context(), deadLetters[0]))
	assert.Equal(t, []int{1, 2, 2, 1}, []int{first, second, third, any}, "replay calls the one that failed")
}

// TestOnceForTheMessage: an effect that handlers share marks itself as done and
// not the message, which the other handlers still have work to do for.
func TestOnceForTheMessage(t *testing.T) {
	store, err := sqldedup.Open(t.Context(), "sqlite", "file:"+filepath.Join(t.TempDir(), "redox.db"))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, store.Close()) })
	effects, others := 0, 0
	shared := func(ctx context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error {
		return store.Once(ctx, d.MessageKey(), func(*sql.Tx) error { effects++; return nil })
	}
	r := receive(t, func(mux *webhook.Mux, _ *receiver) {
		webhook.On(mux, shared)
		webhook.On(mux, shared)
		webhook.OnAny(mux, func(context.Context, webhook.Delivery, redox.Message) error {
			if others++; others == 1 {
				return errors.New("down")
			}
			return nil
		})
	}, func(c *webhook.Config) { c.Dedup = store })
	assert.Equal(t, webhook.Failed, r.post(arrival("L1")).outcome)
	assert.Equal(t, webhook.Handled, r.post(arrival("L1")).outcome)
	assert.Equal(t, webhook.Duplicate, r.post(arrival("L1")).outcome)
	assert.Equal(t, []int{1, 2}, []int{effects, others})
}

func TestOnAnyTakesUnknownEvents(t *testing.T) {
	var got redox.Message
	r := receive(t, func(mux *webhook.Mux, _ *receiver) {
		webhook.OnAny(mux, func(_ context.Context, _ webhook.Delivery, ev redox.Message) error { got = ev; return nil })
	}, nil)
	assert.Equal(t, webhook.Handled, r.post(event("Astrology", "New", "L1")).outcome)
	unknown, ok := got.(*redox.Unknown)
	require.True(t, ok)
	assert.Equal(t, "Astrology", unknown.Meta.DataModel)
}

func TestInFlightElsewhere(t *testing.T) { synctest.Test(t, testInFlightElsewhere) }

func testInFlightElsewhere(t *testing.T) {
	store := dedup.NewMemory(dedup.MemoryConfig{})
	claim, err := store.Claim(t.Context(), messageKey(t, arrival("L1")).Sub("claim:"), time.Minute)
	require.NoError(t, err)
	r := receiveOffline(t, nil, func(c *webhook.Config, _ *receiver) { c.Dedup = store })
	a := r.post(arrival("L1"))
	assert.Equal(t, http.StatusServiceUnavailable, a.status)
	assert.Equal(t, webhook.InFlight, a.outcome)

	waits := receiveOffline(t, nil, func(c *webhook.Config, _ *receiver) { c.Dedup, c.Wait = store, 5*time.Second })
	time.AfterFunc(50*time.Millisecond, func() { assert.NoError(t, store.Commit(context.Background(), claim)) })
	assert.Equal(t, webhook.Duplicate, waits.post(arrival("L1")).outcome)
	assert.Empty(t, r.noted())
}

// TestClientGone: the work goes on when the client does not wait, so that the
// redelivery finds it done.
func TestClientGone(t *testing.T) { synctest.Test(t, testClientGone) }

func testClientGone(t *testing.T) {
	ran := 0
	r := receiveOffline(t, func(mux *webhook.Mux, _ *receiver) {
		webhook.On(mux, func(ctx context.Context, _ webhook.Delivery, _ *patientadmin.Arrival) error {
			ran++
			time.Sleep(time.Minute)
			return ctx.Err()
		})
	}, func(*webhook.Config, *receiver) {})
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(time.Second, cancel)
	req := httptest.NewRequestWithContext(ctx, http.MethodPost, "/", strings.NewReader(arrival("L1")))
	req.Header.Set("verification-token", token)
	r.ServeHTTP(httptest.NewRecorder(), req)
	require.ErrorIs(t, ctx.Err(), context.Canceled)
	assert.Equal(t, webhook.Duplicate, r.post(arrival("L1")).outcome)
	assert.Equal(t, 1, ran)
}

// Of several Meta sections the last counts, as for the message itself: for the handlers
// and for the tenant.
func TestLastMetaCounts(t *testing.T) {
	first := `{"DataModel":"PatientAdmin","EventType":"Arrival","Source":{"ID":"a"},"Logs":[{"ID":"1"}]}`
	for name, last := range map[string]string{
		"another event":  `{"DataModel":"PatientAdmin","EventType":"Discharge","Source":{"ID":"b"},"Logs":[{"ID":"2"}]}`,
		"another source": `{"DataModel":"PatientAdmin","EventType":"Arrival","Source":{"ID":"b"},"Logs":[{"ID":"2"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			r := receive(t, func(mux *webhook.Mux, r *receiver) {
				note := func(_ context.Context, d webhook.Delivery, msg redox.Message) error {
					assert.Equal(t, d.Event(), msg.RedoxEvent().String())
					assert.Equal(t, "b", msg.RedoxMeta().Source.ID)
					r.note(d)
					return nil
				}
				webhook.On(mux, func(context.Context, webhook.Delivery, *patientadmin.Arrival) error { return nil })
				webhook.On(mux, func(context.Context, webhook.Delivery, *patientadmin.Discharge) error { return nil })
				webhook.OnAny(webhook.From(mux, webhook.Sender{SourceID: "b"}), note)
				webhook.OnAny(webhook.From(mux, webhook.Sender{SourceID: "a"}), func(context.Context, webhook.Delivery, redox.Message) error {
					t.Error("the tenant of the first section got the message")
					return nil
				})
			}, nil)
			assert.Equal(t, webhook.Handled, r.post(`{"Meta":`+first+`,"Patient":{},"Meta":`+last+`}`).outcome)
			require.Len(t, r.noted(), 1)
			assert.Equal(t, "b", r.noted()[0].Source.ID)
			assert.Equal(t, "2", r.noted()[0].LogID)
			assert.NotZero(t, r.noted()[0].Report.Len(), "the section that does not count is reported")
		})
	}
}
