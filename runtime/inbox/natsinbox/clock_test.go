package natsinbox

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/runtime/inbox"
)

// streamed is a record as a server sends it.
type streamed struct {
	jetstream.Msg
	m *nats.Msg
}

func (s streamed) Subject() string      { return s.m.Subject }
func (s streamed) Headers() nats.Header { return s.m.Header }

// TestClockSetBackAndForward: a lease, and the pause before a retry, last as long as they
// were to from when a process hears of them, whatever the clocks say. Of those that began
// before the process did, the time since is taken off by the server's clock: if it was
// set back, nothing is taken off; if it was set forward, they end early.
func TestClockSetBackAndForward(t *testing.T) {
	const day, lease = 24 * time.Hour, time.Hour
	for name, test := range map[string]struct {
		before bool          // the start of the process
		ago    time.Duration // by the server's clock of now
		left   time.Duration
	}{
		"heard of":                                {false, 0, lease},
		"heard of, server's clock is behind":      {false, day, lease},
		"heard of, server's clock is ahead":       {false, -day, lease},
		"of before the start":                     {true, lease / 4, lease - lease/4},
		"of before the start, clock set back":     {true, -day, lease},
		"of before the start, clock set forward":  {true, day, 0},
		"of before the start, clock a little off": {true, -time.Second, lease},
	} {
		for _, claimed := range []bool{true, false} {
			t.Run(name, func(t *testing.T) {
				b := &Box{name: "inbox"}
				b.view = newView(b)
				if test.before {
					b.view.until = 2
				}
				read := func(seq uint64, subject string, record any) {
					b.view.read(streamed{m: newRecord(subject, record, nil)}, &jetstream.MsgMetadata{
						Sequence: jetstream.SequencePair{Stream: seq}, Timestamp: time.Now().Add(-test.ago),
					})
				}
				read(1, b.messageSubject("k"), messageRecord{Key: []byte("k")})
				read(2, b.stateSubject(1), stateRecord{Outcome: inbox.Pending, At: 1, Attempt: 1, Claim: "c", Claimed: claimed, For: lease})
				free, again, _ := b.view.next()
				assert.Equal(t, test.left == 0, free)
				if test.left > 0 {
					assert.InDelta(t, test.left.Minutes(), time.Until(again).Minutes(), 1)
				}
			})
		}
	}
}
