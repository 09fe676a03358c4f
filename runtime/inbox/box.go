package inbox

import (
	"context"
	"errors"
	"iter"
	"time"
)

// ErrLost is returned for a claim that its holder no longer holds: its lease ran out
// and another worker claimed the message, or it is finished.
var ErrLost = errors.New("inbox: the claim was lost to another worker")

// ErrNotFound is returned for an ID that no message has.
var ErrNotFound = errors.New("inbox: no message has that ID")

// Claim is a message that a worker is to handle, and its right to do so.
type Claim struct {
	Message // without Order

	ID      int64
	Attempt int    // 1 for the first claim of the message, or of its replay
	Replay  bool   // an operator wanted it handled again
	Handler string // the only handler that is to get a replay, "" for all
	// Run distinguishes the replay of a message that was Handled from all else that is
	// done with it: its effects are to happen again. It is 0 otherwise.
	Run int64
	// Unreadable is why Raw is not the message but what is kept of it, as of a sealed one
	// that no key opens. Run tries it again, and gives it to its Handler when that is the
	// last attempt: to dead-letter it as it is.
	Unreadable error
	Token      any // by which the Box knows the claim
}

// Appender takes up messages.
type Appender interface {
	// Append keeps a message. When it returns nil the message survives a crash.
	// If one of its Key is there, whatever became of it, nothing is added.
	//
	// Messages that have a key of Order in common are in the order in which their
	// Appends returned; of those that ran at the same time, in any, but in the same
	// for all their keys.
	Append(ctx context.Context, m Message) (added bool, err error)
	// Ping returns an error if it takes no messages.
	Ping(ctx context.Context) error
}

// Box keeps messages. All methods are safe for concurrent use, by all processes that
// share what is behind it. No error contains anything of a message but, at most, its
// key and the name of its event. All methods return soon after their context ends.
//
// Errors other than ErrLost and ErrNotFound mean that the Box could not be asked; what
// was requested may then have happened or not, and asking again is safe.
type Box interface {
	Appender

	// Claim takes up to n messages whose turn it is: that are not finished, claimed or
	// waiting for a retry, and of which no earlier one of any of their keys is
	// unfinished. The caller holds them until lease has passed, unless it extends or
	// ends the claims.
	Claim(ctx context.Context, n int, lease time.Duration) ([]Claim, error)
	// Extend starts the lease anew, ErrLost if the claim is no longer held.
	Extend(ctx context.Context, c Claim, lease time.Duration) error
	// Finish ends the message as Handled or Dead, and it is the turn of what waited for
	// it; or as Held, and what waits for it goes on waiting. ErrLost if the claim is no
	// longer held. Finishing twice in the same way is no error.
	Finish(ctx context.Context, c Claim, as Outcome) error
	// Retry gives the message back, to be claimed again when the time has passed. What
	// waits for it goes on waiting.
	Retry(ctx context.Context, c Claim, after time.Duration) error
	// Wait returns nil when there may be a message to claim, at the latest when the time
	// has passed, or the error of ctx.
	Wait(ctx context.Context, most time.Duration) error

	// Find yields the entries of a filter in the order of their IDs.
	Find(ctx context.Context, f Filter) iter.Seq2[Entry, error]
	// Replay has a message handled once more by the handler of that name, or by all for
	// "": as the last of each of its keys if it is Handled or Dead, at its place if it
	// is Held, and at once if it is Pending. ErrNotFound if it is not there.
	Replay(ctx context.Context, id int64, handler string) error
	// Purge deletes the messages of a filter that are not Pending, a few at a time, and
	// returns how many. What waits for a Held one goes on.
	Purge(ctx context.Context, f Filter) (int64, error)
	// Stats returns the figures of what is not finished.
	Stats(ctx context.Context) (Stats, error)
}

// Transactional is implemented by a Box whose claims count in the transaction of
// sqldedup.Store.Once, where both have the same database.
type Transactional interface {
	// WithClaim returns a context under which Once commits nothing unless the claim is
	// held when it does; it returns ErrLost then. With end it also ends the claim as
	// Handled, in its transaction: either the effect and the end are committed, or
	// neither. The keys go on when the worker finishes the claim, or its lease is over.
	// Retry, and Finish as anything else, undo the end.
	WithClaim(ctx context.Context, c Claim, end bool) context.Context
}
