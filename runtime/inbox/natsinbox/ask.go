package natsinbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/redoxgen/redoxgen/runtime/internal/duration"
)

const (
	firstPatience = time.Second // for the answer to a request
	mostPatience  = 4 * time.Second
	patience      = 10 * time.Second // for one that is repeated, where the context has no deadline
	pause         = 50 * time.Millisecond
)

// ask does a request, again and again if it is not answered: the server that it was sent
// to, or that leads the stream, may have died, and another leads soon.
func ask[T any](ctx context.Context, request func(context.Context) (T, error)) (answer T, err error) {
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, patience)
		defer cancel()
	}
	for most := firstPatience; ; most = min(2*most, mostPatience) {
		soon, cancel := context.WithTimeout(ctx, most)
		answer, err = request(soon)
		cancel()
		if !isUnanswered(err) {
			return answer, err
		}
		if duration.Sleep(ctx, pause) != nil {
			if errors.Is(err, context.DeadlineExceeded) {
				return answer, ctx.Err()
			}
			return answer, fmt.Errorf("%w: %w", ctx.Err(), err)
		}
	}
}

// isUnanswered reports whether an error leaves open whether a request was done.
func isUnanswered(err error) bool {
	var refused *jetstream.APIError
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errBeingCreated) || errors.Is(err, nats.ErrTimeout) ||
		errors.Is(err, nats.ErrNoResponders) || errors.Is(err, jetstream.ErrNoStreamResponse) ||
		errors.As(err, &refused) && refused.ErrorCode == noLeader
}

const noLeader jetstream.ErrorCode = 10008
