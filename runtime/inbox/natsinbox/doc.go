// Package natsinbox is an inbox.Box on NATS JetStream, for receivers and workers on many
// machines.
//
//	nc, err := nats.Connect("nats://a,nats://b,nats://c", nats.MaxReconnects(-1))
//	js, err := jetstream.New(nc)
//	box, err := natsinbox.New(ctx, js, natsinbox.Config{})
//
// # How it works
//
// One stream has the messages and a record of what became of each. A redelivery is
// recognised by the subject, of which the stream takes one message, as long as the first
// is retained. Each process with workers reads the headers of the stream, and so knows
// the order for every key, across all keys of a message: a merge waits for both patients,
// and both wait for it, as in a SQL database. The server gives a message to the first
// process that asks for it with the record of its last state, for a lease, which passes
// by the monotonic clocks of the others; who comes later, or with a state of before, is
// refused. A retry is such a state with a time: a delayed negative acknowledgement
// would hold back all keys of a partition, not those of the message alone.
//
// # What is different from a SQL database
//
//   - A handler's effect and the end of its message are not one transaction: a worker that
//     dies between them has the message handled again, and Once makes the effect single.
//   - Find reads the headers of the messages from the page on; there is no index. The newest
//     are found as fast among many messages as among few, those with a log ID are not.
//   - A process with workers has the keys of each unfinished message in memory, nothing of
//     those that are only retained. The server has the two subjects of each of these in its
//     memory: about 300 bytes for a message. When a worker starts it looks at all of them.
//   - A message has at most 2,000 keys.
//   - A server confirms a message before its disk has it, by default: what the power cut
//     of a majority of servers takes is lost. sync_interval: always in their
//     configuration changes that.
//   - When one of three servers dies, requests that it had are repeated, and claims go on
//     when another leads, which takes the servers up to ten seconds. A claim whose answer
//     was lost is found, and does not wait for its lease.
//   - A body longer than the server's max_payload is kept in an object store. One whose
//     Append was interrupted stays there until it is deleted by hand.
//
// The stream drops nothing: it must have no max age, and refuse what is new when it is
// full. What is handled is purged by inbox.Config.Retention.
package natsinbox
