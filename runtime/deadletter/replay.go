package deadletter

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Replayed counts the messages of a replay.
type Replayed struct {
	Delivered int // delivered and removed
	Failed    int // kept, as they failed
}

// Replay delivers every message of store in the order in which they were received,
// and removes those for which deliver returns nil. A message that fails is kept
// and does not stop the others; the error joins everything that failed and
// repeats no content. Replaying again is safe: what was delivered but could
// not be removed is delivered again. When ctx ends the message at hand is finished;
// those that were not tried are kept and not counted, and the error is ctx's. A sealed
// message is not delivered: see Seal.
//
// A replayed message comes after newer ones that were handled meanwhile, and may undo
// what these stated about the same patient. Only the handlers can prevent that: see
// webhook.Delivery.Replay.
func Replay(ctx context.Context, store Store, deliver func(context.Context, Message) error) (Replayed, error) {
	var result Replayed
	var errs []error
	for m, err := range store.Messages(ctx) {
		if ctx.Err() != nil {
			errs = append(errs, ctx.Err())
			break
		}
		if err != nil {
			result.Failed++
			errs = append(errs, err)
			continue
		}
		if err := replayOne(ctx, store, m, deliver); err != nil {
			result.Failed++
			errs = append(errs, fmt.Errorf("%v: %w", m, err))
			continue
		}
		result.Delivered++
	}
	return result, errors.Join(errs...)
}

// removeTimeout bounds what a replay that is interrupted still waits for.
const removeTimeout = 10 * time.Second

func replayOne(ctx context.Context, store Store, m Message, deliver func(context.Context, Message) error) error {
	if IsSealed(m) { // dead-lettered again, it could not be opened any more
		return fmt.Errorf("%w: replay a store of Seal, with its key", ErrSealed)
	}
	if err := deliver(ctx, m); err != nil {
		return err
	}
	// It was handled. If it stayed because somebody interrupts the replay, the next
	// one would have to find out.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), removeTimeout)
	defer cancel()
	return store.Remove(ctx, m)
}
