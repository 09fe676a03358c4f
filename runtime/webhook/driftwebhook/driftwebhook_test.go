package driftwebhook_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/drift"
	"github.com/redoxgen/redoxgen/runtime/webhook"
	"github.com/redoxgen/redoxgen/runtime/webhook/driftwebhook"
)

// A receiver that writes what drifts to a file, which redoxgen drift reads, alone or
// with those of other receivers.
func ExampleNew() {
	collector := drift.New(patientadmin.Events())
	mux := webhook.NewMux()
	webhook.On(mux, func(context.Context, webhook.Delivery, *patientadmin.Arrival) error { return nil })
	h, err := webhook.NewHandler(mux, webhook.Config{
		Tokens:     []string{os.Getenv("REDOX_TOKEN")},
		DeadLetter: deadletter.Dir("dead"),
		Observers:  []webhook.Observer{driftwebhook.New(collector)},
	})
	if err != nil {
		panic(err)
	}
	defer h.Shutdown(context.Background())
	// … serve h, and once a day:
	f, err := os.Create("drift-pod1.json")
	if err != nil {
		panic(err)
	}
	defer f.Close()
	_, _ = collector.Tally().WriteTo(f)
}

// deliver posts messages to a handler with that collector.
func deliver(t *testing.T, config func(*webhook.Mux, *webhook.Config), bodies ...string) {
	t.Helper()
	mux := webhook.NewMux()
	webhook.On(mux, func(context.Context, webhook.Delivery, *patientadmin.Arrival) error { return nil })
	c := webhook.Config{Tokens: []string{"t"}, DeadLetter: deadletter.Discard()}
	config(mux, &c)
	h, err := webhook.NewHandler(mux, c)
	require.NoError(t, err)
	for _, body := range bodies {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header.Set("verification-token", "t")
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
}

var bodies = []string{
	`{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","Logs":[{"ID":"1"}]},"Patient":{"Identifiers":[],"Nickname":"P"}}`,
	`{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","Logs":[{"ID":"1"}]},"Patient":{"Identifiers":[],"Nickname":"P"}}`,
	`{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","Logs":[{"ID":"2"}]},"Patient":{"Identifiers":[],"Nickname":7}}`,
	`{"Meta":{"DataModel":"Billing","EventType":"Planterson","Logs":[{"ID":"3"}]}}`,
	`{`,
}

func TestObserver(t *testing.T) {
	c := drift.New(patientadmin.Events())
	deliver(t, func(_ *webhook.Mux, config *webhook.Config) {
		config.Observers = []webhook.Observer{driftwebhook.New(c)}
	}, bodies...)
	assert.Equal(t, `PatientAdmin.Arrival: 2 messages
  Patient.Nickname: unknown, got number 1, any string 1, in 2 messages
1 message of an unknown data model
`, c.Tally().String())
}

func TestWhole(t *testing.T) {
	c := drift.New(patientadmin.Events())
	deliver(t, func(mux *webhook.Mux, _ *webhook.Config) { webhook.Use(mux, driftwebhook.Whole(c)) }, bodies...)
	data, err := json.Marshal(c.Tally())
	require.NoError(t, err)
	var read drift.Tally
	require.NoError(t, json.Unmarshal(data, &read))
	assert.Contains(t, read.String(), "PatientAdmin.Arrival: 2 messages\n  Patient.Nickname: unknown, got number 1, string 1, in 2 messages\n")
	assert.Contains(t, read.String(), "  Patient.Demographics: never\n")
}
