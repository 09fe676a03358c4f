package oteldrift_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/drift/oteldrift"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

func TestCounter(t *testing.T) {
	reader := sdkmetric.NewManualReader()
	c, err := oteldrift.New(patientadmin.Events(),
		oteldrift.WithMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))))
	require.NoError(t, err)
	for range 2 {
		r, err := patientadmin.ValidateArrival([]byte(`{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival"},"Planterson":1,"New":{},
			"Patient":{"Identifiers":[{"ID":1,"IDType":2}]}}`))
		require.NoError(t, err)
		c.Report("PatientAdmin", "Arrival", r)
		c.Report("PatientAdmin", "Planterson", redox.Report{})
	}
	r, err := patientadmin.ValidateArrival([]byte(`{}`))
	require.NoError(t, err)
	c.Report("PatientAdmin", "Arrival", r) // lacks required members, which is no drift

	var data metricdata.ResourceMetrics
	require.NoError(t, reader.Collect(t.Context(), &data))
	counts := map[string]int64{}
	for _, p := range data.ScopeMetrics[0].Metrics[0].Data.(metricdata.Sum[int64]).DataPoints {
		counts[text(p.Attributes, "redox.event")+" "+text(p.Attributes, "redox.rule")] = p.Value
	}
	assert.Equal(t, map[string]int64{"PatientAdmin.Arrival type": 2, "PatientAdmin.Arrival unknown": 2, "other no-schema": 2}, counts)
}

func text(set attribute.Set, key attribute.Key) string {
	v, _ := set.Value(key)
	return v.AsString()
}
