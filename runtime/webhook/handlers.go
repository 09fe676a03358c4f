package webhook

import (
	"context"
	"errors"
	"fmt"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// call is a handler that takes a certain message.
type call struct {
	route  string
	msg    redox.Message // as the handler sees it
	handle HandlerFunc
}

// do runs the handler. The error is temporary if its methods panic, such as those
// of a nil *url.Error.
func (c call) do(ctx context.Context, d Delivery) (permanent bool, err error) {
	d.route = c.route
	err = recoverToError(func() error {
		_, err := c.handle(ctx, d, c.msg)
		permanent = err != nil && IsPermanent(err)
		return err
	})
	return permanent, err
}

// callAll calls the handlers one after the other. It stops at the first
// temporary error, as the message comes again, and when the claim was lost, as
// another worker may have the message; a permanent error does not keep the
// others from their part.
func (x *exchange) callAll(ctx context.Context, d Delivery, calls []call) (temporary, permanent error) {
	h := x.h
	var succeeded []call
	acquired := marks{}
	for i, c := range calls {
		if context.Cause(ctx) == ErrClaimLost {
			temporary = ErrClaimLost
			break
		}
		done, err := h.isDone(ctx, d, c, acquired)
		if err != nil {
			temporary = err
			break
		}
		if done {
			continue
		}
		x.calling.Store(&calls[i].route)
		own := ctx
		if x.work != nil {
			own = x.work.WithClaim(ctx, i == len(calls)-1 && permanent == nil)
		}
		isPermanent, err := c.do(own, d)
		if err == nil {
			if d.Redelivery || len(calls) > 1 {
				succeeded = append(succeeded, c)
			}
			continue
		}
		x.failed(c.route)
		if isPermanent {
			permanent = errors.Join(permanent, &handlerError{c.route, err})
			continue
		}
		if ctx.Err() != nil {
			err = errors.Join(err, context.Cause(ctx))
		}
		temporary = err
		break
	}
	if d.Redelivery || (temporary != nil || permanent != nil) && len(calls) > 1 {
		h.markDone(ctx, d, succeeded, acquired)
	}
	return temporary, permanent
}

// handlerError is a permanent error and the handler that returned it.
type handlerError struct {
	route string
	err   error
}

// Error has fmt call the error's own method, which may panic.
func (e *handlerError) Error() string { return fmt.Sprintf("%s: %v", e.route, e.err) }
func (e *handlerError) Unwrap() error { return e.err }

// failed notes for the outcome which handler failed.
func (x *exchange) failed(name string) {
	if x.out.Handler != "" {
		name = x.out.Handler + ", " + name
	}
	x.out.Handler = name
}

// handlerDoneKey is the key of the mark that a handler succeeded with a message that
// may come again: because another handler failed, or, of a redelivery, because an
// earlier delivery may have left a dead letter that is replayed one day. It is not
// below Delivery.Key, where handlers have keys of their own; no handler's name has
// a colon.
func (d Delivery) handlerDoneKey(c call) dedup.Key { return d.runKey().Sub("ran:" + c.route) }

// marks are the claims of handlers' marks, by route. A redelivery acquires them
// before it runs its handlers, so that they can be written in any case.
type marks map[string]dedup.Claim

// isDone reports whether the handler succeeded in an earlier delivery. Redeliveries
// ask also where it is the only handler, as the one that failed may be gone since.
// With an error of the store the handler must not be called.
func (h *Handler) isDone(ctx context.Context, d Delivery, c call, acquired marks) (bool, error) {
	if !d.Redelivery {
		return false, nil
	}
	ctx, cancel := h.storeContext(ctx)
	defer cancel()
	claim, err := h.store.Claim(ctx, d.handlerDoneKey(c), h.config.Lease)
	if err != nil {
		return false, &StoreError{"claim", err}
	}
	if claim.State == dedup.New {
		acquired[c.route] = claim
	}
	return claim.State == dedup.Done, nil
}

// markDone marks which handlers succeeded, so that what comes again spares them,
// and releases the marks of the others. A handler that cannot be marked runs again:
// at least once, as after any other crash.
func (h *Handler) markDone(ctx context.Context, d Delivery, succeeded []call, acquired marks) {
	ctx, cancel := h.storeContext(ctx)
	defer cancel()
	for _, c := range succeeded {
		claim, ok := acquired[c.route]
		delete(acquired, c.route)
		if !ok {
			claim, _ = h.store.Claim(ctx, d.handlerDoneKey(c), h.config.Lease)
		}
		if claim.State == dedup.New {
			_ = h.store.Commit(ctx, claim)
		}
	}
	for _, claim := range acquired {
		_ = h.store.Release(ctx, claim)
	}
}
