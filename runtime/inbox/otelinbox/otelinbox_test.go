package otelinbox_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/inbox/otelinbox"
)

func TestRegister(t *testing.T) {
	reader, box, now := sdkmetric.NewManualReader(), inbox.NewMemory(nil), time.Now()
	stop, err := otelinbox.Register(box, otelinbox.WithMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))),
		otelinbox.WithClock(func() time.Time { return now }))
	require.NoError(t, err)
	_, err = box.Append(t.Context(), inbox.Message{Key: "one", Order: []string{"a"}, Received: now.Add(-time.Minute)})
	require.NoError(t, err)
	_, err = box.Append(t.Context(), inbox.Message{Key: "another", Order: []string{"a"}, Received: now})
	require.NoError(t, err)
	claims, err := box.Claim(t.Context(), 1, time.Minute)
	require.NoError(t, err)
	require.NoError(t, box.Retry(t.Context(), claims[0], time.Hour))
	assert.Equal(t, map[string]string{
		"redox.inbox.depth ready": "0", "redox.inbox.depth running": "0", "redox.inbox.depth waiting": "1",
		"redox.inbox.depth blocked": "1", "redox.inbox.depth held": "0",
		"redox.inbox.oldest_age ": "60", "redox.inbox.held_keys ": "1", "redox.inbox.attempts ": "1",
	}, figures(t, reader))
	require.NoError(t, stop())
	assert.Empty(t, figures(t, reader))
}

// figures returns what is reported, by instrument and state.
func figures(t *testing.T, reader sdkmetric.Reader) map[string]string {
	var data metricdata.ResourceMetrics
	require.NoError(t, reader.Collect(t.Context(), &data))
	all := map[string]string{}
	for _, scope := range data.ScopeMetrics {
		for _, m := range scope.Metrics {
			switch gauge := m.Data.(type) {
			case metricdata.Gauge[int64]:
				for _, p := range gauge.DataPoints {
					state, _ := p.Attributes.Value("redox.state")
					all[m.Name+" "+state.AsString()] = fmt.Sprint(p.Value)
				}
			case metricdata.Gauge[float64]:
				for _, p := range gauge.DataPoints {
					all[m.Name+" "] = fmt.Sprint(p.Value)
				}
			}
		}
	}
	return all
}
