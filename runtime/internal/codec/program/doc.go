// Package program is what an event's struct, outline and rules are compiled to: a
// tree of nodes. A node says which JSON types the schema allows for a value, which
// Go value takes it, and what else is to be checked. Decoding, encoding,
// comparing and converting walk messages and structs along these nodes.
package program
