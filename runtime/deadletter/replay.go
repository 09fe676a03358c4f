package deadletter

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Replayed counts what became of the letters.
type Replayed struct {
	Delivered int // delivered and removed
	Failed    int // kept, as they failed
}

// Replay delivers every letter of box in the order in which they were received,
// and removes those for which deliver returns nil. A letter that fails is kept
// and does not stop the others; the error joins everything that failed and
// repeats no content. Replaying again is safe: what was delivered but could
// not be removed is delivered again. When ctx ends the letter at hand is finished;
// those that were not tried are kept and not counted, and the error is ctx's.
//
// What is replayed comes after newer messages that were handled meanwhile, and may
// undo what these said of the same patient. Only the handlers can tell: see
// webhook.Delivery.Replay.
func Replay(ctx context.Context, box Box, deliver func(context.Context, Letter) error) (Replayed, error) {
	var result Replayed
	var errs []error
	for l, err := range box.Letters(ctx) {
		if ctx.Err() != nil {
			errs = append(errs, ctx.Err())
			break
		}
		if err != nil {
			result.Failed++
			errs = append(errs, err)
			continue
		}
		if err := replayOne(ctx, box, l, deliver); err != nil {
			result.Failed++
			errs = append(errs, fmt.Errorf("%v: %w", l, err))
			continue
		}
		result.Delivered++
	}
	return result, errors.Join(errs...)
}

// removeTimeout bounds what a replay that is interrupted still waits for.
const removeTimeout = 10 * time.Second

func replayOne(ctx context.Context, box Box, l Letter, deliver func(context.Context, Letter) error) error {
	if err := deliver(ctx, l); err != nil {
		return err
	}
	// It was handled. If it stayed because somebody interrupts the replay, the next
	// one would have to find out.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), removeTimeout)
	defer cancel()
	return box.Remove(ctx, l)
}
