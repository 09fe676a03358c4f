package webhook

import (
	"context"
	"errors"

	"github.com/redoxgen/redoxgen/runtime/dedup"
)

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
	if !x.message.acquired() {
		return false
	}
	ctx, cancel := x.h.storeContext(x.ctx)
	defer cancel()
	return errors.Is(x.h.store.Extend(ctx, x.message.Claim, x.h.config.Lease), dedup.ErrLost)
}
