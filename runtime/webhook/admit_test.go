package webhook_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientsearch"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// TestEnvironment: test messages do not reach the handlers of production, nor real
// ones those of a test system. They are dead-lettered, and a replay to where they
// belong handles them.
func TestEnvironment(t *testing.T) {
	handlers := func(mux *webhook.Mux, r *receiver) {
		webhook.OnAny(mux, func(_ context.Context, d webhook.Delivery, _ redox.Message) error { r.note(d); return nil })
		answering(func(context.Context, webhook.Delivery, *patientsearch.Query) (*patientsearch.Response, error) {
			return &patientsearch.Response{}, nil
		})(mux, r)
	}
	for _, tt := range []struct {
		environment webhook.Environment
		test        string // Meta.Test
		taken       bool
	}{
		{webhook.AnyEnvironment, `true`, true},
		{webhook.AnyEnvironment, `false`, true},
		{webhook.Production, `true`, false},
		{webhook.Production, `false`, true},
		{webhook.Production, `null`, true},
		{webhook.Production, `"perhaps"`, true},
		{webhook.Staging, `true`, true},
		{webhook.Staging, `false`, false},
		{webhook.Staging, `null`, false},
		{webhook.Staging, `"perhaps"`, false},
		{webhook.Development, `true`, true},
		{webhook.Development, `false`, false},
	} {
		for event, taken := range map[string]webhook.Result{
			`"PatientAdmin","EventType":"Arrival"`: webhook.Handled,
			`"PatientSearch","EventType":"Query"`:  webhook.Answered,
		} {
			t.Run(fmt.Sprint(tt.environment, " ", tt.test, " ", taken), func(t *testing.T) {
				r := receive(t, handlers, func(c *webhook.Config) { c.Environment = tt.environment })
				body := fmt.Sprintf(`{"Meta":{"DataModel":%s,"Test":%s,"Logs":[{"ID":"L1"}]}}`, event, tt.test)
				if tt.taken {
					assert.Equal(t, taken, r.post(body).outcome)
					assert.Len(t, r.noted(), 1)
					assert.Empty(t, r.deadLetters(t))
					return
				}
				assert.Equal(t, webhook.DeadLetter, r.post(body).outcome)
				assert.Empty(t, r.noted())
				dead := r.deadLetters(t)
				require.Len(t, dead, 1)
				assert.Equal(t, deadletter.WrongEnvironment, dead[0].Reason)
				assert.Contains(t, r.logged(), `"reason":"wrong-environment","error":"webhook: the message `)

				anywhere := receive(t, handlers, nil)
				_, err := deadletter.Replay(t.Context(), r.dead, anywhere.Replay)
				require.NoError(t, err)
				assert.Len(t, anywhere.noted(), 1)
			})
		}
	}
}

func TestEnvironmentThatIsNone(t *testing.T) {
	mux := webhook.NewMux()
	webhook.OnAny(mux, func(context.Context, webhook.Delivery, redox.Message) error { return nil })
	_, err := webhook.NewHandler(mux, webhook.Config{Tokens: []string{token}, DeadLetter: deadletter.Discard(), Environment: 7})
	assert.EqualError(t, err, "webhook: Config.Environment is 7: use AnyEnvironment, Production, Staging or Development")
}
