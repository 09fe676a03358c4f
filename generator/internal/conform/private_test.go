package conform

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/printed"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// The values that are planted in messages and searched in everything that a
// program may print. No text of the project contains them.
const (
	plantedText   = "Zyxwvut"
	plantedNumber = "7706054913"
)

// plant replaces every scalar of a message, and some by values of other types.
func plant(v any, r *rand.Rand) any {
	switch v := v.(type) {
	case map[string]any:
		for name := range v {
			v[name] = plant(v[name], r)
		}
		v["Unknown"] = plantedText
		return v
	case []any:
		for i := range v {
			v[i] = plant(v[i], r)
		}
		return append(v, plantedText, json.Number(plantedNumber))
	default:
		return []any{plantedText, json.Number(plantedNumber), "2023-" + plantedText, []any{plantedText}, true}[r.IntN(5)]
	}
}

func TestNoValueIsPrinted(t *testing.T) {
	for i, e := range events(t) {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			r := random(t, 5, i)
			text, err := json.Marshal(plant(instance(e.node, r, 0.9), r))
			require.NoError(t, err)
			require.Contains(t, string(text), plantedText)

			m := e.info.New()
			report, err := m.DecodeJSON(text)
			require.NoError(t, err)
			shown := []string{report.String(), fmt.Sprint(report), fmt.Sprintf("%#v", report.Err()), errorText(report.Err())}
			shown = append(shown, m.Validate().String(), slogText(m, report))
			shown = append(shown, brokenTexts(m, text)...)
			shown = append(shown, formats(reflect.ValueOf(m))...)
			for _, p := range shown {
				if strings.Contains(p, plantedText) || strings.Contains(p, plantedNumber) {
					t.Fatalf("a value was printed: %.300s", p)
				}
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// brokenTexts are the errors for a message that is cut at many places.
func brokenTexts(m redox.Message, text []byte) (list []string) {
	for n := 0; n < len(text); n += 1 + len(text)/200 {
		_, err := m.DecodeJSON(text[:n])
		list = append(list, errorText(err), fmt.Sprintf("%+v %#v", err, err))
		var syntax *redox.SyntaxError
		if err != nil && !errors.As(err, &syntax) {
			list = append(list, plantedText+": not a SyntaxError")
		}
	}
	return list
}

func slogText(m redox.Message, r redox.Report) string {
	var b bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&b, nil), slog.NewJSONHandler(&b, nil)} {
		l := slog.New(h)
		l.Info("message", "m", m, "value", reflect.ValueOf(m).Elem().Interface(), "err", r.Err())
		for v := range structs(reflect.ValueOf(m).Elem()) {
			l.Info("part", "part", v.Interface(), "pointer", v.Addr().Interface())
		}
	}
	return b.String()
}

// formats prints v and every struct in it with every verb.
func formats(v reflect.Value) (list []string) {
	show := func(x any) {
		for _, verb := range printed.Verbs {
			list = append(list, fmt.Sprintf(verb, x))
		}
	}
	show(v.Interface())
	for s := range structs(v.Elem()) {
		show(s.Interface())
		show(s.Addr().Interface())
		show([]any{s.Interface()})
	}
	return list
}

// structs yields the struct v, its struct fields, and the elements of its
// slices of structs.
func structs(v reflect.Value) func(func(reflect.Value) bool) {
	return func(yield func(reflect.Value) bool) { walkStructs(v, yield) }
}

func walkStructs(v reflect.Value, yield func(reflect.Value) bool) bool {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[redox.Object]() {
			return true
		}
		if !yield(v) {
			return false
		}
		for i := range v.NumField() {
			if !walkStructs(v.Field(i), yield) {
				return false
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if v.Type().Elem().Kind() == reflect.Struct && !walkStructs(v.Index(i), yield) {
				return false
			}
		}
	}
	return true
}

func TestRedactShowsStructureOnly(t *testing.T) {
	for i, e := range events(t)[:20] {
		r := random(t, 6, i)
		text, err := json.Marshal(plant(instance(e.node, r, 0.9), r))
		require.NoError(t, err)
		var v redox.Meta
		require.NoError(t, redox.Unmarshal(text, &v))
		out := redox.Redact(&v)
		assert.Contains(t, out, `"Unknown": "string"`)
		assert.NotContains(t, out, plantedText)
		assert.NotContains(t, out, plantedNumber)
	}
}
