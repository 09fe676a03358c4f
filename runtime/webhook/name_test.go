package webhook_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

type arrivalHandler = func(context.Context, webhook.Delivery, *patientadmin.Arrival) error

// calls notes which handlers were called, and with which key.
type calls struct {
	names []string
	keys  map[string][]dedup.Key
	fails map[string]error
}

func (c *calls) handler(name string) arrivalHandler {
	return func(_ context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error {
		c.names = append(c.names, name)
		c.keys[name] = append(c.keys[name], d.Key())
		return c.fails[name]
	}
}

// TestRedeploy: a new version of the program, with other handlers for an event
// or in another order, calls for a redelivery those that have not succeeded.
func TestRedeploy(t *testing.T) {
	named := func(names ...string) func(*webhook.Mux, *calls) {
		return func(mux *webhook.Mux, c *calls) {
			for _, name := range names {
				webhook.On(mux, c.handler(name), webhook.WithName(name))
			}
		}
	}
	unnamed := func(name string) func(*webhook.Mux, *calls) {
		return func(mux *webhook.Mux, c *calls) { webhook.On(mux, c.handler(name)) }
	}
	both := func(first, second func(*webhook.Mux, *calls)) func(*webhook.Mux, *calls) {
		return func(mux *webhook.Mux, c *calls) { first(mux, c); second(mux, c) }
	}
	for name, tt := range map[string]struct {
		before, after func(*webhook.Mux, *calls)
		want          []string // first called: A, which succeeds, and B, which fails
	}{
		"the same":                 {named("A", "B"), named("A", "B"), []string{"A", "B", "B"}},
		"another order":            {named("A", "B"), named("B", "A"), []string{"A", "B", "B"}},
		"one before":               {named("A", "B"), named("C", "A", "B"), []string{"A", "B", "C", "B"}},
		"one between":              {named("A", "B"), named("A", "C", "B"), []string{"A", "B", "C", "B"}},
		"without the one":          {named("A", "B"), named("B"), []string{"A", "B", "B"}},
		"without the other":        {named("A", "B"), named("A"), []string{"A", "B"}},
		"a name before no name":    {both(unnamed("A"), named("B")), both(named("B"), unnamed("A")), []string{"A", "B", "B"}},
		"a name beside no name":    {both(named("A"), unnamed("B")), both(unnamed("B"), named("C", "A")), []string{"A", "B", "B", "C"}},
		"a name for another event": {named("A", "B"), both(discharge("B"), named("A", "B")), []string{"A", "B", "B"}},
	} {
		for _, how := range []string{"redelivery", "replay"} {
			t.Run(name+", "+how, func(t *testing.T) {
				store := dedup.NewMemory(dedup.MemoryConfig{})
				c := &calls{keys: map[string][]dedup.Key{}, fails: map[string]error{"B": errors.New("down")}}
				version := func(register func(*webhook.Mux, *calls)) *receiver {
					return receive(t, func(mux *webhook.Mux, _ *receiver) { register(mux, c) }, func(config *webhook.Config) { config.Dedup = store })
				}
				before := version(tt.before)
				if how == "replay" {
					c.fails["B"] = webhook.Permanent(errors.New("never"))
				}
				before.post(arrival("L1"))
				c.fails = nil
				after := version(tt.after)
				if how == "replay" {
					require.NoError(t, after.Replay(t.Context(), before.deadLetters(t)[0]))
				} else {
					assert.Equal(t, webhook.Handled, after.post(arrival("L1")).outcome)
				}
				assert.Equal(t, tt.want, c.names)
				for name, keys := range c.keys {
					assert.Equal(t, keys[0], keys[len(keys)-1], "%s keeps its key", name)
				}
			})
		}
	}
}

// discharge registers a handler for another event under a name.
func discharge(name string) func(*webhook.Mux, *calls) {
	return func(mux *webhook.Mux, _ *calls) {
		webhook.On(mux, func(context.Context, webhook.Delivery, *patientadmin.Discharge) error { return nil }, webhook.WithName(name))
	}
}

// TestNamesInKeys: names are the handlers' part of their keys, and those
// without one are numbered among themselves.
func TestNamesInKeys(t *testing.T) {
	var keys []dedup.Key
	r := receive(t, func(mux *webhook.Mux, _ *receiver) {
		any := func(_ context.Context, d webhook.Delivery, _ redox.Message) error {
			keys = append(keys, d.Key())
			return nil
		}
		on := func(ctx context.Context, d webhook.Delivery, ev *patientadmin.Arrival) error { return any(ctx, d, ev) }
		patient := func(ctx context.Context, d webhook.Delivery, p redox.PatientMessage) error { return any(ctx, d, p) }
		visit := func(ctx context.Context, d webhook.Delivery, v redox.VisitMessage) error { return any(ctx, d, v) }
		webhook.On(mux, on, webhook.WithName("beds"))
		webhook.On(mux, on)
		webhook.On(mux, on, webhook.WithName("meals_2.v1-b"))
		webhook.On(mux, on)
		webhook.OnModel(mux, patientadmin.Events(), any, webhook.WithName("model"))
		webhook.OnModel(mux, patientadmin.Events(), any)
		webhook.OnAny(mux, any, webhook.WithName("any"))
		webhook.OnAny(mux, any)
		webhook.OnPatient(mux, patient, webhook.WithName("directory"))
		webhook.OnPatient(mux, patient)
		webhook.OnVisit(mux, visit, webhook.WithName("calendar"))
		webhook.OnVisit(mux, visit)
	}, nil)
	assert.Equal(t, webhook.Handled, r.post(withVisit(arrival("L1"))).outcome)
	var want []dedup.Key
	for _, part := range []string{
		"beds", "PatientAdmin.Arrival", "meals_2.v1-b", "PatientAdmin.Arrival#2",
		"model", "PatientAdmin.*", "any", "*", "directory", "patient", "calendar", "visit",
	} {
		want = append(want, messageKey(t, withVisit(arrival("L1"))).Sub(part))
	}
	assert.Equal(t, want, keys)
}

// TestNamesAreRefused: two handlers of an event must not pass for one another.
func TestNamesAreRefused(t *testing.T) {
	on := func(context.Context, webhook.Delivery, *patientadmin.Arrival) error { return nil }
	discharge := func(context.Context, webhook.Delivery, *patientadmin.Discharge) error { return nil }
	any := func(context.Context, webhook.Delivery, redox.Message) error { return nil }
	patient := func(context.Context, webhook.Delivery, redox.PatientMessage) error { return nil }
	beds := webhook.WithName("beds")
	for name, tt := range map[string]struct {
		register func(*webhook.Mux)
		want     string // "" if it is allowed
	}{
		"twice": {func(m *webhook.Mux) { webhook.On(m, on, beds); webhook.On(m, on, beds) },
			`webhook: the handlers for PatientAdmin.Arrival and for PatientAdmin.Arrival have the same name "beds"`},
		"event and model": {func(m *webhook.Mux) { webhook.On(m, on, beds); webhook.OnModel(m, patientadmin.Events(), any, beds) },
			`for PatientAdmin.Arrival and for PatientAdmin.* have the same name "beds"`},
		"any and event": {func(m *webhook.Mux) { webhook.OnAny(m, any, beds); webhook.On(m, on, beds) },
			`for * and for PatientAdmin.Arrival have the same name "beds"`},
		"what one without a name has": {func(m *webhook.Mux) { webhook.On(m, on, webhook.WithName("patient")); webhook.OnPatient(m, patient) },
			`for PatientAdmin.Arrival and for patient have the same name "patient"`},
		"two events":            {func(m *webhook.Mux) { webhook.On(m, on, beds); webhook.On(m, discharge, beds) }, ""},
		"no name":               {func(m *webhook.Mux) { webhook.On(m, on, webhook.WithName("")) }, `the handler for PatientAdmin.Arrival has the name ""`},
		"a part of a key":       {func(m *webhook.Mux) { webhook.On(m, on, webhook.WithName("beds/ran")) }, `has the name "beds/ran": use letters, digits`},
		"a key of this package": {func(m *webhook.Mux) { webhook.On(m, on, webhook.WithName("claim:")) }, `has the name "claim:"`},
		"the name of a number":  {func(m *webhook.Mux) { webhook.On(m, on, webhook.WithName("PatientAdmin.Arrival#2")) }, "use letters, digits"},
	} {
		t.Run(name, func(t *testing.T) {
			mux := new(webhook.Mux)
			tt.register(mux)
			_, err := webhook.NewHandler(mux, webhook.Config{Tokens: []string{"t"}, DeadLetter: deadletter.Discard()})
			if tt.want == "" {
				assert.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, tt.want)
		})
	}
}

// TestKeysBelowAHandlersKey: a handler may mark parts of its work as done under
// whatever names, without being taken for one that succeeded.
func TestKeysBelowAHandlersKey(t *testing.T) {
	store := dedup.NewMemory(dedup.MemoryConfig{})
	attempts := 0
	r := receive(t, func(mux *webhook.Mux, _ *receiver) {
		webhook.On(mux, func(ctx context.Context, d webhook.Delivery, _ *patientadmin.Arrival) error {
			if attempts++; attempts > 1 {
				return nil
			}
			part, err := store.Claim(ctx, d.Key().Sub("ran"), time.Minute)
			require.NoError(t, err)
			require.NoError(t, store.Commit(ctx, part))
			return errors.New("the other part failed")
		})
	}, func(c *webhook.Config) { c.Dedup = store })
	assert.Equal(t, webhook.Failed, r.post(arrival("L1")).outcome)
	assert.Equal(t, webhook.Handled, r.post(arrival("L1")).outcome)
	assert.Equal(t, 2, attempts)
}
