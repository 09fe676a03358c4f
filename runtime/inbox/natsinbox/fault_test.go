//go:build unix

package natsinbox_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/integration"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/inbox/natsinbox"
)

func message(key string, size int) inbox.Message {
	return inbox.Message{Key: dedup.Key(key), Order: []string{key}, LogID: key, Received: time.Now(), Raw: bytes.Repeat([]byte("x"), size)}
}

// within is a context that ends soon.
func within(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// claimSoon claims one message, which may take a while after a fault.
func claimSoon(t *testing.T, b *natsinbox.Box) inbox.Claim {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); {
		claims, err := b.Claim(within(t, 5*time.Second), 1, time.Minute)
		if err == nil && len(claims) == 1 {
			return claims[0]
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("nothing could be claimed")
	return inbox.Claim{}
}

// TestServerDown: who appends is told, and Redox waits. What was there is there
// afterwards, and who holds it ends it.
func TestServerDown(t *testing.T) {
	c := integration.NATS(t, 1)
	b := open(t, c, natsinbox.Config{})
	for _, key := range []string{"a", "b"} {
		_, err := b.Append(t.Context(), message(key, 10))
		require.NoError(t, err)
	}
	held := claimSoon(t, b)
	c.Kill(0)
	_, err := b.Append(within(t, time.Second), message("c", 10))
	require.Error(t, err)
	require.Error(t, b.Ping(within(t, time.Second)))
	require.Error(t, b.Finish(within(t, time.Second), held, inbox.Handled))
	c.Start(t, 0)
	require.EventuallyWithT(t, func(t *assert.CollectT) {
		assert.NoError(t, b.Finish(context.Background(), held, inbox.Handled))
	}, 20*time.Second, 100*time.Millisecond)
	added, err := b.Append(within(t, 10*time.Second), message("a", 10))
	require.NoError(t, err)
	assert.False(t, added)
	assert.Equal(t, dedup.Key("b"), claimSoon(t, b).Key)
	assert.NoError(t, b.Ping(t.Context()))
}

// TestServerSlow: a server that answers late took the message once.
func TestServerSlow(t *testing.T) {
	c := integration.NATS(t, 1)
	b := open(t, c, natsinbox.Config{})
	require.NoError(t, b.Ping(t.Context()))
	c.Stop()
	resume := time.AfterFunc(time.Second, c.Continue)
	defer resume.Stop()
	_, err := b.Append(within(t, 300*time.Millisecond), message("a", 10))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	_, err = b.Append(within(t, 10*time.Second), message("a", 10)) // Redox tries again
	require.NoError(t, err)
	claim := claimSoon(t, b)
	require.NoError(t, b.Finish(t.Context(), claim, inbox.Handled))
	claims, err := b.Claim(t.Context(), 10, time.Minute)
	require.NoError(t, err)
	assert.Empty(t, claims)
}

// TestFull: a full stream takes no messages and drops none; those that it has are
// handled, and what is purged makes room.
func TestFull(t *testing.T) {
	c := integration.NATS(t, 1)
	b := open(t, c, natsinbox.Config{MaxBytes: 200_000})
	n := 0
	for ; n < 1000; n++ {
		if _, err := b.Append(t.Context(), message(newName(), 10_000)); err != nil {
			break
		}
	}
	require.Less(t, n, 30)
	require.ErrorContains(t, b.Ping(t.Context()), "full")
	for range n {
		require.NoError(t, b.Finish(t.Context(), claimSoon(t, b), inbox.Handled))
	}
	purged, err := b.Purge(t.Context(), inbox.Filter{Outcome: inbox.Handled})
	require.NoError(t, err)
	assert.EqualValues(t, n, purged)
	require.EventuallyWithT(t, func(t *assert.CollectT) {
		_, err := b.Append(context.Background(), message("again", 10_000))
		assert.NoError(t, err)
	}, 10*time.Second, 100*time.Millisecond)
	assert.NoError(t, b.Ping(t.Context()))
}

// TestLongBody: a body of 40 MB, more than a NATS message may have.
func TestLongBody(t *testing.T) {
	c := integration.NATS(t, 1)
	b := open(t, c, natsinbox.Config{})
	m := message("a", 40<<20)
	added, err := b.Append(t.Context(), m)
	require.NoError(t, err)
	require.True(t, added)
	added, err = b.Append(t.Context(), m)
	require.NoError(t, err)
	require.False(t, added)
	claim := claimSoon(t, b)
	assert.True(t, bytes.Equal(m.Raw, claim.Raw))
	require.NoError(t, b.Finish(t.Context(), claim, inbox.Handled))
	purged, err := b.Purge(t.Context(), inbox.Filter{})
	require.NoError(t, err)
	assert.EqualValues(t, 1, purged)
	store, err := c.Connect(t).ObjectStore(t.Context(), "redox-inbox-bodies")
	require.NoError(t, err)
	_, err = store.List(t.Context())
	assert.ErrorIs(t, err, jetstream.ErrNoObjectsFound, "the body is gone with the message")
}

// TestStream: a stream that could lose messages is refused.
func TestStream(t *testing.T) {
	c := integration.NATS(t, 1)
	js := c.Connect(t)
	good := jetstream.StreamConfig{
		Name: "mine", Subjects: []string{"mine.>"}, Discard: jetstream.DiscardNew, MaxMsgsPerSubject: 1,
	}
	key := bytes.Repeat([]byte("k"), 32)
	for want, change := range map[string]func(*jetstream.StreamConfig){
		"":                     func(*jetstream.StreamConfig) {},
		"discard policy":       func(s *jetstream.StreamConfig) { s.Discard = jetstream.DiscardOld },
		"max age":              func(s *jetstream.StreamConfig) { s.MaxAge = time.Hour },
		"retention":            func(s *jetstream.StreamConfig) { s.Retention = jetstream.WorkQueuePolicy },
		"messages per subject": func(s *jetstream.StreamConfig) { s.MaxMsgsPerSubject = -1 },
		"allow direct":         func(s *jetstream.StreamConfig) { s.AllowDirect = true },
	} {
		config := good
		change(&config)
		_, err := js.CreateStream(t.Context(), config)
		require.NoError(t, err)
		b, err := natsinbox.New(t.Context(), js, natsinbox.Config{Name: "mine", HashKey: key})
		if want == "" {
			require.NoError(t, err)
			require.NoError(t, b.Close())
		} else {
			require.ErrorContains(t, err, want)
		}
		require.NoError(t, js.DeleteStream(t.Context(), "mine"))
	}
	_, err := natsinbox.New(t.Context(), js, natsinbox.Config{Name: "a.b"})
	require.ErrorContains(t, err, "Config.Name")
	_, err = natsinbox.New(t.Context(), js, natsinbox.Config{HashKey: []byte("short")})
	require.ErrorContains(t, err, "HashKey")
}

// TestRestart: a program that starts reads from the first unfinished message on, and
// leases go on by the server's clock.
func TestRestart(t *testing.T) {
	c := integration.NATS(t, 1)
	b := open(t, c, natsinbox.Config{})
	for _, key := range []string{"a", "b", "c"} {
		_, err := b.Append(t.Context(), message(key, 10))
		require.NoError(t, err)
	}
	first := claimSoon(t, b)
	require.NoError(t, b.Finish(t.Context(), first, inbox.Handled))
	claims, err := b.Claim(t.Context(), 1, time.Second)
	require.NoError(t, err)
	require.Len(t, claims, 1)
	require.NoError(t, b.Replay(t.Context(), first.ID, ""))
	time.Sleep(700 * time.Millisecond)
	began := time.Now()
	again := open(t, c, natsinbox.Config{})
	assert.Equal(t, dedup.Key("c"), claimSoon(t, again).Key)
	assert.Equal(t, dedup.Key("a"), claimSoon(t, again).Key)
	assert.Equal(t, dedup.Key("b"), claimSoon(t, again).Key, "its lease is over")
	assert.Less(t, time.Since(began), 900*time.Millisecond, "300 ms of the lease were left")
	assert.ErrorIs(t, b.Finish(t.Context(), claims[0], inbox.Handled), inbox.ErrLost)
}
