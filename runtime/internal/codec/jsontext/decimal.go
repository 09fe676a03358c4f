package jsontext

import (
	"errors"
	"math/big"
	"strconv"
	"strings"
)

// Decimal is a number of any size, as digits × 10^exp. Its digits have no
// leading and no trailing zeros; zero has none at all. Exponents are never
// written out, so 1e999999999 costs no more than 1.
type Decimal struct {
	Text     string // as written
	negative bool
	digits   string
	exp      int64
}

// maxExp bounds exponents; what lies beyond cannot be told apart from it.
const maxExp = 1 << 40

var errDecimal = errors.New("not a number")

// ParseDecimal reads a number as JSON writes it.
func ParseDecimal(text string) (*Decimal, error) {
	if !IsNumber(text) {
		return nil, errDecimal
	}
	v := &Decimal{Text: text}
	s := text
	if s[0] == '-' {
		v.negative, s = true, s[1:]
	}
	if e := strings.IndexAny(s, "eE"); e >= 0 {
		v.exp = parseExp(s[e+1:])
		s = s[:e]
	}
	whole, fraction, _ := strings.Cut(s, ".")
	v.exp -= int64(len(fraction))
	digits := strings.TrimLeft(whole+fraction, "0")
	v.digits = strings.TrimRight(digits, "0")
	v.exp += int64(len(digits) - len(v.digits))
	if v.digits == "" {
		v.negative, v.exp = false, 0
	}
	return v, nil
}

func parseExp(s string) int64 {
	negative := s[0] == '-'
	s = strings.TrimLeft(s, "+-")
	var e int64
	for _, c := range []byte(s) {
		if e = e*10 + int64(c-'0'); e > maxExp {
			e = maxExp
		}
	}
	if negative {
		return -e
	}
	return e
}

// IsInteger reports whether a number is one by value: 1.0 and 1e2 are.
func IsInteger(text string) bool {
	v, err := ParseDecimal(text)
	return err == nil && v.exp >= 0
}

// Compare returns the order of v and w: negative, 0 or positive.
func (v *Decimal) Compare(w *Decimal) int {
	if s, t := v.sign(), w.sign(); s != t {
		return s - t
	}
	c := v.compareMagnitude(w)
	if v.negative {
		return -c
	}
	return c
}

func (v *Decimal) sign() int {
	switch {
	case v.digits == "":
		return 0
	case v.negative:
		return -1
	default:
		return 1
	}
}

func (v *Decimal) compareMagnitude(w *Decimal) int {
	if v.digits == "" || w.digits == "" {
		return len(v.digits) - len(w.digits)
	}
	// The position of the first digit decides, then the digits do.
	if p, q := v.exp+int64(len(v.digits)), w.exp+int64(len(w.digits)); p != q {
		if p < q {
			return -1
		}
		return 1
	}
	return strings.Compare(v.digits, w.digits)
}

// MultipleOf reports whether v / m is an integer; m is positive.
func (v *Decimal) MultipleOf(m *Decimal) bool {
	if v.digits == "" || m.digits == "" {
		return v.digits == ""
	}
	shift := v.exp - m.exp
	if shift < 0 {
		return false // v's digits would have to end in zeros
	}
	b, _ := new(big.Int).SetString(m.digits, 10)
	// (digits × 10^shift) mod b without writing 10^shift out.
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(shift), b)
	rest := remainder(v.digits, b)
	return rest.Mul(rest, power).Mod(rest, b).Sign() == 0
}

// remainder returns digits mod m. Making a number of all digits, which is up to
// the message, would take time that grows with their square.
func remainder(digits string, m *big.Int) *big.Int {
	const block = 18 // digits that fit a word
	rest, next, power := new(big.Int), new(big.Int), new(big.Int)
	for digits != "" {
		n := min(block, len(digits))
		word, _ := strconv.ParseUint(digits[:n], 10, 64)
		power.SetUint64(tenTo(n))
		rest.Mul(rest, power)
		rest.Add(rest, next.SetUint64(word))
		rest.Mod(rest, m)
		digits = digits[n:]
	}
	return rest
}

func tenTo(n int) uint64 {
	power := uint64(1)
	for range n {
		power *= 10
	}
	return power
}

// key returns a spelling that is the same for equal numbers.
func (v *Decimal) key() string {
	var b strings.Builder
	if v.negative {
		b.WriteByte('-')
	}
	b.WriteString(v.digits)
	b.WriteByte('e')
	b.WriteString(big.NewInt(v.exp).String())
	return b.String()
}
