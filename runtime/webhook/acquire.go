package webhook

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/inbox"
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
	if x.work != nil {
		return answer{}, true // the claim is the inbox's
	}
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
	key, changed := dedup.Earlier(d.key)
	if !changed || !x.h.store.CanTell() || time.Since(x.h.started) > upgradeWindow {
		return nil
	}
	earlier := Delivery{key: key}
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
	var began time.Time
	pause := 20 * time.Millisecond
	for {
		err := x.tryClaim(c, key)
		if began.IsZero() {
			began = c.asked
		}
		switch {
		case err != nil:
			return unavailable("claim", err), false
		case c.acquired(), c.State == dedup.Done:
			return answer{}, true
		case time.Since(began)+pause > x.h.config.Wait || duration.Sleep(x.r.Context(), pause) != nil:
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

// settlement is what becomes of the claims.
type settlement uint8

const (
	release           settlement = iota // the next delivery is to handle the message
	commit                              // no delivery is to handle it again
	commitMessageOnly                   // as commit, but the dead letter is to be replayed again
)

// finish ends the claims. The error is for what is not known to be committed. What
// cannot be released is free when its lease ends.
func (x *exchange) finish(as settlement) error {
	var err error
	store := x.h.store
	if as != release {
		err = x.endClaim(&x.message, store.Commit)
	}
	if as == commit && err == nil {
		err = x.endClaim(&x.deadLetter, store.Commit)
	}
	_ = x.endClaim(&x.deadLetter, store.Release)
	_ = x.endClaim(&x.message, store.Release)
	return err
}

// endClaim ends a claim that was acquired and has not ended yet.
func (x *exchange) endClaim(c *claimState, how func(context.Context, dedup.Claim) error) error {
	if !c.acquired() {
		return nil
	}
	claim := c.Claim
	*c = claimState{}
	ctx, cancel := x.h.storeContext(x.ctx)
	defer cancel()
	return how(ctx, claim)
}

// lost reports whether another receiver has taken the message meanwhile. Then
// that one's result counts, and a dead letter beside it would be handled once more.
func (x *exchange) lost() bool {
	if x.work != nil {
		return errors.Is(x.work.Extend(x.ctx), inbox.ErrLost)
	}
	if !x.message.acquired() {
		return false
	}
	ctx, cancel := x.h.storeContext(x.ctx)
	defer cancel()
	return errors.Is(x.h.store.Extend(ctx, x.message.Claim, x.h.config.Lease), dedup.ErrLost)
}
