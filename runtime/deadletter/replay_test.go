package deadletter_test

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/deadletter/deadlettertest"
)

// TestReplayInterrupted: the message at hand is finished and removed if it was
// handled, and what was not tried is not counted as failed.
func TestReplayInterrupted(t *testing.T) {
	for name, tt := range map[string]struct {
		err  error // of the message at which the replay is interrupted
		want deadletter.Replayed
		left int
	}{
		"handled": {nil, deadletter.Replayed{Delivered: 2}, 3},
		"failed":  {errors.New("down"), deadletter.Replayed{Delivered: 1, Failed: 1}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			store := deadletter.Dir(t.TempDir())
			for i := range 5 {
				require.NoError(t, store.Put(t.Context(), deadlettertest.Message(strconv.Itoa(i), i, "{}")))
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			got, err := deadletter.Replay(ctx, store, func(_ context.Context, m deadletter.Message) error {
				if m.Key == "0" {
					return nil
				}
				cancel()
				return tt.err
			})
			assert.ErrorIs(t, err, context.Canceled)
			assert.Equal(t, tt.want, got)
			assert.Len(t, messages(t, store), tt.left)
		})
	}
}
