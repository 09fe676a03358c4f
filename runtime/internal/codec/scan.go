package codec

import "math/bits"

// maxDepth is how deep arrays and objects of a message may nest, as in encoding/json.
const maxDepth = 10000

// Constants for looking at eight bytes at once.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
	// each byte a space, a backslash
	spaces      = ' ' * ones
	backslashes = '\\' * ones
	// A quote is the only byte that toggled becomes a space. Control
	// characters stay below, and all others above.
	toggle      = ('"' ^ ' ') * ones
	aboveSpaces = (' ' + 1) * ones
)

// stops marks, in the high bit of each byte, the bytes that end a plain run of
// a string: quote, backslash, control characters and what is not ASCII. Only
// the lowest mark is certain: a borrow may mark bytes above it.
func stops(w uint64) uint64 {
	return ((w ^ toggle - aboveSpaces) | (w ^ backslashes - ones) | w) & highs
}

// ends is stops without what is not ASCII.
func ends(w uint64) uint64 {
	t := w ^ toggle
	b := w ^ backslashes
	return ((t-aboveSpaces)&^t | (b-ones)&^b) & highs
}

// fail notes the first syntax error and returns the end of the input, where
// every scan fails again, so that parsing unwinds without further checks.
func (d *decoder) fail(at int, reason string) int {
	if d.reason == "" {
		d.reason, d.failedAt = reason, at
		if at >= d.in.Len() {
			d.reason = "unexpected end of input"
		}
	}
	return d.in.Len()
}

// space returns the position of the first byte at or behind i that is not
// white space.
func (d *decoder) space(i int) int {
	if d.in.At(i) > ' ' {
		return i
	}
	return d.spaceSlow(i)
}

func (d *decoder) spaceSlow(i int) int {
	for {
		switch d.in.At(i) {
		case ' ', '\n', '\r', '\t':
			i++
		default:
			return i
		}
		// Indentation comes in runs.
		for {
			x := d.in.Load8(i) ^ spaces
			if x != 0 {
				i += bits.TrailingZeros64(x) >> 3
				break
			}
			i += 8
		}
	}
}

// stringFlags tell what a scanned string needs before it can be used.
type stringFlags uint8

const (
	hasEscape   stringFlags = 1 << iota
	hasUnicode              // one of the escapes is \u
	hasNonASCII             // UTF-8 is not checked yet
)

// str scans the string whose opening quote is at i and returns the position
// behind its closing quote.
func (d *decoder) str(i int) (int, stringFlags) {
	i = d.nextStop(i + 1)
	if d.in.At(i) == '"' {
		return i + 1, 0
	}
	return d.strSlow(i)
}

// strSlow goes on at a byte that is not plain ASCII.
func (d *decoder) strSlow(i int) (int, stringFlags) {
	var flags stringFlags
	for {
		switch c := d.in.At(i); {
		case c == '"':
			return i + 1, flags
		case c == '\\':
			flags |= hasEscape
			if d.in.At(i+1) == 'u' {
				flags |= hasUnicode
			}
			if i = d.escape(i); d.reason != "" {
				return i, flags
			}
		case c < ' ':
			return d.fail(i, "control character in string"), flags
		default:
			flags |= hasNonASCII
		}
		if flags&hasNonASCII == 0 {
			i = d.nextStop(i)
		} else {
			i = d.nextEnd(i)
		}
	}
}

// nextStop returns the position of the first byte that stops marks.
func (d *decoder) nextStop(i int) int {
	in := d.in
	for {
		if m := stops(in.Load8(i)); m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
		i += 8
	}
}

// nextEnd returns the position of the first byte that ends marks.
func (d *decoder) nextEnd(i int) int {
	in := d.in
	for {
		if m := ends(in.Load8(i)); m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
		i += 8
	}
}

// escape checks the escape sequence at i and returns the position behind it.
func (d *decoder) escape(i int) int {
	switch d.in.At(i + 1) {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2
	case 'u':
		for j := i + 2; j < i+6; j++ {
			if hexDigit(d.in.At(j)) < 0 {
				return d.fail(j, "hexadecimal digit expected in escape")
			}
		}
		return i + 6
	default:
		return d.fail(i+1, "unknown escape in string")
	}
}

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	default:
		return -1
	}
}

// number scans the number at i and returns the position behind it.
func (d *decoder) number(i int) int {
	if d.in.At(i) == '-' {
		i++
	}
	switch c := d.in.At(i); {
	case c == '0':
		i++
	case '1' <= c && c <= '9':
		i = d.digits(i)
	default:
		return d.fail(i, "digit expected")
	}
	if d.in.At(i) == '.' {
		if c := d.in.At(i + 1); c < '0' || c > '9' {
			return d.fail(i+1, "digit expected after the decimal point")
		}
		i = d.digits(i + 1)
	}
	if c := d.in.At(i); c == 'e' || c == 'E' {
		i++
		if c := d.in.At(i); c == '+' || c == '-' {
			i++
		}
		if c := d.in.At(i); c < '0' || c > '9' {
			return d.fail(i, "digit expected in the exponent")
		}
		i = d.digits(i)
	}
	return i
}

func (d *decoder) digits(i int) int {
	for c := d.in.At(i); '0' <= c && c <= '9'; c = d.in.At(i) {
		i++
	}
	return i
}

// literal scans null, true or false at i.
func (d *decoder) literal(i int) int {
	w := d.in.Load8(i)
	const word = 0xffffffff
	switch {
	case w&word == 'n'|'u'<<8|'l'<<16|'l'<<24:
		return i + 4
	case w&word == 't'|'r'<<8|'u'<<16|'e'<<24:
		return i + 4
	case w&(word<<8|0xff) == 'f'|'a'<<8|'l'<<16|'s'<<24|'e'<<32:
		return i + 5
	default:
		return d.fail(i, "value expected")
	}
}

// skip scans the value at i, whatever it is, and returns the position behind it.
func (d *decoder) skip(i int) int {
	switch typeOf(d.in.At(i)) {
	case typeString:
		end, _ := d.str(i)
		return end
	case typeNumber:
		return d.number(i)
	case typeObject, typeArray:
		return d.skipNested(i)
	default:
		return d.literal(i)
	}
}

// skipNested scans the object or array at i without recursion. Bit n of nest
// tells whether the value at depth n is an object.
func (d *decoder) skipNested(i int) int {
	var nest [maxDepth/64 + 1]uint64
	depth := -1
	for {
		// i is at the beginning of a value.
		switch c := d.in.At(i); c {
		case '{', '[':
			if depth++; d.depth+depth >= maxDepth {
				return d.fail(i, "nested too deeply")
			}
			if c == '{' {
				nest[depth>>6] |= 1 << (depth & 63)
			} else {
				nest[depth>>6] &^= 1 << (depth & 63)
			}
			i = d.space(i + 1)
			if d.in.At(i) != c+2 { // } is two behind {, and ] two behind [
				if c == '{' {
					i = d.name(i)
				}
				continue
			}
			depth--
			i++
		case '"':
			i, _ = d.str(i)
		case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			i = d.number(i)
		default:
			i = d.literal(i)
		}
		// i is behind a value.
		for {
			if depth < 0 || d.reason != "" {
				return i
			}
			i = d.space(i)
			inObject := nest[depth>>6]&(1<<(depth&63)) != 0
			c := d.in.At(i)
			if c == ',' {
				i = d.space(i + 1)
				if inObject {
					i = d.name(i)
				}
				break
			}
			if inObject && c != '}' || !inObject && c != ']' {
				return d.fail(i, "comma or closing bracket expected")
			}
			depth--
			i++
		}
	}
}

// name scans a member's name and the colon, and returns the position of its value.
func (d *decoder) name(i int) int {
	if d.in.At(i) != '"' {
		return d.fail(i, "member name expected")
	}
	i, _ = d.str(i)
	return d.colon(i)
}

// colon expects a colon at or behind i and returns the position of the value.
func (d *decoder) colon(i int) int {
	i = d.space(i)
	if d.in.At(i) != ':' {
		return d.fail(i, "colon expected")
	}
	return d.space(i + 1)
}
