package deadletter

import (
	"context"
	"errors"
	"fmt"
)

// Replayed counts what became of the letters.
type Replayed struct {
	Delivered int // delivered and removed
	Failed    int // kept
}

// Replay delivers every letter of box in the order in which they were received,
// and removes those for which deliver returns nil. A letter that fails is kept
// and does not stop the others; the error joins everything that failed and
// repeats no content. Replaying again is safe: what was delivered but could
// not be removed is delivered again.
func Replay(ctx context.Context, box Box, deliver func(context.Context, Letter) error) (Replayed, error) {
	var result Replayed
	var errs []error
	for l, err := range box.Letters(ctx) {
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

func replayOne(ctx context.Context, box Box, l Letter, deliver func(context.Context, Letter) error) error {
	if err := deliver(ctx, l); err != nil {
		return err
	}
	return box.Remove(ctx, l)
}
