// Package dedup recognises messages that were delivered before.
//
// Redox delivers at least once: when an answer is lost, or not 200, the same
// message comes again. A Store remembers which messages are done, and which
// ones a worker is busy with, so that a redelivery does nothing twice:
//
//	claim, err := store.Claim(ctx, key, 30*time.Second)
//	switch {
//	case err != nil: // the store is down: have the message delivered again
//	case claim.State == dedup.Done: // nothing to do
//	case claim.State == dedup.InFlight: // another worker is busy with it
//	case claim.State == dedup.New:
//		if work() == nil {
//			err = store.Commit(ctx, claim)
//		} else {
//			err = store.Release(ctx, claim) // the retry must not be swallowed
//		}
//	}
//
// Package webhook does this for every message. Memory is the store for one
// process; the packages sqldedup (SQLite, PostgreSQL) and redisdedup keep
// claims beyond the process and share them between receivers. A store of your
// own must pass the suite of package deduptest.
//
// A claim is a lease: when its worker dies, the claim ends with the lease and
// the next delivery of the message is taken as new. A worker that was merely
// slow finds its claim gone (ErrLost) and cannot commit over the other's.
package dedup
