// Package deadletter keeps messages that could not be handled, byte for byte,
// so that they neither stop the feed nor get lost, and delivers them again once
// the cause is fixed:
//
//	store := deadletter.Dir("dead")
//	err := store.Put(ctx, message)
//	…
//	result, err := deadletter.Replay(ctx, store, deliver)
//
// Messages hold patient data as received; Dir keeps others from reading them,
// but on Windows. Seal encrypts them in any store.
// Package sqldeadletter keeps messages in a database. A store of your own must pass
// the suite of package deadlettertest.
package deadletter
