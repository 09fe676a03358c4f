// Package deadletter keeps messages that could not be handled, byte for byte,
// so that they neither stop the feed nor get lost, and delivers them again once
// the cause is mended:
//
//	box := deadletter.Dir("dead")
//	err := box.Put(ctx, letter)
//	…
//	result, err := deadletter.Replay(ctx, box, deliver)
//
// Letters hold patient data as received; Dir keeps others from reading them,
// but on Windows.
// Package sqldeadletter keeps letters in a database.
package deadletter
