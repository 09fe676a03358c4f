package otelwebhook_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/webhook"
	"github.com/redoxgen/redoxgen/runtime/webhook/otelwebhook"
)

func TestObserver(t *testing.T) {
	spans := tracetest.NewSpanRecorder()
	reader := sdkmetric.NewManualReader()
	observer, err := otelwebhook.New(
		otelwebhook.WithTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))),
		otelwebhook.WithMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))),
		otelwebhook.WithPropagator(propagation.TraceContext{}),
	)
	require.NoError(t, err)
	mux := webhook.NewMux()
	webhook.On(mux, func(_ context.Context, d webhook.Delivery, ev *patientadmin.Arrival) error {
		if d.LogID == "bad" {
			return errors.New("no bed for " + ev.Patient.Demographics.LastName)
		}
		return nil
	})
	h, err := webhook.NewHandler(mux, webhook.Config{
		Tokens: []string{"t"}, DeadLetter: deadletter.Discard(), Observers: []webhook.Observer{observer},
	})
	require.NoError(t, err)
	post := func(event, logID, token string) {
		body := fmt.Sprintf(`{"Meta":{"DataModel":"PatientAdmin","EventType":%q,"Logs":[{"ID":%q}]},
			"Patient":{"Demographics":{"LastName":"Planterson"}}}`, event, logID)
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header.Set("verification-token", token)
		r.Header.Set("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	post("Arrival", "good", "t")
	post("Arrival", "bad", "t")
	post("Planterson", "made up", "t")
	post("Arrival", "", "wrong")

	var names []string
	for _, s := range spans.Ended() {
		names = append(names, s.Name()+": "+s.Status().Description)
		assert.Equal(t, "4bf92f3577b34da6a3ce929d0e0e4736", s.SpanContext().TraceID().String())
		for _, a := range s.Attributes() {
			if a.Key != "redox.event" { // names are what Meta says
				assert.NotContains(t, a.Value.String(), "Planterson")
			}
		}
	}
	assert.Equal(t, []string{"redox PatientAdmin.Arrival: ", "redox PatientAdmin.Arrival: failed", "redox webhook: dead-letter", "redox webhook: "}, names)

	var data metricdata.ResourceMetrics
	require.NoError(t, reader.Collect(t.Context(), &data))
	counts := map[string]int64{}
	for _, m := range data.ScopeMetrics[0].Metrics {
		if m.Name != "redox.webhook.requests" {
			continue
		}
		for _, p := range m.Data.(metricdata.Sum[int64]).DataPoints {
			counts[text(p.Attributes, "redox.event")+" "+text(p.Attributes, "redox.result")] = p.Value
		}
	}
	assert.Equal(t, map[string]int64{
		"PatientAdmin.Arrival handled": 1, "PatientAdmin.Arrival failed": 1, "other dead-letter": 1, "other unverified": 1,
	}, counts)
}

func text(set attribute.Set, key attribute.Key) string {
	v, _ := set.Value(key)
	return v.AsString()
}
