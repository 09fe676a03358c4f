package emit

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
	runtime "github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoximpl"
)

// field is a message with one field of type T.
type field[T any] struct {
	runtime.Object

	F T `json:"F"`
}

type concept struct{ runtime.Object }

// TestDefaultTypes: a schema whose outline says no more of a member than its name
// allows the same types at run time as the generator takes it to allow.
func TestDefaultTypes(t *testing.T) {
	texts := map[schema.Types]string{
		schema.Null: `null`, schema.Boolean: `true`, schema.Number: `7.5`, schema.String: `"a"`, schema.Array: `[]`, schema.Object: `{}`,
	}
	for _, c := range []struct {
		kind  model.Kind
		event any
	}{
		{model.Kind{Base: model.String}, (*field[string])(nil)},
		{model.Kind{Base: model.Date}, (*field[runtime.Date])(nil)},
		{model.Kind{Base: model.DateTime}, (*field[runtime.DateTime])(nil)},
		{model.Kind{Base: model.Number}, (*field[runtime.Number])(nil)},
		{model.Kind{Base: model.Bool}, (*field[runtime.Bool])(nil)},
		{model.Kind{Base: model.Concept, Concept: &model.Struct{}}, (*field[concept])(nil)},
		{model.Kind{Base: model.String, Slices: 1}, (*field[[]string])(nil)},
		{model.Kind{Base: model.Number, Slices: 2}, (*field[[][]runtime.Number])(nil)},
		{model.Kind{Base: model.Raw, Slices: 1}, (*field[[]runtime.Raw])(nil)},
	} {
		for required, has := range map[bool]string{false: "F", true: "F!"} {
			s := redoximpl.Schema{Type: c.event, Outline: []redoximpl.Outline{{Has: has}}}
			for types, text := range texts {
				report, err := s.ValidateJSON([]byte(`{"F":` + text + `}`))
				require.NoError(t, err)
				assert.Equal(t, defaultTypes(c.kind, required).Has(types), report.Valid(), "%T, outline %s: %s", c.event, has, text)
			}
		}
	}
}
