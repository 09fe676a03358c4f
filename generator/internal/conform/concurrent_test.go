package conform

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestConcurrentFirstUse uses all events for the first time from several
// goroutines, which compile programs that share nodes.
func TestConcurrentFirstUse(t *testing.T) {
	list := events(t)
	texts := make([][]byte, len(list))
	for i, e := range list {
		texts[i] = message(t, e, random(t, 7, i), 2)
	}
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for n := range list {
				i := (n*7 + g*31) % len(list)
				m := list[i].info.New()
				_, err := m.DecodeJSON(texts[i])
				assert.NoError(t, err)
				m.RedoxMeta()
				m.Validate()
				_, err = m.MarshalJSON()
				assert.NoError(t, err)
			}
		})
	}
	wg.Wait()
}
