package message_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/internal/message"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// embedding is a user's type around a generated one.
type embedding struct {
	patientadmin.Arrival
	Note string
}

// embeddingPointer shares the generated struct with its copies.
type embeddingPointer struct{ *patientadmin.Arrival }

func TestComplete(t *testing.T) {
	meta := redox.Meta{
		DataModel: "PatientAdmin", EventType: "Arrival", EventDateTime: "2026-01-02T03:04:05Z",
		Source: redox.Endpoint{ID: "src"}, FacilityCode: "F",
	}
	var ev patientadmin.Arrival
	_, err := ev.DecodeJSON([]byte(`{"Meta":{"EventType":"Mine","Test":true,"Source":{"Name":"S"},"Odd":1},"Patient":{"Identifiers":[{"ID":"1"}]}}`))
	require.NoError(t, err)
	before := redox.Clone(&ev)
	for name, m := range map[string]redox.Message{
		"generated": &ev,
		"embedded":  &embedding{ev, "mine"},
	} {
		t.Run(name, func(t *testing.T) {
			got := message.Complete(m, meta)
			assert.IsType(t, m, got)
			has := got.RedoxMeta()
			assert.Equal(t, "PatientAdmin", has.DataModel)
			assert.Equal(t, "Mine", has.EventType, "what is set stays")
			assert.Equal(t, redox.DateTime("2026-01-02T03:04:05Z"), has.EventDateTime)
			assert.Equal(t, "src", has.Source.ID)
			assert.Equal(t, "S", has.Source.Name)
			assert.Equal(t, "F", has.FacilityCode)
			assert.Equal(t, redox.Raw("1"), redox.UnknownMember(has.Object, "Odd"), "what is preserved stays")
			assert.Len(t, got.(redox.PatientMessage).PatientIdentifiers(), 1)
			assert.Empty(t, redox.Diff(before, &ev), "the message itself is not changed")
		})
	}
	for name, m := range map[string]redox.Message{
		"embedded by pointer": &embeddingPointer{&ev},
		"unknown":             &redox.Unknown{JSON: "{}"},
	} {
		assert.Same(t, m, message.Complete(m, meta), name)
		assert.Empty(t, m.RedoxMeta().FacilityCode, name)
	}
}
