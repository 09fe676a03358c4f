package watermillinbox

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/inbox"
)

// Config configures Consume. Zero is the default of everything.
type Config struct {
	// MaxAttempts is after how many attempts of this process a message that failed is
	// dead-lettered. Default 50.
	MaxAttempts int
	// Backoff is the pause before the first negative acknowledgement of a message. It
	// doubles with each further one, up to MaxBackoff, and is shortened by up to half at
	// random. The broker must give that time, and the time of handlers, for an
	// acknowledgement. Default 1 second, and 1 minute.
	Backoff, MaxBackoff time.Duration
}

var (
	errAgain   = errors.New("watermillinbox: the message was not handled: it is to be delivered again")
	errForeign = errors.New("watermillinbox: a message without " + MetadataKey + " or " + MetadataReceived + ": only what a Topic has published can be handled")
)

// lease is how often a handler is asked whether its subscriber still holds the message.
const lease = 30 * time.Second

// Consume returns the handler function of a Watermill router that gives messages to h,
// which is a *webhook.Handler. A message that is handled or dead-lettered is
// acknowledged. One that failed is returned as an error: the router acknowledges it
// negatively, and the broker delivers it again.
func Consume(h inbox.Handler, config Config) message.NoPublishHandlerFunc {
	config.MaxAttempts = cmp.Or(max(config.MaxAttempts, 0), 50)
	config.Backoff = cmp.Or(max(config.Backoff, 0), time.Second)
	config.MaxBackoff = max(cmp.Or(max(config.MaxBackoff, 0), time.Minute), config.Backoff)
	c := &consumer{handler: h, config: config, attempts: map[dedup.Key]int{}}
	return c.consume
}

type consumer struct {
	handler inbox.Handler
	config  Config

	mu       sync.Mutex
	attempts map[dedup.Key]int // of messages that failed
}

func (c *consumer) consume(msg *message.Message) error {
	m, err := received(msg)
	if err != nil {
		return err
	}
	ctx := msg.Context()
	attempt := c.begin(m.Key)
	v := c.handler.HandleMessage(ctx, inbox.Work{
		Claim: inbox.Claim{Message: m, Attempt: attempt},
		Last:  attempt >= c.config.MaxAttempts, Exhausted: attempt > c.config.MaxAttempts,
		Lease: lease, Claimed: time.Now(),
		Extend: func(context.Context) error {
			if ctx.Err() != nil { // the subscriber gave it up
				return inbox.ErrLost
			}
			return nil
		},
		WithClaim: func(ctx context.Context, _ bool) context.Context { return ctx },
	})
	if v.Outcome == inbox.Handled || v.Outcome == inbox.Dead {
		c.mu.Lock()
		delete(c.attempts, m.Key)
		c.mu.Unlock()
		return nil
	}
	timer := time.NewTimer(c.pause(attempt))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return errAgain
}

// mostCounted is of how many messages attempts are counted: some that failed here are
// handled elsewhere.
const mostCounted = 10_000

// begin counts an attempt.
func (c *consumer) begin(key dedup.Key) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.attempts[key] == 0 && len(c.attempts) >= mostCounted {
		for other := range c.attempts {
			delete(c.attempts, other)
			break
		}
	}
	c.attempts[key]++
	return c.attempts[key]
}

func (c *consumer) pause(attempt int) time.Duration {
	d := c.config.Backoff
	for range attempt - 1 {
		if d = 2 * d; d >= c.config.MaxBackoff {
			d = c.config.MaxBackoff
			break
		}
	}
	return d - rand.N(d/2+1)
}

// received returns the message that Append had.
func received(msg *message.Message) (inbox.Message, error) {
	m := inbox.Message{Raw: msg.Payload}
	var key, at string
	for name, to := range map[string]*string{
		MetadataKey: &key, MetadataDataModel: &m.DataModel, MetadataEventType: &m.EventType,
		MetadataSource: &m.Source, MetadataLogID: &m.LogID, MetadataAttemptID: &m.AttemptID, MetadataReceived: &at,
	} {
		value, err := url.PathUnescape(msg.Metadata.Get(name))
		if err != nil {
			return m, errForeign
		}
		*to = value
	}
	micros, err := strconv.ParseInt(at, 10, 64)
	if err != nil || key == "" {
		return m, errForeign
	}
	m.Key, m.Received = dedup.Key(key), time.UnixMicro(micros).UTC()
	return m, nil
}
