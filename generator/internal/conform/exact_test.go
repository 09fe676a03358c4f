package conform

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"sync/atomic"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/internal/testenv"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// mutations is how many mutated messages of each event are compared.
const mutations = 204

// TestSameVerdictAsDraft4 compares the reports of generated code with the
// oracle's, for valid messages of every event and for mutations of them.
func TestSameVerdictAsDraft4(t *testing.T) {
	count := mutations
	if raceEnabled { // which looks at what events that run side by side share
		count = 16
	}
	var compared, faults atomic.Int64
	t.Run("events", func(t *testing.T) {
		for i, e := range events(t) {
			t.Run(e.name, func(t *testing.T) {
				t.Parallel()
				r := random(t, 1, i)
				for n := 0; n < count; {
					text := message(t, e, r, n)
					if text == nil {
						continue
					}
					n++
					want := e.ask(parse(t, text))
					compared.Add(1)
					faults.Add(int64(len(want)))
					if !sameIssues(t, e, text, want) {
						t.Fatalf("message %d", n)
					}
				}
			})
		}
	})
	t.Logf("%d messages compared, %d faults", compared.Load(), faults.Load())
	assert.Greater(t, faults.Load(), compared.Load()/2, "mutations that are mostly valid test little")
}

// message makes message number n of an event: valid ones first, then mutated
// ones. It returns nil when a mutation left no object.
func message(t testing.TB, e event, r *rand.Rand, n int) []byte {
	t.Helper()
	doc := instance(e.node, r, []float64{0.1, 0.3, 0.6, 0.2}[n%4])
	if n >= 4 {
		for range 1 + r.IntN(4) {
			doc = mutate(doc, r)
		}
	}
	if _, ok := doc.(map[string]any); !ok {
		return nil
	}
	text, err := json.Marshal(doc)
	require.NoError(t, err)
	return text
}

// sameIssues checks both entry points against the oracle.
func sameIssues(t testing.TB, e event, text []byte, want []issue) bool {
	t.Helper()
	m := e.info.New()
	decoded, err := m.DecodeJSON(text)
	if !assert.NoError(t, err) {
		return false
	}
	validated, err := e.info.ValidateJSON(text)
	return assert.NoError(t, err) &&
		assert.Equal(t, want, issuesOf(decoded), "decode: %s", text) &&
		assert.Equal(t, want, issuesOf(validated), "validate: %s", text) &&
		assert.Equal(t, len(want) == 0, decoded.Valid()) &&
		// What was decoded encodes to the same verdict.
		assert.Equal(t, want, issuesOf(m.Validate()), "encode and validate: %s", text) &&
		acceptsValid(t, m)
}

// acceptsValid checks that a message is encoded for sending if and only if it
// is valid, and reports what it is not otherwise.
func acceptsValid(t testing.TB, m redox.Message) bool {
	t.Helper()
	text, err := m.AppendJSON([]byte("x"))
	require.NoError(t, err)
	report, err := m.RedoxEvent().ValidateJSON(text[1:])
	require.NoError(t, err)
	out, err := m.AppendValid([]byte("x"))
	if !utf8.Valid(text) {
		return assert.ErrorContains(t, err, "UTF-8", "%s", text) && assert.Equal(t, "x", string(out))
	}
	if report.Valid() {
		return assert.NoError(t, err) && assert.Equal(t, string(text), string(out))
	}
	return assert.Equal(t, report.Err(), err, "%s", text) && assert.Equal(t, "x", string(out))
}

// samples returns the published example messages by file name.
func samples(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(testenv.NeedsReference(t, "samples"), "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	all := map[string][]byte{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		require.NoError(t, err)
		all[filepath.Base(f)] = data
	}
	return all
}

// eventOf finds the event of a sample by its Meta.
func eventOf(t testing.TB, text []byte) event {
	t.Helper()
	var head struct {
		Meta struct{ DataModel, EventType string }
	}
	require.NoError(t, json.Unmarshal(text, &head))
	for _, e := range events(t) {
		if e.name == head.Meta.DataModel+"."+head.Meta.EventType {
			return e
		}
	}
	t.Fatalf("no event %s.%s", head.Meta.DataModel, head.Meta.EventType)
	return event{}
}

func TestSamplesHaveTheSameVerdict(t *testing.T) {
	for name, text := range samples(t) {
		t.Run(name, func(t *testing.T) {
			e := eventOf(t, text)
			sameIssues(t, e, text, e.ask(parse(t, text)))
		})
	}
}

// Members that are dates in Go, by annotation or by name, hold dates in real
// messages; where one did not, its report would say so.
func TestSamplesConfirmDates(t *testing.T) {
	dates := 0
	for name, text := range samples(t) {
		e := eventOf(t, text)
		report, err := e.info.ValidateJSON(text)
		require.NoError(t, err)
		for v := range report.Warnings() {
			assert.NotEqual(t, redox.RuleDate, v.Rule, "%s: %s", name, v.Path)
		}
		dates += len(dateMember.FindAll(text, -1))
	}
	assert.Greater(t, dates, 400, "members whose names say that they are dates")
}

var dateMember = regexp.MustCompile(`"(\w*Date(Time)?\w*|DOB|LastUpdated)": *"\d{4}-`)
