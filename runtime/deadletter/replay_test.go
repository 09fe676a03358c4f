package deadletter_test

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/internal/boxtest"
)

// TestReplayInterrupted: the letter at hand is finished and removed if it was
// handled, and what was not tried is not counted as failed.
func TestReplayInterrupted(t *testing.T) {
	for name, tt := range map[string]struct {
		err  error // of the letter at which the replay is interrupted
		want deadletter.Replayed
		left int
	}{
		"handled": {nil, deadletter.Replayed{Delivered: 2}, 3},
		"failed":  {errors.New("down"), deadletter.Replayed{Delivered: 1, Failed: 1}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			box := deadletter.Dir(t.TempDir())
			for i := range 5 {
				require.NoError(t, box.Put(t.Context(), boxtest.Letter(strconv.Itoa(i), i, "{}")))
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			got, err := deadletter.Replay(ctx, box, func(_ context.Context, l deadletter.Letter) error {
				if l.Key == "0" {
					return nil
				}
				cancel()
				return tt.err
			})
			assert.ErrorIs(t, err, context.Canceled)
			assert.Equal(t, tt.want, got)
			assert.Len(t, letters(t, box), tt.left)
		})
	}
}
