package codec

import (
	"encoding/json"
	"math/big"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// FuzzString compares scanning, unescaping and writing of strings with
// encoding/json.
func FuzzString(f *testing.F) {
	for _, s := range []string{`""`, `"a"`, `"\""`, `"\u00e9\ud83d\ude00"`, `"\ud800x\udc00"`, "\"\xff\xc3\"", `"12345678\n12345678é"`, `"abc`, `"\u12"`, "\"a\tb\"", `"\/\b\f\r\t\\"`, "\"日本語日本語\"", `"日本\n語\u65e5本語\t"`, `"\ud83d\ude00\u0000\\"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) == 0 || text[0] != '"' {
			text = append([]byte{'"'}, text...)
		}
		var d decoder
		d.in = mem.NewInput(text)
		end, flags := d.str(0)
		var want string
		err := json.Unmarshal(text, &want)
		// encoding/json takes trailing white space.
		ok := d.reason == "" && strings.Trim(string(text[end:]), " \t\r\n") == ""
		require.Equal(t, err == nil, ok, "%q: %v", text, err)
		if !ok {
			return
		}
		assert.Equal(t, want, d.text(0, end, flags))
		bad := damaged(string(text[1:end-1]), flags)
		assert.Equal(t, want, d.holdText(0, end, flags, bad))
		d.chunk, d.held = 2*len(text)+32, mem.Text{}
		before := d.hold("before") // makes room
		held := d.holdText(0, end, flags, bad)
		after := d.hold("after")
		assert.Equal(t, []string{"before", want, "after"}, []string{before, held, after})
		var at string
		if d.escapedString(mem.Of(&at), 1) > 0 {
			assert.Equal(t, want, at)
			assert.Equal(t, "after", after)
			assert.Equal(t, "next", d.hold("next"))
			assert.Equal(t, want, at)
		}
		var again string
		require.NoError(t, json.Unmarshal(appendString(nil, want), &again))
		assert.Equal(t, want, again)
		raw := string(text[1 : end-1])
		for _, s := range []string{want, raw} {
			var e encoder
			k := newKey("Name")
			if s != "" {
				assert.Equal(t, `{,"Name":`+string(appendString(nil, s)), string(e.appendText([]byte("{"), &k, s)))
				assert.Equal(t, !utf8.ValidString(s), slices.Equal(e.replaced, []int{len(`{,"Name":`)}))
			}
		}
		require.NoError(t, json.Unmarshal(appendString(nil, raw), &again))
		assert.Equal(t, strings.ToValidUTF8(raw, "\ufffd"), collapse(raw, again))
	})
}

// collapse undoes that encoding replaces each invalid byte by itself, whereas
// strings.ToValidUTF8 replaces runs.
func collapse(raw, encoded string) string {
	if strings.ToValidUTF8(raw, "") == raw {
		return encoded
	}
	return strings.ToValidUTF8(raw, "\ufffd")
}

// FuzzNumber compares the number grammar with encoding/json, and decimals with
// math/big.
func FuzzNumber(f *testing.F) {
	for _, s := range []string{"0", "-0", "1", "10", "1.50", "-1e2", "1E+2", "2e-3", "01", "1.", "1e", "12345678901234567890", "0.000", "1e400"} {
		f.Add(s, "1.5")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		isNumber := json.Valid([]byte(a)) && strings.Trim(a, " \t\r\n") == a && typeOf((a + " ")[0]) == typeNumber
		require.Equal(t, isNumber, IsNumber(a), "%q", a)
		v, errA := parseDecimal(a)
		w, errB := parseDecimal(b)
		if errA != nil || errB != nil || len(a)+len(b) > 200 || v.exp > 300 || v.exp < -300 || w.exp > 300 || w.exp < -300 {
			return
		}
		x, _ := new(big.Rat).SetString(a)
		y, _ := new(big.Rat).SetString(b)
		if x == nil || y == nil {
			return // an exponent that math/big refuses
		}
		assert.Equal(t, x.Cmp(y), sign(v.compare(w)), "%s and %s", a, b)
		assert.Equal(t, x.IsInt(), isInteger(a), a)
		assert.Equal(t, x.Cmp(y) == 0, v.key() == w.key())
		if y.Sign() > 0 {
			assert.Equal(t, new(big.Rat).Quo(x, y).IsInt(), v.multipleOf(w), "%s of %s", a, b)
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
	v, err := parseDecimal("1e999999999999999999999")
	require.NoError(t, err)
	w, err := parseDecimal("3")
	require.NoError(t, err)
	assert.Positive(t, v.compare(w))
	assert.False(t, v.multipleOf(w))
	assert.True(t, isInteger("1e999999999"))
	small, err := parseDecimal("1e-999999999999999999999")
	require.NoError(t, err)
	assert.Negative(t, small.compare(w))
	assert.False(t, w.multipleOf(v))
	assert.True(t, v.multipleOf(small))
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
		v, err := parseDecimal(c.number)
		require.NoError(t, err)
		w, err := parseDecimal(c.of)
		require.NoError(t, err)
		start := time.Now()
		assert.Equal(t, c.want, v.multipleOf(w), c.of)
		if measured {
			assert.Less(t, time.Since(start), time.Second, c.of)
		}
	}
}

// TestRegexFormatCostsLittle: whether a text is an expression does not take a
// program that could run it.
func TestRegexFormatCostsLittle(t *testing.T) {
	for s, want := range map[string]bool{
		"^a{2,3}(b|c)*$":                      true,
		"a{1001}":                             false,
		strings.Repeat("a{999}", 3000):        false,
		strings.Repeat("(", 1000):             false,
		strings.Repeat("a", maxRegex):         true,
		strings.Repeat("a", maxRegex+1):       false,
		strings.Repeat("a{999}", maxRegex/6):  true,
		strings.Repeat(`\pL`, maxRegex/3):     true,
		strings.Repeat(`(?i)\pL`, maxRegex/7): true,
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		assert.Equal(t, want, validFormat("regex", s), "%.20s", s)
		runtime.ReadMemStats(&after)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(8<<20), "%.20s", s)
	}
}

func TestFormats(t *testing.T) {
	valid := map[string][]string{
		"date-time": {"2023-02-27T22:09:03Z", "2023-02-27t22:09:03.5+01:00", "1998-12-31T23:59:60Z", "1998-12-31T15:59:60.1-08:00"},
		"date":      {"2024-02-29"},
		"time":      {"22:09:03Z", "00:29:60+00:30"},
		"hostname":  {"a", "redoxengine.com", "a-b.c9."},
		"ipv4":      {"127.0.0.1", "0.0.0.0"},
		"ipv6":      {"::1", "::ffff:1.2.3.4"},
		"uri":       {"https://a.b/c?d#e", "urn:x", "http://[::1]/"},
		"uuid":      {"d9f5d293-7110-461e-a875-3beb089e79f3"},
		"regex":     {"^a+$", ""},
	}
	invalid := map[string][]string{
		"date-time": {"2023-02-27", "2023-02-27 22:09:03Z", "2023-02-30T22:09:03Z", "2023-02-27T22:09:03", "1998-12-31T22:59:60Z"},
		"date":      {"2023-02-29", "23-1-1", ""},
		"time":      {"24:00:00Z", "22:09:03.Z", "22:09:03+1:00", "22:09:03z+"},
		"hostname":  {"", "-a", "a-.b", "a_b", "a..b", strings.Repeat("a", 64)},
		"ipv4":      {"1.2.3", "1.2.3.256", "01.2.3.4"},
		"ipv6":      {"1.2.3.4", ":::", "fe80::1%eth0", "1::2::3"},
		"uri":       {"/a", "a b", "http://::1/"},
		"uuid":      {"d9f5d293-7110-461e-a875-3beb089e79f", "d9f5d2937110461ea8753beb089e79f3", "g9f5d293-7110-461e-a875-3beb089e79f3"},
		"regex":     {"("},
	}
	for format, list := range valid {
		for _, s := range list {
			assert.True(t, validFormat(format, s), "%s: %s", format, s)
		}
	}
	for format, list := range invalid {
		for _, s := range list {
			assert.False(t, validFormat(format, s), "%s: %s", format, s)
		}
	}
	assert.True(t, validFormat("unheard-of", "x"))
}

// The short way must not differ from the long one.
func TestUsualTime(t *testing.T) {
	for _, usual := range []string{"2017-10-09T23:59:60.987Z", "2017-10-09"} {
		testUsualTime(t, usual)
	}
	assert.True(t, validDate("2024-02-29T00:00:00.000Z"), "days beyond the 28th take the long way")
	assert.False(t, validDate("2023-02-29T00:00:00.000Z"))
	assert.False(t, validDate("2023-02-29"))
}

func testUsualTime(t *testing.T, usual string) {
	t.Helper()
	assert.True(t, usualTime(usual))
	taken := 0
	for i := range usual {
		for c := range 256 {
			s := usual[:i] + string([]byte{byte(c)}) + usual[i+1:]
			_, valid := parseDate(s)
			require.Equal(t, valid, validDate(s), "byte %d is %#x", i, c)
			if usualTime(s) {
				taken++
			}
		}
	}
	assert.Greater(t, taken, 5*len(usual))
}
