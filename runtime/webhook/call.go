package webhook

import (
	"context"
	"errors"
	"fmt"

	"github.com/redoxgen/redoxgen/runtime/dedup"
)

// callAll calls the handlers one after the other. It stops at the first
// temporary error, as the message comes again, and when the claim was lost, as
// another worker may have the message; a permanent error does not keep the
// others from their part.
func (x *exchange) callAll(ctx context.Context, d Delivery, calls []call) (temporary, permanent error) {
	h := x.h
	var succeeded []call
	held := notes{}
	for i, c := range calls {
		if context.Cause(ctx) == ErrClaimLost {
			temporary = ErrClaimLost
			break
		}
		ran, err := h.ranBefore(ctx, d, c, held)
		if err != nil {
			temporary = err
			break
		}
		if ran {
			continue
		}
		d.route = c.route
		x.calling.Store(&calls[i].route)
		err = protect(func() error { return c.run(ctx, d) })
		switch {
		case err == nil:
			succeeded = append(succeeded, c)
			continue
		case IsPermanent(err):
			x.failed(c.route)
			permanent = errors.Join(permanent, fmt.Errorf("%s: %w", c.route, err))
			continue
		case ctx.Err() != nil:
			err = errors.Join(err, context.Cause(ctx))
		}
		x.failed(c.route)
		temporary = err
		break
	}
	if d.Redelivery || (temporary != nil || permanent != nil) && len(calls) > 1 {
		h.noteRan(ctx, d, succeeded, held)
	}
	return temporary, permanent
}

// failed notes for the outcome which handler failed.
func (x *exchange) failed(name string) {
	if x.out.Handler != "" {
		name = x.out.Handler + ", " + name
	}
	x.out.Handler = name
}

// ran is the key of the note that a handler succeeded with a message that may
// come again: because another handler failed, or, of a redelivery, because an
// earlier delivery may have left a dead letter that is replayed one day. It is not
// below Delivery.Key, where handlers have keys of their own; no handler's name has
// a colon.
func (d Delivery) ran(c call) dedup.Key { return d.key.Sub("ran:" + c.route) }

// notes are the claims of handlers' notes: of those that run in a redelivery
// from when they were asked for, so that they can be written in any case.
type notes map[string]dedup.Claim // by route

// ranBefore reports whether the handler succeeded in an earlier delivery. Only
// redeliveries need to ask; also where it is the only handler, as the one that
// failed may be gone since. The error is for a store that cannot tell: the
// handler must not be called then.
func (h *Handler) ranBefore(ctx context.Context, d Delivery, c call, held notes) (bool, error) {
	if !d.Redelivery {
		return false, nil
	}
	ctx, cancel := h.dedupContext(ctx)
	defer cancel()
	claim, err := h.store.Claim(ctx, d.ran(c), h.config.Lease)
	if err != nil {
		return false, &storeError{"claim", err}
	}
	if claim.State == dedup.New {
		held[c.route] = claim
	}
	return claim.State == dedup.Done, nil
}

// noteRan notes which handlers succeeded, so that what comes again spares them,
// and gives up the notes of the others. What cannot be noted runs again: at least
// once, as with any other crash.
func (h *Handler) noteRan(ctx context.Context, d Delivery, succeeded []call, held notes) {
	ctx, cancel := h.dedupContext(ctx)
	defer cancel()
	for _, c := range succeeded {
		claim, ok := held[c.route]
		delete(held, c.route)
		if !ok {
			claim, _ = h.store.Claim(ctx, d.ran(c), h.config.Lease)
		}
		if claim.State == dedup.New {
			_ = h.store.Commit(ctx, claim)
		}
	}
	for _, claim := range held {
		_ = h.store.Release(ctx, claim)
	}
}
