package redox_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/redoxgen/redoxgen/runtime/redox"
)

func TestRedactAttr(t *testing.T) {
	m := Meta{DataModel: "SECRET"}
	type own struct {
		Name string
		Meta *Meta
	}
	type loop struct{ Next any }
	round := new(loop)
	round.Next = round
	secret := map[string]any{
		"slice":       []Meta{m},
		"empty slice": []Meta{},
		"pointers":    []*Meta{&m},
		"map":         map[string]Meta{"a": m},
		"key":         map[Raw]int{`"SECRET"`: 1},
		"struct":      own{"a", &m},
		"unexported":  struct{ m Meta }{m},
		"anything":    []any{1, map[string]any{"a": []any{m}}},
		"message":     struct{ M Message }{&sample{Meta: m}},
		"unknown":     []Unknown{{JSON: `"SECRET"`}},
		"raw":         []Raw{`"SECRET"`},
		"identifiers": [1][]Identifier{{{ID: "SECRET"}}},
		"round":       round,
	}
	for name, v := range secret {
		for _, handler := range []func(io.Writer) slog.Handler{
			func(w io.Writer) slog.Handler {
				return slog.NewJSONHandler(w, &slog.HandlerOptions{ReplaceAttr: RedactAttr})
			},
			func(w io.Writer) slog.Handler {
				return slog.NewTextHandler(w, &slog.HandlerOptions{ReplaceAttr: RedactAttr})
			},
		} {
			var b bytes.Buffer
			slog.New(handler(&b)).Info("m", slog.Group("g", "v", v))
			assert.Contains(t, b.String(), Withheld, name)
			assert.NotContains(t, b.String(), "SECRET", name)
		}
	}

	var b bytes.Buffer
	l := slog.New(slog.NewJSONHandler(&b, &slog.HandlerOptions{ReplaceAttr: RedactAttr}))
	l.Info("m", "a", []any{1, "x", nil}, "b", own{}.Name, "c", time.Unix(0, 0).UTC(), "d", errors.New("e"), "e", nil, "r", Report{}, "o", map[string]int{"x": 1})
	var line map[string]any
	require.NoError(t, json.Unmarshal(b.Bytes(), &line))
	delete(line, "time")
	assert.Equal(t, map[string]any{
		"level": "INFO", "msg": "m", "a": []any{1.0, "x", nil}, "b": "", "c": "1970-01-01T00:00:00Z", "d": "e", "e": nil,
		"r": map[string]any{"valid": true, "violations": []any{}}, "o": map[string]any{"x": 1.0},
	}, line)
}
