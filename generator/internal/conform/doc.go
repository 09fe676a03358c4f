// Package conform holds the tests that compare generated code with an
// independent draft-04 validator: the same verdict and the same set of
// (path, rule) for every event, and nothing of a message lost. It has no code
// of its own.
package conform
