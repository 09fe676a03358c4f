package dedup

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// appendTokens appends a JSON text without the white space between its tokens. The
// text begins between tokens and need not be JSON.
//
// It takes most of the time that a key takes. So 64 bytes are looked at together, a
// bit for each, where there is no backslash; few messages have many.
func appendTokens(dst, raw []byte) []byte {
	from, i, escape := 0, 0, -1 // escape: the first backslash at or behind i
	for i < len(raw) {
		if escape < i {
			if escape = bytes.IndexByte(raw[i:], '\\'); escape < 0 {
				escape = len(raw)
			} else {
				escape += i
			}
		}
		inside := uint64(0) // all bits: the block begins in a string
		for ; i+blockSize <= escape; i += blockSize {
			quotes, spaces := masks((*[blockSize]byte)(raw[i:]))
			inside ^= upTo(quotes)
			for spaces &^= inside; spaces != 0; {
				start := bits.TrailingZeros64(spaces)
				length := bits.TrailingZeros64(^(spaces >> start))
				if i+start > from {
					dst = append(dst, raw[from:i+start]...)
				}
				from = i + start + length
				spaces &= spaces + 1<<start // without the lowest run of bits
			}
			inside = uint64(int64(inside) >> 63)
		}
		if inside != 0 {
			i = stringEnd(raw, i-1)
		}
		for i <= escape && i < len(raw) {
			switch raw[i] {
			case '"':
				i = stringEnd(raw, i)
			case ' ', '\t', '\r', '\n':
				dst = append(dst, raw[from:i]...)
				i = spaceEnd(raw, i)
				from = i
			default:
				i++
			}
		}
	}
	return append(dst, raw[from:]...)
}

const blockSize = 64

// masks returns which bytes of a block are quotes, and which are white space: no other
// bytes of JSON are as small.
func masks(block *[blockSize]byte) (quotes, spaces uint64) {
	const (
		ones, low = 0x0101010101010101, 0x7f7f7f7f7f7f7f7f
		gather    = 0x0102040810204080 // moves the lowest bit of each byte into the highest byte
	)
	for at := 0; at < blockSize; at += 8 {
		w := binary.LittleEndian.Uint64(block[at : at+8])
		quote := w ^ ones*'"' // a byte that is found is 0
		quote = ^((quote&low + low) | quote) >> 7 & ones
		space := ^((w&low + ones*(0x7f-' ')) | w) >> 7 & ones // those that are no larger
		quotes |= quote * gather >> 56 << (at & 63)
		spaces |= space * gather >> 56 << (at & 63)
	}
	return quotes, spaces
}

// upTo returns, for each bit, whether the number of bits set at and below it is odd.
func upTo(mask uint64) uint64 {
	mask ^= mask << 1
	mask ^= mask << 2
	mask ^= mask << 4
	mask ^= mask << 8
	mask ^= mask << 16
	return mask ^ mask<<32
}
