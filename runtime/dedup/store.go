package dedup

import (
	"context"
	"errors"
	"time"
)

// State is what a store knows of a key at the time of a claim.
type State uint8

// The states. The zero State is not one of them.
const (
	New      State = iota + 1 // the caller holds the claim now
	InFlight                  // another worker holds a claim whose lease runs
	Done                      // committed earlier
)

// String returns the state in lower case.
func (s State) String() string {
	switch s {
	case New:
		return "new"
	case InFlight:
		return "in flight"
	case Done:
		return "done"
	default:
		return "none"
	}
}

// Claim is the answer to a request for a key. Only a claim in state New may be
// extended, committed or released.
type Claim struct {
	Key   Key
	State State
	// Fence distinguishes this claim from every other claim of the key, earlier and
	// later ones. It is 0 unless State is New.
	Fence int64
	// Attempt counts the claims of this key within the retention: above 1 the
	// key was claimed before and released, or its lease ran out. It is 0
	// unless State is New.
	Attempt int
}

// ErrLost is returned for a claim that its holder no longer holds: its lease
// ran out and another worker claimed the key, or it was released.
var ErrLost = errors.New("dedup: the claim was lost to another worker")

// ErrFull is returned by a bounded store in which no key can give way.
var ErrFull = errors.New("dedup: the store is full of messages in flight")

// ErrNotClaimed is returned for a claim whose state is not New.
var ErrNotClaimed = errors.New("dedup: not a claim in state new")

// Store keeps the claims. All methods are safe for concurrent use, by all
// processes that share the store. Errors other than ErrLost, ErrFull and
// ErrNotClaimed mean that the store could not be asked; what was requested may
// then have happened or not, and asking again is safe. No error contains
// anything of a message but, at most, its key. All methods return soon after
// their context ends, whatever the database does.
type Store interface {
	// Claim asks for the key. In state New the caller holds it until lease has
	// passed, unless it extends, commits or releases the claim.
	Claim(ctx context.Context, key Key, lease time.Duration) (Claim, error)
	// Extend starts the lease anew, ErrLost if the claim is no longer held.
	Extend(ctx context.Context, c Claim, lease time.Duration) error
	// Commit marks the key as done. Committing twice is no error. A lease that
	// ran out does not matter as long as nobody else claimed the key, and the
	// store has not forgotten it: after the retention it may be ErrLost.
	Commit(ctx context.Context, c Claim) error
	// Release gives the key back, so that the next claim is New. Releasing what
	// was committed is ErrLost and leaves it done.
	Release(ctx context.Context, c Claim) error
}

// Pinger is implemented by stores that can report whether they would take claims:
// a database that answers and cannot be written is an error.
type Pinger interface {
	Ping(ctx context.Context) error
}

// Knower is implemented by stores that outlive the program: they can report whether
// they have a key, be it claimed, released or done, without claiming it.
type Knower interface {
	Known(ctx context.Context, key Key) (bool, error)
}

// Timeline is implemented by stores that can report how far something has got, such
// as what is known of a patient, so that an old message does not undo a newer one.
// Memory and sqldedup.Store do. What lives in a database better has the time beside
// what it changes, in the same transaction.
type Timeline interface {
	// Advance notes that an event of that time was taken up for key, and returns
	// the latest time that was noted before, rounded down to the microsecond, and
	// zero if none is known any more. An older time changes nothing.
	Advance(ctx context.Context, key Key, at time.Time) (latest time.Time, err error)
}

// None returns a store that remembers nothing: every claim is New.
func None() Store { return none{} }

type none struct{}

func (none) Claim(_ context.Context, key Key, _ time.Duration) (Claim, error) {
	return Claim{Key: key, State: New, Fence: 1, Attempt: 1}, nil
}

func (none) Extend(context.Context, Claim, time.Duration) error { return nil }
func (none) Commit(context.Context, Claim) error                { return nil }
func (none) Release(context.Context, Claim) error               { return nil }
