package jsontext

import (
	"math/bits"

	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Scanner reads JSON text by position: a method takes the position of what it
// reads and returns the position behind it. After the first syntax error every
// position is the end of the text, where every method fails again. So callers
// unwind without looking for an error after each step.
type Scanner struct {
	In       mem.Input
	Reason   string // of the first syntax error; "" while there is none
	failedAt int    // position of that error
	Depth    int    // how many arrays and objects the caller is in
	Scratch  []byte // memory for unescaped strings
}

// maxDepth is how deep arrays and objects of a message may nest, as in encoding/json.
const maxDepth = 10000

// Fail notes the reason of the first syntax error and returns the end of the
// text.
func (s *Scanner) Fail(at int, reason string) int {
	if s.Reason == "" {
		s.Reason, s.failedAt = reason, at
		if at >= s.In.Len() {
			s.Reason = "unexpected end of input"
		}
	}
	return s.In.Len()
}

// SkipSpace returns the position of the first byte at or behind i that is not
// white space.
func (s *Scanner) SkipSpace(i int) int {
	if s.In.At(i) > ' ' {
		return i
	}
	return s.spaceSlow(i)
}

// spaceSlow is SkipSpace where there is white space.
func (s *Scanner) spaceSlow(i int) int {
	for {
		switch s.In.At(i) {
		case ' ', '\n', '\r', '\t':
			i++
		default:
			return i
		}
		// Indentation comes in runs.
		for {
			x := s.In.Load8(i) ^ Spaces
			if x != 0 {
				i += bits.TrailingZeros64(x) >> 3
				break
			}
			i += 8
		}
	}
}

// StringFlags tell what a scanned string needs before it can be used.
type StringFlags uint8

const (
	hasEscape   StringFlags = 1 << iota
	hasUnicode              // one of the escapes is \u
	HasNonASCII             // UTF-8 is not checked yet
)

// SkipString scans the string whose opening quote is at i and returns the position
// behind its closing quote.
func (s *Scanner) SkipString(i int) (int, StringFlags) {
	i = s.NextStop(i + 1)
	if s.In.At(i) == '"' {
		return i + 1, 0
	}
	return s.strSlow(i)
}

// strSlow goes on at a byte that is not plain ASCII.
func (s *Scanner) strSlow(i int) (int, StringFlags) {
	var flags StringFlags
	for {
		switch c := s.In.At(i); {
		case c == '"':
			return i + 1, flags
		case c == '\\':
			flags |= hasEscape
			if s.In.At(i+1) == 'u' {
				flags |= hasUnicode
			}
			if i = s.escape(i); s.Reason != "" {
				return i, flags
			}
		case c < ' ':
			return s.Fail(i, "control character in string"), flags
		default:
			flags |= HasNonASCII
		}
		if flags&HasNonASCII == 0 {
			i = s.NextStop(i)
		} else {
			i = s.nextEnd(i)
		}
	}
}

// NextStop returns the position of the first byte that Stops marks.
func (s *Scanner) NextStop(i int) int {
	in := s.In
	for {
		if m := Stops(in.Load8(i)); m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
		i += 8
	}
}

// nextEnd returns the position of the first byte that ends marks.
func (s *Scanner) nextEnd(i int) int {
	in := s.In
	for {
		if m := ends(in.Load8(i)); m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
		i += 8
	}
}

// escape checks the escape sequence at i and returns the position behind it.
func (s *Scanner) escape(i int) int {
	switch s.In.At(i + 1) {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2
	case 'u':
		for j := i + 2; j < i+6; j++ {
			if HexDigit(s.In.At(j)) < 0 {
				return s.Fail(j, "hexadecimal digit expected in escape")
			}
		}
		return i + 6
	default:
		return s.Fail(i+1, "unknown escape in string")
	}
}

// HexDigit returns the value of a hexadecimal digit, -1 for any other byte.
func HexDigit(c byte) int {
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

// SkipNumber scans the number at i and returns the position behind it.
func (s *Scanner) SkipNumber(i int) int {
	if s.In.At(i) == '-' {
		i++
	}
	switch c := s.In.At(i); {
	case c == '0':
		i++
	case '1' <= c && c <= '9':
		i = s.digits(i)
	default:
		return s.Fail(i, "digit expected")
	}
	if s.In.At(i) == '.' {
		if c := s.In.At(i + 1); c < '0' || c > '9' {
			return s.Fail(i+1, "digit expected after the decimal point")
		}
		i = s.digits(i + 1)
	}
	if c := s.In.At(i); c == 'e' || c == 'E' {
		i++
		if c := s.In.At(i); c == '+' || c == '-' {
			i++
		}
		if c := s.In.At(i); c < '0' || c > '9' {
			return s.Fail(i, "digit expected in the exponent")
		}
		i = s.digits(i)
	}
	return i
}

func (s *Scanner) digits(i int) int {
	for c := s.In.At(i); '0' <= c && c <= '9'; c = s.In.At(i) {
		i++
	}
	return i
}

// SkipLiteral scans null, true or false at i.
func (s *Scanner) SkipLiteral(i int) int {
	w := s.In.Load8(i)
	const word = 0xffffffff
	switch {
	case w&word == 'n'|'u'<<8|'l'<<16|'l'<<24:
		return i + 4
	case w&word == 't'|'r'<<8|'u'<<16|'e'<<24:
		return i + 4
	case w&(word<<8|0xff) == 'f'|'a'<<8|'l'<<16|'s'<<24|'e'<<32:
		return i + 5
	default:
		return s.Fail(i, "value expected")
	}
}

// SkipValue scans the value at i, whatever it is, and returns the position behind it.
func (s *Scanner) SkipValue(i int) int {
	switch TypeOf(s.In.At(i)) {
	case TypeString:
		end, _ := s.SkipString(i)
		return end
	case TypeNumber:
		return s.SkipNumber(i)
	case TypeObject, TypeArray:
		return s.skipNested(i)
	default:
		return s.SkipLiteral(i)
	}
}

// skipNested scans the object or array at i without recursion. Bit n of nest
// tells whether the value at depth n is an object.
func (s *Scanner) skipNested(i int) int {
	var nest [maxDepth/64 + 1]uint64
	depth := -1
	for {
		// i is at the beginning of a value.
		switch c := s.In.At(i); c {
		case '{', '[':
			if depth++; s.Depth+depth >= maxDepth {
				return s.Fail(i, "nested too deeply")
			}
			if c == '{' {
				nest[depth>>6] |= 1 << (depth & 63)
			} else {
				nest[depth>>6] &^= 1 << (depth & 63)
			}
			i = s.SkipSpace(i + 1)
			if s.In.At(i) != c+2 { // } is two behind {, and ] two behind [
				if c == '{' {
					i = s.SkipName(i)
				}
				continue
			}
			depth--
			i++
		case '"':
			i, _ = s.SkipString(i)
		case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			i = s.SkipNumber(i)
		default:
			i = s.SkipLiteral(i)
		}
		// i is behind a value.
		for {
			if depth < 0 || s.Reason != "" {
				return i
			}
			i = s.SkipSpace(i)
			inObject := nest[depth>>6]&(1<<(depth&63)) != 0
			c := s.In.At(i)
			if c == ',' {
				i = s.SkipSpace(i + 1)
				if inObject {
					i = s.SkipName(i)
				}
				break
			}
			if inObject && c != '}' || !inObject && c != ']' {
				return s.Fail(i, "comma or closing bracket expected")
			}
			depth--
			i++
		}
	}
}

// SkipName scans a member's name and the colon, and returns the position of its value.
func (s *Scanner) SkipName(i int) int {
	if s.In.At(i) != '"' {
		return s.Fail(i, "member name expected")
	}
	i, _ = s.SkipString(i)
	return s.SkipColon(i)
}

// SkipColon expects a colon at or behind i and returns the position of the value.
func (s *Scanner) SkipColon(i int) int {
	i = s.SkipSpace(i)
	if s.In.At(i) != ':' {
		return s.Fail(i, "colon expected")
	}
	return s.SkipSpace(i + 1)
}
