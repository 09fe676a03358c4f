package webhook

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/redoxgen/redoxgen/runtime/dedup"
)

// held is a claim of this delivery until it is settled, then zero.
type held struct {
	claim dedup.Claim
	asked time.Time // when the store was asked for it, by the real clock
}

func (h held) ours() bool { return h.claim.State == dedup.New }

// hold claims the message, or answers why it is not to be handled now.
//
// A replay needs the claim of its dead letter. It also asks for that of the message:
// when dead-lettering it was interrupted, so that the sink has it and Redox too,
// it must not be handled by a replay and by a redelivery at once, and what the
// replay does is done for Redox as well. Mostly the message is done, as it was
// dead-lettered; then the dead letter's claim is all there is.
func (x *exchange) hold() bool {
	d := &x.out.Delivery
	replay := x.r.Header.Get(ReplayHeader)
	d.Replay = replay != ""
	if !d.Replay && !x.asBefore() {
		return false
	}
	if d.Replay && !x.claim(&x.deadLetter, d.claimKey(replay)) {
		return false
	}
	if x.deadLetter.claim.State == dedup.Done {
		x.reply(http.StatusOK, Duplicate)
		return false
	}
	if !x.claim(&x.message, d.claimKey("")) {
		_ = x.settle(free) // the dead letter
		return false
	}
	if x.message.claim.State == dedup.Done && !d.Replay {
		x.reply(http.StatusOK, Duplicate)
		return false
	}
	d.Attempt = x.message.claim.Attempt
	if d.Replay {
		d.Attempt = x.deadLetter.claim.Attempt + 1 // it was dead-lettered before
	}
	d.Redelivery = d.Attempt > 1
	return true
}

// upgrade is for how long after its start a handler looks for the keys of the
// version before it, that of all messages which Redox delivers again when it starts.
const upgrade = 24 * time.Hour

// asBefore gives a message that the version before this one had taken up the key
// that it had there, for what is known under it: that it is done, which handlers
// succeeded, and what they did once. If the store cannot be asked, it answers.
func (x *exchange) asBefore() bool {
	d := &x.out.Delivery
	before := *d
	key, changed := dedup.Earlier(d.key)
	if before.key = key; !changed || time.Since(x.h.started) > upgrade {
		return true
	}
	ctx, cancel := x.h.dedupContext(x.ctx)
	defer cancel()
	known, err := x.h.store.known(ctx, before.claimKey(""))
	if err != nil {
		x.fail(http.StatusServiceUnavailable, Unavailable, &storeError{"claim", err})
		return false
	}
	if known {
		d.key = key
	}
	return true
}

// claim asks the store for a key, until it is ours or done. Otherwise it answers.
func (x *exchange) claim(h *held, key dedup.Key) bool {
	deadline := time.Now().Add(x.h.config.Wait)
	pause := 20 * time.Millisecond
	for {
		err := x.tryClaim(h, key)
		switch {
		case err != nil:
			x.fail(http.StatusServiceUnavailable, Unavailable, &storeError{"claim", err})
			return false
		case h.ours(), h.claim.State == dedup.Done:
			return true
		case time.Now().Add(pause).After(deadline) || !sleep(x.r.Context(), pause):
			x.reply(http.StatusServiceUnavailable, InFlight)
			return false
		}
		pause = min(2*pause, 500*time.Millisecond)
	}
}

func (x *exchange) tryClaim(h *held, key dedup.Key) (err error) {
	h.asked = time.Now()
	ctx, cancel := x.h.dedupContext(x.ctx)
	defer cancel()
	h.claim, err = x.h.store.Claim(ctx, key, x.h.config.Lease)
	return err
}

func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// settlement is what becomes of the claims.
type settlement uint8

const (
	free settlement = iota // the next delivery is to handle the message
	done                   // none is
	kept                   // Redox need not deliver it again, but the dead letter is to be replayed
)

// settle tells the store what becomes of the claims. The error is for what is
// not known to be done. What cannot be released is free when its lease ends.
func (x *exchange) settle(as settlement) error {
	var err error
	store := x.h.store
	if as != free {
		err = x.end(&x.message, store.Commit)
	}
	if as == done && err == nil {
		err = x.end(&x.deadLetter, store.Commit)
	}
	_ = x.end(&x.deadLetter, store.Release)
	_ = x.end(&x.message, store.Release)
	return err
}

// end ends a claim that is still held.
func (x *exchange) end(h *held, how func(context.Context, dedup.Claim) error) error {
	if !h.ours() {
		return nil
	}
	claim := h.claim
	*h = held{}
	ctx, cancel := x.h.dedupContext(x.ctx)
	defer cancel()
	return how(ctx, claim)
}

// lost reports whether another receiver has taken the message meanwhile. Then
// that one's result counts, and a dead letter beside it would be handled once more.
func (x *exchange) lost() bool {
	if !x.message.ours() {
		return false
	}
	ctx, cancel := x.h.dedupContext(x.ctx)
	defer cancel()
	return errors.Is(x.h.store.Extend(ctx, x.message.claim, x.h.config.Lease), dedup.ErrLost)
}
