// Package redoxsim plays Redox's side of a delivery: it posts messages to webhooks
// with log and attempt IDs in Meta, with Redox's headers, verifies endpoints with a
// challenge, and keeps messages in queues that stop and try again by Redox's schedule.
// It is not for tests alone: the command triggers webhooks with it. Package redoxtest
// has feeds that also disturb deliveries, for tests.
package redoxsim
