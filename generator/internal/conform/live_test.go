package conform

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// Messages of schemas that are read at run time are reported on and written as
// the generated code of the same schemas does it, byte for byte.
func TestLiveEventsAreAsGenerated(t *testing.T) {
	x, err := generator.Inspect(t.Context(), generator.Options{})
	require.NoError(t, err)
	live := make(map[string]*redox.EventInfo)
	for _, e := range x.Infos() {
		live[e.String()] = e
	}
	require.Len(t, live, len(events(t)))
	for i, e := range events(t) {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			l := live[e.name]
			require.NotNil(t, l)
			assert.Equal(t, []any{e.info.Kind, e.info.Response}, []any{l.Kind, l.Response})
			r := random(t, 5, i)
			for n := range 40 {
				text := message(t, e, r, n)
				if text == nil {
					continue
				}
				if !sameVerdict(t, e.info, l, text) {
					t.Fatalf("message %d", n)
				}
			}
		})
	}
}

func sameVerdict(t *testing.T, generated, live *redox.EventInfo, text []byte) bool {
	t.Helper()
	want, err := generated.ValidateJSON(text)
	require.NoError(t, err)
	got, err := live.ValidateJSON(text)
	require.NoError(t, err)
	a, b := generated.New(), live.New()
	decodedWant, err := a.DecodeJSON(text)
	require.NoError(t, err)
	decoded, err := b.DecodeJSON(text)
	require.NoError(t, err)
	wantText, wantErr := a.AppendJSON(nil)
	gotText, gotErr := b.AppendJSON(nil)
	_, wantInvalid := a.AppendValid(nil)
	_, gotInvalid := b.AppendValid(nil)
	return assert.Equal(t, want.String(), got.String()) &&
		assert.Equal(t, decodedWant.String(), decoded.String()) &&
		assert.Equal(t, string(wantText), string(gotText)) && assert.Equal(t, wantErr, gotErr) &&
		assert.Equal(t, wantInvalid == nil, gotInvalid == nil) &&
		assert.Equal(t, a.Validate().String(), b.Validate().String()) &&
		assert.True(t, a.RedoxMeta().Equal(b.RedoxMeta()))
}

// Meta can be filled in, and everything else of it stays.
func TestLiveMeta(t *testing.T) {
	x, err := generator.Inspect(t.Context(), generator.Options{Events: []string{"PatientAdmin.Arrival"}})
	require.NoError(t, err)
	require.Len(t, x.Infos(), 1)
	m := x.Infos()[0].New().(*generator.Message)
	_, err = m.DecodeJSON([]byte(`{"Meta":{"Odd":[1.0],"Destinations":[{"ID":"d","Odd":null}],"Test":"x"}}`))
	require.NoError(t, err)
	meta := m.RedoxMeta()
	meta.DataModel, meta.EventType, meta.Source.ID = "PatientAdmin", "Arrival", "s"
	require.NoError(t, m.SetMeta(meta))
	text, err := m.AppendJSON(nil)
	require.NoError(t, err)
	assert.JSONEq(t, `{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","Source":{"ID":"s"},"Odd":[1.0],"Destinations":[{"ID":"d","Odd":null}],"Test":"x"}}`, string(text))
}
