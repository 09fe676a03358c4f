// Package redoxsim plays Redox's side of a delivery: it posts messages to webhooks
// with log and attempt IDs in Meta, with Redox's headers, and verifies endpoints
// with a challenge. It is not for tests alone: the command triggers webhooks with
// it. Package redoxtest has feeds that queue, retry and disturb deliveries in tests.
package redoxsim
