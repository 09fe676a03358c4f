// Package redoxsim delivers messages to webhooks as Redox does: with log and
// attempt IDs in Meta, Redox's headers, and the challenge that verifies an
// endpoint. The command triggers webhooks with it, and package redoxtest makes
// feeds for tests of it.
package redoxsim
