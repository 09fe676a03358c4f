package redox_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/all"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// Every event of the catalog is found in the list of all.
func TestDispatchAllEvents(t *testing.T) {
	for _, e := range all.Events() {
		m, _, err := redox.Dispatch(fmt.Appendf(nil, `{"Meta":{"DataModel":%q,"EventType":%q}}`, e.DataModel, e.EventType), all.Events())
		require.NoError(t, err)
		assert.IsType(t, e.New(), m, e)
	}
}
