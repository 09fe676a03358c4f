package redoxtest

import (
	"testing"

	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoxsample"
)

// Sample returns a realistic message of an event: valid, consistent, and the same for the same
// options.
//
//	ev := redoxtest.Sample[patientadmin.Arrival](t, redoxsample.Options{Seed: 7})
func Sample[T any, M interface {
	*T
	redox.Message
}](tb testing.TB, o redoxsample.Options) M {
	tb.Helper()
	m := M(new(T))
	data, err := redoxsample.New(o).JSON(m.RedoxEvent())
	if err == nil {
		_, err = m.DecodeJSON(data)
	}
	if err != nil {
		tb.Fatalf("redoxtest: %v", err)
	}
	return m
}
