// Package nats has the version of the NATS server that integration tests start. Package
// internal/integration builds it.
package nats
