//go:build unix

package natsinbox_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/redoxgen/redoxgen/internal/integration"
	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/inbox/inboxtest"
	"github.com/redoxgen/redoxgen/runtime/inbox/natsinbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestServer(t *testing.T) {
	c := integration.NATS(t, 1)
	inboxtest.Run(t, inboxtest.Config{
		New: func(t *testing.T) inbox.Box { return open(t, c, natsinbox.Config{Name: newName()}) },
		NewStalled: func(t *testing.T) (inbox.Box, func()) {
			stalls := integration.NATS(t, 1)
			t.Cleanup(stalls.Continue)
			return open(t, stalls, natsinbox.Config{}), stalls.Stop
		},
	})
}

// TestCluster: several processes with one inbox are one inbox.
func TestCluster(t *testing.T) {
	c := integration.NATS(t, 3)
	inboxtest.Run(t, inboxtest.Config{
		Lease: time.Second, // three servers and the race detector may share two cores
		New: func(t *testing.T) inbox.Box {
			name, several := newName(), &several{}
			for range 3 {
				several.boxes = append(several.boxes, open(t, c, natsinbox.Config{Name: name}))
			}
			return several
		},
	})
}

// TestNewAtOnce: programs that start at once have one inbox, and one key for hashes.
func TestNewAtOnce(t *testing.T) {
	c := integration.NATS(t, 3)
	const programs = 8
	boxes, errs := make([]*natsinbox.Box, programs), make([]error, programs)
	var wg sync.WaitGroup
	for i := range programs {
		js := c.Connect(t)
		wg.Go(func() { boxes[i], errs[i] = natsinbox.New(t.Context(), js, natsinbox.Config{}) })
	}
	wg.Wait()
	for i, b := range boxes {
		require.NoError(t, errs[i])
		added, err := b.Append(t.Context(), message("a", 10))
		require.NoError(t, err)
		require.Equal(t, i == 0, added)
		require.NoError(t, b.Close())
	}
}

func newName() string { return fmt.Sprintf("inbox-%x", rand.Uint64()) }

func open(t *testing.T, c *integration.NATSCluster, config natsinbox.Config) *natsinbox.Box {
	t.Helper()
	b, err := natsinbox.New(t.Context(), c.Connect(t), config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

// several asks another Box each time. They share nothing but the stream.
type several struct {
	boxes []*natsinbox.Box
	turn  atomic.Uint64
}

func (s *several) next() *natsinbox.Box { return s.boxes[s.turn.Add(1)%uint64(len(s.boxes))] }

func (s *several) Append(ctx context.Context, m inbox.Message) (bool, error) {
	return s.next().Append(ctx, m)
}

func (s *several) Claim(ctx context.Context, n int, lease time.Duration) ([]inbox.Claim, error) {
	return s.next().Claim(ctx, n, lease)
}

func (s *several) Extend(ctx context.Context, c inbox.Claim, lease time.Duration) error {
	return s.next().Extend(ctx, c, lease)
}

func (s *several) Finish(ctx context.Context, c inbox.Claim, as inbox.Outcome) error {
	return s.next().Finish(ctx, c, as)
}

func (s *several) Retry(ctx context.Context, c inbox.Claim, after time.Duration) error {
	return s.next().Retry(ctx, c, after)
}

func (s *several) Wait(ctx context.Context, most time.Duration) error {
	return s.next().Wait(ctx, most)
}

func (s *several) Find(ctx context.Context, f inbox.Filter) iter.Seq2[inbox.Entry, error] {
	return s.next().Find(ctx, f)
}

func (s *several) Replay(ctx context.Context, id int64, handler string) error {
	return s.next().Replay(ctx, id, handler)
}

func (s *several) Purge(ctx context.Context, f inbox.Filter) (int64, error) {
	return s.next().Purge(ctx, f)
}

func (s *several) Stats(ctx context.Context) (inbox.Stats, error) { return s.next().Stats(ctx) }
func (s *several) Ping(ctx context.Context) error                 { return s.next().Ping(ctx) }
