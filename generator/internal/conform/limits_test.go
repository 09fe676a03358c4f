package conform

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/internal/testenv"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// What decoding may take: so many bytes for each byte of input, and a constant.
const (
	memoryFactor   = 32
	memoryConstant = 2 << 20
)

// large is the size of the messages that must not hurt, and of those that a
// test run makes do with where REDOXGEN_MEASURE is not 1.
const large, largeUnmeasured = 40 << 20, 2 << 20

func repeat(before, unit, after string, size int) []byte {
	n := (size - len(before) - len(after)) / len(unit)
	return []byte(before + strings.TrimSuffix(strings.Repeat(unit, n), ",") + after)
}

// hostile messages, by what they strain.
func hostile(size int) map[string][]byte {
	keys := bytes.NewBufferString(`{"Patient":{`)
	for i := 0; i < 1_000_000 && keys.Len() < size; i++ {
		fmt.Fprintf(keys, `"k%d":1,`, i)
	}
	keys.WriteString(`"k":1}}`)
	twice := bytes.NewBufferString(`{`)
	for i := 0; i < 250_000 && twice.Len() < size; i++ {
		fmt.Fprintf(twice, `"%x":0,`, i)
	}
	twice.WriteString(`"0":1}`)
	return map[string][]byte{
		"one long string":         repeat(`{"Visit":{"Reason":"`, `x`, `"}}`, size),
		"one escaped string":      repeat(`{"Visit":{"Reason":"`, `\n`, `"}}`, size),
		"invalid UTF-8":           repeat(`{"Visit":{"Reason":"`, "\xff", `"}}`, size),
		"unknown text":            repeat(`{"Else":"`, `x`, `"}`, size),
		"white space":             repeat(`{`, ` `, `}`, size),
		"a million keys":          keys.Bytes(),
		"keys and a repeated one": twice.Bytes(),
		"repeated keys in many":   repeat(`{"Patient":{"Identifiers":[`, `{"ID":0,"ID":0},`, `]}}`, size/8),
		"many keys repeated":      repeat(`{"Patient":{"Identifiers":[`, `{"":0,"a":0,"b":0,"c":0,"d":0,"e":0,"f":0,"g":0,"h":0,"":0},`, `]}}`, size/8),
		"the same key":            repeat(`{`, `"k":1,`, `,"k":2}`, size),
		"the same known key":      repeat(`{"Patient":{`, `"PCP":{"ID":""},`, `}}`, size),
		"nested objects":          []byte(strings.Repeat(`{"a":`, 9_990) + `1` + strings.Repeat(`}`, 9_990)),
		"nested repeated keys":    []byte(strings.Repeat(`{"a":1,"a":`, 9_000) + `1` + strings.Repeat(`}`, 9_000)),
		"elements of wrong type":  repeat(`{"Patient":{"Identifiers":[`, `1,`, `]}}`, size),
		"empty elements":          repeat(`{"Patient":{"Contacts":[`, `{},`, `]}}`, size),
		"null elements":           repeat(`{"Visit":{"Insurances":[`, `null,`, `]}}`, size),
		"elements with nulls":     repeat(`{"Patient":{"Identifiers":[`, `{"ID":null},`, `]}}`, size),
		"empty strings":           repeat(`{"Patient":{"Notes":[`, `"",`, `]}}`, size),
		"numbers for strings":     repeat(`{"Patient":{"Notes":[`, `1,`, `]}}`, size),
		"unknown in elements":     repeat(`{"Patient":{"Identifiers":[`, `{"x":1},`, `]}}`, size),
		"extensions":              repeat(`{"Visit":{"Extensions":{`, `"abcd":{"url":"","string":""},`, `}}}`, size),
		"extensions of no kind":   repeat(`{"Visit":{"Extensions":{`, `"a":1,`, `}}}`, size),
		"participants of no kind": repeat(`{"Visit":{"Extensions":{"a":{"participants":[`, `{"id":1},`, `]}}}}`, size),
		"extensions in elements":  repeat(`{"Patient":{"Identifiers":[`, `{"Extensions":{"a":1}},`, `]}}`, size),
		"long number":             repeat(`{"Visit":{"Duration":`, `1`, `}}`, size),
	}
}

// TestHostileMessages decodes, validates, encodes and reports messages that
// are made to be expensive.
func TestHostileMessages(t *testing.T) {
	size := largeUnmeasured
	if testenv.Measured() {
		size = large
	}
	limit := redox.SetMemoryLimit(int64(redox.DefaultMemoryLimit) * int64(size) / large)
	defer redox.SetMemoryLimit(limit)
	for name, text := range hostile(size) {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			var m patientadmin.Arrival
			var tooLarge *redox.TooLargeError
			used := allocated(func() {
				r, err := m.DecodeJSON(text)
				if errors.As(err, &tooLarge) {
					return
				}
				require.NoError(t, err)
				assert.LessOrEqual(t, len(r.String()), 1<<20, "reports stay small")
				if r.Len() > redox.MaxViolations {
					assert.True(t, r.Truncated())
					assert.Contains(t, r.String(), "more")
				}
			})
			assert.LessOrEqual(t, used, uint64(buildFactor*(memoryFactor*len(text)+memoryConstant)), "%.1f bytes per byte", float64(used)/float64(len(text)))
			_, err := patientadmin.ValidateArrival(text)
			if tooLarge != nil {
				assert.Equal(t, tooLarge, err)
				assert.True(t, m.Equal(patientadmin.Arrival{}), "nothing of it is handed over")
				t.Logf("%d bytes, %.1f allocated per byte, %v: %v", len(text), float64(used)/float64(len(text)), time.Since(start), err)
				return
			}
			require.NoError(t, err)
			out, err := m.AppendJSON(nil)
			require.NoError(t, err)
			if !strings.Contains(name, "repeated") {
				assertSameSize(t, text, out)
			}
			if testenv.Measured() {
				assert.Less(t, time.Since(start), time.Minute)
			}
			t.Logf("%d bytes, %.1f allocated per byte, %v", len(text), float64(used)/float64(len(text)), time.Since(start))
		})
	}
}

// assertSameSize compares messages that are too large to parse comfortably:
// compact, they have the same length unless something was dropped.
func assertSameSize(t *testing.T, in, out []byte) {
	t.Helper()
	if len(in) < 1<<20 {
		sameJSON(t, in, out)
		return
	}
	var v redox.Unknown
	_, err := v.DecodeJSON(out)
	require.NoError(t, err)
	if bytes.Contains(in[:100], []byte(`"k"`)) || bytes.Contains(in[:100], []byte("\xff")) || bytes.HasPrefix(in, []byte("{ ")) || bytes.Contains(in[:100], []byte("PCP")) {
		return // repeated members, replaced bytes and white space are not written back
	}
	assert.Equal(t, len(in), len(out))
}

func allocated(f func()) uint64 {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestLinearTime doubles hostile messages and expects no more than the double
// time, with room for noise.
func TestLinearTime(t *testing.T) {
	testenv.NeedsMeasured(t)
	limit := redox.SetMemoryLimit(math.MaxInt64)
	defer redox.SetMemoryLimit(limit)
	small, big := hostile(1<<20), hostile(4<<20)
	for name := range small {
		if strings.HasPrefix(name, "nested") {
			continue
		}
		var one, four time.Duration
		for range 4 { // other work on the machine may fall on one of the two
			one, four = best(t, small[name]), best(t, big[name])
			if four < 12*one+20*time.Millisecond {
				break
			}
		}
		assert.Less(t, four, 12*one+20*time.Millisecond, name)
	}
}

func best(t *testing.T, text []byte) time.Duration {
	least := time.Hour
	for range 3 {
		start := time.Now()
		_, _, err := patientadmin.DecodeArrival(text)
		require.NoError(t, err)
		least = min(least, time.Since(start))
	}
	return least
}

func TestTooDeep(t *testing.T) {
	deep := strings.Repeat(`[`, 20_000) + strings.Repeat(`]`, 20_000)
	_, _, err := patientadmin.DecodeArrival([]byte(`{"x":` + deep + `}`))
	require.ErrorContains(t, err, "nested too deeply")
}
