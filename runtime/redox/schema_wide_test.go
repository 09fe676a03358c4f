package redox_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/redoximpl"
)

// TestWideObject: an object may have more properties than 16 bits count.
func TestWideObject(t *testing.T) {
	const n = 70_000
	var properties strings.Builder
	for i := range n {
		fmt.Fprintf(&properties, `,"p%d":{"type":"string"}`, i)
	}
	schema := sampleSchemaWith(redoximpl.SchemaRule{At: "Visit.Extension", Keyword: "schema", Value: `{"properties":{` + properties.String()[1:] + `}}`})
	for _, i := range []int{0, 1<<15 - 1, 1 << 15, 1<<15 + 1, 1<<16 - 1, 1 << 16, n - 1} {
		name := fmt.Sprintf("p%d", i)
		for value, want := range map[string]string{`"a"`: "", `1`: "Visit.Extension." + name + ": type, want string, got number\n"} {
			r, err := schema.ValidateJSON([]byte(`{"Meta":{"DataModel":"S","EventType":"N"},"Persons":[],"Visit":{"VisitNumber":"1","Extension":{"` + name + `":` + value + `}}}`))
			require.NoError(t, err)
			assert.Equal(t, want, r.String())
		}
	}
}
