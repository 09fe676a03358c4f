// Package mem is the codec's access to memory: the fields of generated structs
// and the bytes of the input. It is the only package that uses unsafe; with
// the build tag redox_safe it uses reflect and bounds-checked indexing instead.
//
// The rules that keep the unsafe form sound:
//   - offsets and types come from reflect, once, when a program is compiled;
//   - a Ptr always points into a live, properly typed Go value, so the garbage
//     collector sees every pointer that is written through it;
//   - slices grow through reflect, or lie in an array that reflect made, never by
//     casting allocated bytes;
//   - a Text only ever appends to memory that nobody else writes to, so the
//     strings that it returns never change;
//   - eight bytes are written to a Room only where it has them, and read from a
//     string only where that has them;
//   - an Input carries Pad zero bytes behind its text, so that eight bytes can
//     be read at any position of the text without passing its end.
package mem

// Pad is the number of zero bytes behind the text of an Input. A zero byte is
// in no JSON text, so it also stops every scan.
const Pad = 64

// zeros is what is appended to a text to pad it.
const zeros = "\x00\x00\x00\x00\x00\x00\x00\x00" + "\x00\x00\x00\x00\x00\x00\x00\x00" +
	"\x00\x00\x00\x00\x00\x00\x00\x00" + "\x00\x00\x00\x00\x00\x00\x00\x00" +
	"\x00\x00\x00\x00\x00\x00\x00\x00" + "\x00\x00\x00\x00\x00\x00\x00\x00" +
	"\x00\x00\x00\x00\x00\x00\x00\x00" + "\x00\x00\x00\x00\x00\x00\x00\x00"
