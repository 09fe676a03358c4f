package schema

import (
	"cmp"
	"math/big"
	"slices"
	"strconv"

	"github.com/redoxgen/redoxgen/generator/internal/source"
)

// rat returns the value of a number. The parser has bounded its exponent.
func rat(v *source.Value) *big.Rat {
	r, ok := new(big.Rat).SetString(v.Text)
	if !ok {
		return new(big.Rat)
	}
	return r
}

// integer returns the value of a number that is written as a natural one.
func integer(v *source.Value) (int, bool) {
	if v == nil || v.Kind != source.Number {
		return 0, false
	}
	n, err := strconv.Atoi(v.Text)
	return n, err == nil && n >= 0 && v.Text[0] != '-'
}

// canonical returns a text that is the same for equal JSON values: numbers by
// their value, objects whatever the order of their members.
func canonical(v *source.Value) string {
	switch v.Kind {
	case source.Number:
		return rat(v).RatString()
	case source.Array:
		b := []byte{'['}
		for _, item := range v.Items {
			b = append(append(b, canonical(item)...), ',')
		}
		return string(append(b, ']'))
	case source.Object:
		members := slices.Clone(v.Members)
		slices.SortFunc(members, func(a, b source.Member) int { return cmp.Compare(a.Name, b.Name) })
		b := []byte{'{'}
		for _, m := range members {
			b = append(appendQuoted(b, m.Name), ':')
			b = append(append(b, canonical(m.Value)...), ',')
		}
		return string(append(b, '}'))
	default:
		return string(appendJSON(nil, v))
	}
}
