package webhook

import (
	"net/http"
	"time"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/internal/duration"
)

// claimState is a claim of this delivery until it is finished, then zero.
type claimState struct {
	dedup.Claim

	asked time.Time // when the store was asked for it, by the real clock
}

func (c claimState) acquired() bool { return c.State == dedup.New }

// acquire claims the message, or returns the answer that it is not to be handled now.
//
// A replay needs the claim of its dead letter. It also asks for that of the message:
// if dead-lettering was interrupted, so that both the sink and Redox have the
// message, a replay and a redelivery must not handle it at once, and what the replay
// does is done for Redox as well. Mostly the message is done, as it was
// dead-lettered; then the replay has the claim of the dead letter only.
func (x *exchange) acquire() (refused answer, ok bool) {
	d := &x.out.Delivery
	duplicate := answer{release, http.StatusOK, Duplicate, nil}
	if replay := x.r.Header.Get(ReplayHeader); replay != "" {
		d.Replay = true
		if refused, ok = x.claim(&x.deadLetter, d.claimKey(replay)); !ok {
			return refused, false
		}
		if x.deadLetter.State == dedup.Done {
			return duplicate, false
		}
	} else if err := x.useEarlierKey(); err != nil {
		return unavailable("claim", err), false
	}
	if refused, ok = x.claim(&x.message, d.claimKey("")); !ok {
		_ = x.finish(release) // the dead letter
		return refused, false
	}
	if x.message.State == dedup.Done && !d.Replay {
		return duplicate, false
	}
	d.Attempt = x.message.Attempt
	if d.Replay {
		d.Attempt = x.deadLetter.Attempt + 1 // the first one dead-lettered it
	}
	d.Redelivery = d.Attempt > 1
	return answer{}, true
}

// upgradeWindow is for how long after its start a handler looks for the keys of the
// version before it. Redox delivers all messages that had one again by then.
const upgradeWindow = 24 * time.Hour

// useEarlierKey gives a message that an earlier version of this package had taken
// up the key that it had there, for what is known under it: that it is done, which
// handlers succeeded, and what they did once.
func (x *exchange) useEarlierKey() error {
	d := &x.out.Delivery
	earlier := *d
	key, changed := dedup.Earlier(d.key)
	if earlier.key = key; !changed || time.Since(x.h.started) > upgradeWindow {
		return nil
	}
	ctx, cancel := x.h.storeContext(x.ctx)
	defer cancel()
	known, err := x.h.store.Known(ctx, earlier.claimKey(""))
	if known {
		d.key = key
	}
	return err
}

// claim asks the store for a key until it is acquired or done. Otherwise it returns
// the answer.
func (x *exchange) claim(c *claimState, key dedup.Key) (refused answer, ok bool) {
	deadline := time.Now().Add(x.h.config.Wait)
	pause := 20 * time.Millisecond
	for {
		err := x.tryClaim(c, key)
		switch {
		case err != nil:
			return unavailable("claim", err), false
		case c.acquired(), c.State == dedup.Done:
			return answer{}, true
		case time.Now().Add(pause).After(deadline) || duration.Sleep(x.r.Context(), pause) != nil:
			return answer{release, http.StatusServiceUnavailable, InFlight, nil}, false
		}
		pause = min(2*pause, 500*time.Millisecond)
	}
}

func (x *exchange) tryClaim(c *claimState, key dedup.Key) (err error) {
	c.asked = time.Now()
	ctx, cancel := x.h.storeContext(x.ctx)
	defer cancel()
	c.Claim, err = x.h.store.Claim(ctx, key, x.h.config.Lease)
	return err
}
