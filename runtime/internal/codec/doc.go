// Package codec is the parent of the packages that decode, validate, encode,
// compare and convert messages. Each imports only those above it:
//
//	mem        fields of generated structs and bytes of text; the only unsafe package
//	jsontext   scanning and writing JSON text
//	format     dates, and the formats of draft-04
//	report     what is wrong with a message, and where
//	extension  the member Extensions: its entries, and what is well-formed
//	preserved  what structs preserve beyond their fields
//	alloc      the memory of a message
//	program    what an event's struct, outline and rules are compiled to
//	decode     JSON to structs, and what is wrong with it
//	encode     structs to JSON, and whether it may be sent
//	compare    equality and differences of structs
//	convert    copies, projections to other events, and outlines without values
//
// Decoding and validating are one pass over the bytes, driven by a program:
// validating alone is that pass without a destination. Paths are made only for
// what is wrong, by a second pass.
package codec
