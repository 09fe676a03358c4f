// Package codec decodes, validates, encodes and compares messages by tables.
//
// A Program is compiled from a generated struct type and from what generated
// code says of its event's schema. It is a tree of nodes; each says which JSON
// types the schema allows at a place, where the value goes in memory, and what
// else is to be checked. One decoder walks input and program together: decoding
// and validating are the same pass, and validating alone is that pass without
// a destination. Paths are made only for what is wrong, by a second pass over
// the input.
package codec
