package inbox

import (
	"context"
	"errors"
	"time"
)

// Replay has all messages of a filter handled once more, in the order of their IDs, and
// returns how many. Those that are Pending are left as they are, as are those that are
// appended meanwhile. See Box.Replay for handler and place; perSecond is the most that are
// added in a second, 0 for as many as the Box takes.
func Replay(ctx context.Context, box Box, f Filter, handler string, perSecond float64) (n int, err error) {
	var ids []int64
	f.Raw = false
	for e, err := range box.Find(ctx, f) {
		if err != nil {
			return 0, err
		}
		if e.Outcome != Pending {
			ids = append(ids, e.ID)
		}
	}
	began := time.Now()
	for _, id := range ids {
		if perSecond > 0 {
			sleep(ctx, time.Until(began.Add(time.Duration(float64(n)/perSecond*float64(time.Second)))))
		}
		if err := ctx.Err(); err != nil {
			return n, err
		}
		switch err := box.Replay(ctx, id, handler); {
		case err == nil:
			n++
		case !errors.Is(err, ErrNotFound): // purged meanwhile
			return n, err
		}
	}
	return n, nil
}
