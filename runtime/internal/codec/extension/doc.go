// Package extension knows the member Extensions, which any object of a message may
// have though no schema says so: how it is read and changed, and what is well-formed.
package extension
