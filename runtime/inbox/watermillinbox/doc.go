// Package watermillinbox takes received messages through a broker by Watermill: Kafka,
// RabbitMQ, Redis Streams, a cloud queue.
//
//	topic, err := watermillinbox.New(publisher, "redox", secret)
//	h, err := webhook.NewHandler(mux, webhook.Config{Inbox: topic, …})
//	router.AddConsumerHandler("redox", "redox", subscriber, watermillinbox.Consume(h, watermillinbox.Config{}))
//
// The publisher must return from Publish only when the broker has the message durably
// (Kafka: acknowledged by all in-sync replicas; RabbitMQ: publisher confirms), as Redox
// is answered 200 then. With Redis Streams that is what Redis does with appendfsync, and
// MaxIdleTime of the subscriber must be longer than handlers take, or another worker gets
// the message as well. testdata/watermill runs this package with Redis.
//
// # What it cannot promise
//
// It is no inbox.Box. What the engines of a Box do and this does not:
//
//   - Order is that of the broker. MetadataOrder of each message is a hash of one of its
//     keys: make it the partition key, in the publisher's marshaler, and have each
//     partition consumed by one at a time. Messages whose keys differ in part, as that of
//     a merge, may have another partition: it does not wait for both patients.
//   - A redelivery by Redox is published again; so is a message whose Publish failed
//     after the broker had it. Once makes an effect single; without it, handlers may run
//     again. The UUID is the same, for brokers that recognise it.
//   - Attempts are counted by the process: a restart, or another worker, counts anew. A
//     message that ends its process each time is never dead-lettered by it.
//   - A message that failed holds back what the subscriber delivers after it.
//   - An effect by Once and the end of the message are not one transaction.
//   - Retention, replay, depth and age are the broker's. /healthz knows nothing of it.
//   - The body is in the broker as it was received. Encrypt it by the broker's means.
package watermillinbox
