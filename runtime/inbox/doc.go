// Package inbox keeps received messages until they are handled, in order, on one
// machine or on many.
//
// A webhook.Handler with Config.Inbox verifies a message, appends it to a Box and
// answers 200. Run, or Start, gives the messages to the handlers, in the same process or
// in others, any number of them:
//
//	box, err := sqlinbox.New(ctx, store.DB(), "sqlite")
//	…
//	h, err := webhook.NewHandler(mux, webhook.Config{Inbox: box, …})
//	defer inbox.Start(ctx, box, h, inbox.Config{})()
//
// # Order
//
// Each message has keys (KeysOf: its source with each identifier of its patient).
// Messages that have a key in common are handled one after the other, in the order in
// which they were appended; all others side by side. So a merge, which names two patients,
// waits for what was received before about either, and what comes after waits for it.
// A message that fails keeps waiting those alone that have a key in common with it.
//
// # What is kept
//
// A message that is handled stays for Config.Retention. It can be found, shown and
// handled again meanwhile, and a redelivery of it is recognised. Its keys are there as
// keyed hashes. The message itself is there as it was received, or encrypted (Seal).
//
// # Engines
//
// Package sqlinbox has a Box in SQLite and PostgreSQL, natsinbox one in NATS JetStream.
// Package watermillinbox takes messages through a broker, with less promised.
// Memory is one for tests. Package inboxtest holds every Box to the same promises.
package inbox
