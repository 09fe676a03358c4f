package dedup

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"math/bits"
	"sync"
)

// textHash returns a hash of a JSON text that does not depend on the white space
// between its tokens, nor on the values of Meta.Logs and Meta.Transmission: these
// differ between deliveries of one message. Unlike contentHash it keeps the order
// of members, which makes it one pass over the bytes.
func textHash(raw []byte) [sha256.Size]byte {
	buf := texts.Get().(*[]byte)
	defer texts.Put(buf)
	text := appendCounted((*buf)[:0], raw)
	if cap(text) <= retainedText {
		*buf = text
	}
	return sha256.Sum256(text)
}

// texts are buffers of the size of usual messages.
var texts = sync.Pool{New: func() any { return new([]byte) }}

const retainedText = 64 << 10

// appendCounted appends what counts of a JSON text. Of a text that is not JSON it
// appends something, without an error.
func appendCounted(dst, raw []byte) []byte {
	from, depth, inMeta := 0, 0, false // inMeta: the member of depth 1 that is read is Meta
	another := false                   // there may be another Meta
	for i := 0; i < len(raw); {
		switch raw[i] {
		case '"':
			start := i
			i = stringEnd(raw, i)
			if depth > 2 || depth == 2 && !inMeta || depth < 1 || !beforeColon(raw, i) {
				continue
			}
			name := nameIn(raw[start:i])
			if depth == 1 {
				inMeta = string(name) == "Meta"
			} else if string(name) == "Logs" || string(name) == "Transmission" {
				dst = append(dst, raw[from:i]...)
				i = valueEnd(raw, i)
				from = i
			}
		case ' ', '\t', '\r', '\n':
			dst = append(dst, raw[from:i]...)
			i = spaceEnd(raw, i)
			from = i
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
			if depth == 1 && inMeta && !another {
				if another = mayNameMeta(raw[i:]); !another {
					return appendTokens(append(dst, raw[from:i]...), raw[i:])
				}
			}
		default:
			i++
		}
	}
	return append(dst, raw[from:]...)
}

// mayNameMeta reports whether there may be a member called Meta in a text: one that is
// written so, or with an escaped letter.
func mayNameMeta(raw []byte) bool {
	return bytes.Contains(raw, []byte(`Meta"`)) || bytes.Contains(raw, []byte(`\u00`))
}

func spaceEnd(raw []byte, i int) int {
	for i < len(raw) && (raw[i] == ' ' || raw[i] == '\t' || raw[i] == '\r' || raw[i] == '\n') {
		i++
	}
	return i
}

// stringEnd returns the place behind the string that begins at i. It looks at eight
// bytes at a time: most of a message is text.
func stringEnd(raw []byte, i int) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	for i++; i < len(raw); {
		if i+8 <= len(raw) {
			word := binary.LittleEndian.Uint64(raw[i:])
			quote, escape := word^(ones*'"'), word^(ones*'\\') // a byte that is found is 0
			found := ((quote-ones)&^quote | (escape-ones)&^escape) & tops
			if found == 0 {
				i += 8
				continue
			}
			i += bits.TrailingZeros64(found) / 8
		}
		switch raw[i] {
		case '"':
			return i + 1
		case '\\':
			i += 2
		default:
			i++
		}
	}
	return len(raw)
}

func beforeColon(raw []byte, i int) bool {
	i = spaceEnd(raw, i)
	return i < len(raw) && raw[i] == ':'
}

// valueEnd returns the place behind the value of the member whose name ends at i.
func valueEnd(raw []byte, i int) int {
	i = min(spaceEnd(raw, i)+1, len(raw)) // behind the colon
	for nested := 0; i < len(raw); {
		switch raw[i] {
		case '"':
			i = stringEnd(raw, i)
			continue
		case '{', '[':
			nested++
		case '}', ']':
			nested--
		}
		if nested < 0 || nested == 0 && raw[i] == ',' {
			return i // both belong to what the member is in
		}
		i++
	}
	return i
}

// nameIn returns what a string says that is written as JSON, with both of its quotes.
func nameIn(written []byte) []byte {
	if bytes.IndexByte(written, '\\') < 0 {
		return written[1 : len(written)-1]
	}
	var name string
	_ = json.Unmarshal(written, &name)
	return []byte(name)
}
