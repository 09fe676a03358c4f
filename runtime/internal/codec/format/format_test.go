package format

import (
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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
		assert.Equal(t, want, ValidFormat("regex", s), "%.20s", s)
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
			assert.True(t, ValidFormat(format, s), "%s: %s", format, s)
		}
	}
	for format, list := range invalid {
		for _, s := range list {
			assert.False(t, ValidFormat(format, s), "%s: %s", format, s)
		}
	}
	assert.True(t, ValidFormat("unheard-of", "x"))
}

// The short way must not differ from the long one.
func TestUsualTime(t *testing.T) {
	for _, usual := range []string{"2017-10-09T23:59:60.987Z", "2017-10-09"} {
		testUsualTime(t, usual)
	}
	assert.True(t, ValidDate("2024-02-29T00:00:00.000Z"), "days beyond the 28th take the long way")
	assert.False(t, ValidDate("2023-02-29T00:00:00.000Z"))
	assert.False(t, ValidDate("2023-02-29"))
}

func testUsualTime(t *testing.T, usual string) {
	t.Helper()
	assert.True(t, usualTime(usual))
	taken := 0
	for i := range usual {
		for c := range 256 {
			s := usual[:i] + string([]byte{byte(c)}) + usual[i+1:]
			_, valid := parseDate(s)
			require.Equal(t, valid, ValidDate(s), "byte %d is %#x", i, c)
			if usualTime(s) {
				taken++
			}
		}
	}
	assert.Greater(t, taken, 5*len(usual))
}
