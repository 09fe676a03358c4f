// Package webhook receives messages from Redox: it verifies that a request
// comes from Redox, recognises redeliveries, decodes, and calls typed handlers.
//
//	mux := webhook.NewMux()
//	webhook.On(mux, func(ctx context.Context, d webhook.Delivery, ev *patientadmin.Arrival) error {
//		return beds.Assign(ctx, ev.Patient.Identifiers, ev.Visit.Location)
//	})
//	h, err := webhook.NewHandler(mux, webhook.Config{
//		Tokens:     []string{os.Getenv("REDOX_TOKEN")},
//		Dedup:      store,
//		DeadLetter: deadletter.Dir("dead"),
//	})
//	err = webhook.Serve(ctx, ":8080", h)
//
// # What is answered
//
// Redox delivers at least once and in order, and stops the feed on any status
// of 400 and above until a retry is answered with 200. So:
//
//   - handled, or handled earlier: 200;
//   - no handler takes it, it does not decode, a handler returned a permanent error
//     (Permanent), or it is not for this receiver (From, Config.Environment): into the
//     dead-letter sink, then 200;
//   - a handler returned any other error or panicked, another worker is busy
//     with the message, or the dedup store or the sink cannot be reached: 503,
//     and Redox delivers the message again;
//   - the body is empty, or shorter than its Content-Length: 503. Something read
//     it before the handler. Without a Content-Length only an empty one is noticed,
//     so a middleware that reads the body must put back what it reads;
//   - no valid credentials: 401, whatever else the request is; with valid ones, a method
//     other than GET and POST 405, a body over the limit 413, of another type than JSON or
//     compressed 415, that comes too slowly 408, that ends early 400;
//   - a verifier that cannot decide now, such as of tokens whose issuer cannot be
//     reached: 503.
//
// While the handler is shutting down everybody gets 503.
//
// A query that a handler answers (Answer, AnswerAny) is answered with 200 and the answer,
// with 503 after an error, with 500 after a permanent one, and with 400 if it does
// not decode. It is not dead-lettered. One that no handler answers is a message like
// any other.
//
// What does not fit the schema never stops the feed: it is in Delivery.Report.
// The header Redoxgen-Outcome of every verified answer says what happened.
//
// # Around the handlers
//
// A message passes, in this order: Config.Environment, which keeps test messages out
// of production and real ones out of a test system; the tenant that its sender belongs
// to, if there are tenants (From); deduplication; and for each handler that takes it the
// middleware of the Mux, that of the tenant's Mux, and the handler (Use). Observers
// watch all of it, and change nothing.
//
// # Order and replays
//
// Redox delivers in order, and a message that is dead-lettered leaves it: what comes
// after it is handled before it is replayed. A Transfer to bed 1 that is replayed
// after a Transfer to bed 2 puts the patient back into bed 1, unless the handler
// looks. Delivery.Replay and Delivery.EventTime are there for that:
//
//	latest, err := timeline.Advance(ctx, dedup.Key("bed:"+patient), d.EventTime)
//	switch {
//	case err != nil:
//		return err
//	case d.Replay && latest.After(d.EventTime):
//		return nil // a newer message said where the patient is
//	}
//
// A dedup.Memory is such a timeline, for as long as the process lives, and so is a
// sqldedup.Store. Handlers that write to a database do better to compare with a time
// in the row that they change.
//
// # What is logged
//
// At level info that Serve listens and where, each message that was handled or
// answered, and that the handler has shut down; as warnings and errors what went
// wrong. Of a message: event names, IDs, sizes, durations, paths and rules of the
// report, the handler that failed, and why it was dead-lettered; never anything else.
// The errors of stores and sinks are shown, as these promise that they contain nothing
// of a message. The text of a handler's error may: its types are shown, and its text if
// it is Loggable. See Config.ErrorText.
package webhook
