package jsontext

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/testenv"
)

// FuzzNumber compares the number grammar with encoding/json, and decimals with
// math/big.
func FuzzNumber(f *testing.F) {
	for _, s := range []string{"0", "-0", "1", "10", "1.50", "-1e2", "1E+2", "2e-3", "01", "1.", "1e", "12345678901234567890", "0.000", "1e400"} {
		f.Add(s, "1.5")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		isNumber := json.Valid([]byte(a)) && strings.Trim(a, " \t\r\n") == a && TypeOf((a + " ")[0]) == TypeNumber
		require.Equal(t, isNumber, IsNumber(a), "%q", a)
		v, errA := ParseDecimal(a)
		w, errB := ParseDecimal(b)
		if errA != nil || errB != nil || len(a)+len(b) > 200 || v.exp > 300 || v.exp < -300 || w.exp > 300 || w.exp < -300 {
			return
		}
		x, _ := new(big.Rat).SetString(a)
		y, _ := new(big.Rat).SetString(b)
		if x == nil || y == nil {
			return // an exponent that math/big refuses
		}
		assert.Equal(t, x.Cmp(y), sign(v.Compare(w)), "%s and %s", a, b)
		assert.Equal(t, x.IsInt(), IsInteger(a), a)
		assert.Equal(t, x.Cmp(y) == 0, v.key() == w.key())
		if y.Sign() > 0 {
			assert.Equal(t, new(big.Rat).Quo(x, y).IsInt(), v.MultipleOf(w), "%s of %s", a, b)
		}
	})
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	default:
		return 0
	}
}

func TestHugeExponentsCostNothing(t *testing.T) {
	v, err := ParseDecimal("1e999999999999999999999")
	require.NoError(t, err)
	w, err := ParseDecimal("3")
	require.NoError(t, err)
	assert.Positive(t, v.Compare(w))
	assert.False(t, v.MultipleOf(w))
	assert.True(t, IsInteger("1e999999999"))
	small, err := ParseDecimal("1e-999999999999999999999")
	require.NoError(t, err)
	assert.Negative(t, small.Compare(w))
	assert.False(t, w.MultipleOf(v))
	assert.True(t, v.MultipleOf(small))
}

func TestLongNumbersAreDividedInLinearTime(t *testing.T) {
	for _, c := range []struct {
		number, of string
		want       bool
	}{
		{strings.Repeat("7", 2_000_000), "0.01", true},
		{strings.Repeat("7", 2_000_000), "7", true},
		{strings.Repeat("7", 2_000_000) + "e-2000000", "0.01", false},
		{strings.Repeat("7", 2_000_000) + "6", "123456789012345678901234567890", false},
		{strings.Repeat("21", 100) + "e10", "21e9", true},
		{"123456789012345678901234567890e-1", "12345678901234567890123456789", true},
	} {
		v, err := ParseDecimal(c.number)
		require.NoError(t, err)
		w, err := ParseDecimal(c.of)
		require.NoError(t, err)
		start := time.Now()
		assert.Equal(t, c.want, v.MultipleOf(w), c.of)
		if testenv.Measured() {
			assert.Less(t, time.Since(start), time.Second, c.of)
		}
	}
}
