package otelclient_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/codes"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/goleak"

	"github.com/redoxgen/redoxgen/generated/common"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/client/otelclient"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	emr     = "0f4bd1d1-451d-4351-8cfd-b767d1b488d6"
	planted = "Plantedsurname"
)

func TestSpansAndMetrics(t *testing.T) {
	spans := tracetest.NewSpanRecorder()
	reader := sdkmetric.NewManualReader()
	observer, err := otelclient.New(
		otelclient.WithTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))),
		otelclient.WithMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))),
	)
	require.NoError(t, err)
	srv := redoxtest.NewServer(t)
	srv.Destination(emr).Answers(
		redoxtest.BadGateway(), redoxtest.Accepted(),
		redoxtest.MetaErrors(400, redoxtest.MetaError{ID: 1, Text: planted, Type: planted, Module: "Subscriptions"}),
	)
	config := srv.Config()
	config.Observers = []client.Observer{observer}
	c, err := client.New(config)
	require.NoError(t, err)
	defer c.Close()

	var msg patientadmin.Arrival
	msg.Meta.Destinations = []common.Endpoint{{ID: emr}}
	msg.Patient.Demographics.LastName = planted
	_, err = c.Send(t.Context(), &msg)
	require.NoError(t, err)
	_, err = c.Send(t.Context(), &msg)
	require.ErrorIs(t, err, client.ErrRouting)

	ended := spans.Ended()
	require.Len(t, ended, 2)
	assert.Equal(t, "redox.send PatientAdmin.Arrival", ended[0].Name())
	assert.Equal(t, trace.SpanKindClient, ended[0].SpanKind())
	assert.Len(t, ended[0].Events(), 1, "the retry")
	assert.Equal(t, codes.Error, ended[1].Status().Code)
	attrs := fmt.Sprint(ended[1].Attributes())
	assert.Contains(t, attrs, "routing")
	assert.Contains(t, fmt.Sprint(ended[0].Attributes()), emr)

	var data metricdata.ResourceMetrics
	require.NoError(t, reader.Collect(t.Context(), &data))
	names := map[string]bool{}
	for _, m := range data.ScopeMetrics[0].Metrics {
		names[m.Name] = true
		if sum, ok := m.Data.(metricdata.Sum[int64]); ok {
			total := int64(0)
			for _, p := range sum.DataPoints {
				total += p.Value
			}
			assert.EqualValues(t, 3, total)
		}
	}
	assert.Len(t, names, 3)
	text := fmt.Sprintf("%+v", data)
	for _, s := range ended {
		text += fmt.Sprint(s.Name(), s.Attributes(), s.Events(), s.Status())
	}
	assert.NotContains(t, text, planted)
}
