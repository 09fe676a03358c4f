package conform

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/internal/testenv"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// withExtensions is a message with n extensions of different names, the last of them
// called "last".
func withExtensions(n int) []byte {
	var b strings.Builder
	b.WriteString(`{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival"},"Patient":{"Identifiers":[{"ID":"1","IDType":"MR"}]},"Visit":{"VisitNumber":"1","Extensions":{`)
	for i := range n - 1 {
		fmt.Fprintf(&b, `"e%d":{"url":"https://api.redoxengine.com/extensions/e%[1]d","string":"%[1]d"},`, i)
	}
	b.WriteString(`"last":{"url":"https://api.redoxengine.com/extensions/last","number":1}}}}`)
	return []byte(b.String())
}

// TestManyExtensions: nothing of very many extensions is left out, whatever is done
// with them.
func TestManyExtensions(t *testing.T) {
	const n = 20_000
	useExtensions(t, withExtensions(n), n)
}

// TestManyExtensionsAreLinear does that with four times as many, and with 40 MB.
func TestManyExtensionsAreLinear(t *testing.T) {
	testenv.NeedsMeasured(t)
	const few, many = 100_000, 400_000
	var one, four time.Duration
	for range 4 { // other work on the machine may fall on one of the two
		one, four = useExtensions(t, withExtensions(few), few), useExtensions(t, withExtensions(many), many)
		if four < 12*one {
			break
		}
	}
	assert.Less(t, four, 12*one)
	assert.Greater(t, len(withExtensions(many)), large*3/4)
}

// useExtensions decodes, reads, changes, compares, copies and continues a message with
// n extensions, and returns how long that took.
func useExtensions(t *testing.T, text []byte, n int) time.Duration {
	t.Helper()
	start := time.Now()
	ev, r, err := patientadmin.DecodeArrival(text)
	require.NoError(t, err)
	assert.Zero(t, r.Len(), r)
	i := 0
	for name, e := range redox.Extensions(&ev.Visit) {
		if i < n-1 && (name != "e"+strconv.Itoa(i) || e.String != strconv.Itoa(i)) {
			assert.Fail(t, "another extension was expected", "%d: %s", i, name)
			break
		}
		i++
	}
	assert.Equal(t, n, i)
	assert.Equal(t, redox.Number("1"), redox.ExtensionOf(&ev.Visit, "last").Number)

	own := redox.Clone(ev)
	redox.SetExtension(&own.Visit, "last", redox.Extension{Number: "2"})
	redox.SetExtension(&own.Visit, "more", redox.Extension{Number: "3"})
	redox.RemoveExtension(&own.Visit, "e0")
	assert.ElementsMatch(t, []string{"Visit.Extensions.last", "Visit.Extensions.more", "Visit.Extensions.e0"}, redox.Diff(ev, own))

	var copied patientadmin.Visit
	redox.SetExtensions(&copied, redox.Extensions(&ev.Visit))
	copied.VisitNumber = "1"
	assert.True(t, copied.Equal(ev.Visit))

	b := patientadmin.BuildDischarge().To("d").Visit(func(v *patientadmin.Visit) { *v = own.Visit }).Continue(ev)
	assert.Equal(t, "Visit.Extensions.last: not-in-event, want nothing set before (warning)\n", b.Dropped().String())
	next, err := b.Build()
	require.NoError(t, err)
	assert.Equal(t, redox.Number("2"), redox.ExtensionOf(&next.Visit, "last").Number)
	assert.Equal(t, redox.Number("3"), redox.ExtensionOf(&next.Visit, "more").Number)
	assert.Equal(t, "0", redox.ExtensionOf(&next.Visit, "e0").String, "it was taken over")
	out, err := next.AppendValid(nil)
	require.NoError(t, err)
	assert.Greater(t, len(out), len(text))
	return time.Since(start)
}
