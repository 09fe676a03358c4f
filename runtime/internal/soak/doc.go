// Package soak proves, by killing receivers at random, that no message is lost,
// that effects within Once happen exactly once, and that with an inbox a patient's
// messages are handled in order. It has tests only.
//
// Each test runs three receiver processes behind one feed. They are this
// test's own binary, started again with an environment that makes it a
// receiver, and are killed with SIGKILL and restarted until everything was
// delivered; so is one of three NATS servers at a time, where the inbox is on these.
// REDOXGEN_SOAK sets the number of deliveries, REDOXGEN_SEED repeats
// a run's choices.
package soak
