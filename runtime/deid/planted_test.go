package deid

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/all"
	"github.com/redoxgen/redoxgen/internal/testenv"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// What is planted: none of it may be left.
const (
	plantedText   = "Zqxmarker"
	plantedNumber = "98765432109"
	plantedDate   = "1987-06-05T04:03:02.123Z"
)

func newDeidentifier(t testing.TB, p Policy) *Deidentifier {
	key := func(context.Context) ([]byte, error) { return []byte("the key of these tests"), nil }
	d, err := New(context.Background(), Options{Policy: p, Key: key, Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
	require.NoError(t, err)
	return d
}

// assertHarmless fails if anything that was planted is left of a message.
func assertHarmless(t *testing.T, what, text string) {
	t.Helper()
	// Less than this may be part of a pseudonym by chance.
	for _, planted := range []string{"zqxmark", "98765432", "1987-06-05", "04:03:02.123"} {
		if i := strings.Index(strings.ToLower(text), planted); i >= 0 {
			t.Fatalf("%s: %q is left: …%s…", what, planted, text[max(0, i-80):min(len(text), i+40)])
		}
	}
}

// full writes a message with every member that o knows, by what value returns.
func full(o *object, value func(*field) string) string {
	var b strings.Builder
	b.WriteByte('{')
	for i, name := range slices.Sorted(maps.Keys(o.members)) {
		if i > 0 {
			b.WriteByte(',')
		}
		f := o.members[name]
		text := ""
		if f.object != nil {
			text = full(f.object, value)
		} else {
			text = value(f)
		}
		for range strings.Count(strings.TrimPrefix(f.path, o.path), "[]") {
			text = "[" + text + "," + text + "]"
		}
		b.WriteString(strconv.Quote(name) + ":" + text)
	}
	return b.String() + "}"
}

// documented reports whether the policy keeps what a field says.
func documented(f *field) bool {
	return f.action == Keep && f.class != redox.ClassQuantity && !f.number
}

// Every text, number and date of a full message of each event is planted; only codes and
// what says nothing of anybody are left.
func TestPlantedInEveryField(t *testing.T) {
	events := all.Events()
	require.Len(t, events, 111)
	for _, e := range events {
		d := newDeidentifier(t, SafeHarbor())
		root, err := d.plan(e)
		require.NoError(t, err)
		for _, planted := range []string{strconv.Quote(plantedText + " " + plantedNumber), plantedNumber, strconv.Quote(plantedDate)} {
			message := full(root, func(f *field) string {
				if documented(f) {
					return `"C1"`
				}
				return planted
			})
			out, err := d.Append(nil, e, []byte(message))
			require.NoError(t, err, e)
			require.True(t, json.Valid(out), e)
			assertHarmless(t, e.String(), string(out))
			assert.Equal(t, shape(t, []byte(message)), shape(t, out), "%s: its structure", e)
		}
		ledger, err := json.Marshal(d.Ledger())
		require.NoError(t, err)
		assertHarmless(t, e.String(), string(ledger)+fmt.Sprintf("%v %+v %#v", d, d, d))
	}
}

// shape returns a message with nothing of its values but their types.
func shape(t testing.TB, data []byte) any {
	var v any
	require.NoError(t, json.Unmarshal(data, &v))
	var of func(any) any
	of = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			for name := range v {
				v[name] = of(v[name])
			}
			return v
		case []any:
			for i := range v {
				v[i] = of(v[i])
			}
			return v
		default:
			return fmt.Sprintf("%T", v)
		}
	}
	return of(v)
}

// random writes random messages with plants in every place.
type random struct {
	*rand.Rand
	clean bool // nothing unknown, and objects where they belong, so that the structure must stay
}

func (r *random) object(o *object) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(o.members)) {
		if r.IntN(3) == 0 {
			parts = append(parts, strconv.Quote(name)+":"+r.value(o.members[name]))
		}
	}
	for r.IntN(3) == 0 && !r.clean {
		parts = append(parts, strconv.Quote([]string{plantedText, plantedNumber, plantedDate, "firstname"}[r.IntN(4)])+":"+r.any())
		if r.IntN(3) == 0 {
			name := []string{"user-id", "device-id", plantedText}[r.IntN(3)]
			parts = append(parts, fmt.Sprintf(`"Extensions":{%q:{"url":"https://x/%s","string":%s,"humanName":%s,%q:1}}`, name, plantedText, r.any(), r.any(), plantedText))
		}
	}
	return "{" + strings.Join(parts, " , ") + "}"
}

// scalars are planted texts, numbers and others.
func (r *random) scalar() string {
	return []string{
		strconv.Quote(plantedText), strconv.Quote(plantedText + "@x.org"), strconv.Quote("https://" + plantedText + ".org"), strconv.Quote(plantedNumber),
		strconv.Quote(plantedDate), `"\u005aqxmarker"`, "-" + plantedNumber, plantedNumber, plantedNumber + ".5", "9.87654e21", "null", "true", `""`,
		strconv.Quote(strings.ToUpper(plantedText)),
	}[r.IntN(14)]
}

// any is any value, with plants in names, too.
func (r *random) any() string {
	switch r.IntN(4) {
	case 0:
		return fmt.Sprintf(`{%q:%s,"ID":%s}`, plantedText, r.scalar(), r.scalar())
	case 1:
		return "[" + r.scalar() + "," + r.scalar() + "]"
	default:
		return r.scalar()
	}
}

// value is a value of f, of a wrong type now and then.
func (r *random) value(f *field) string {
	if !r.clean && r.IntN(8) == 0 && !documented(f) {
		return r.any()
	}
	text := ""
	switch {
	case f.object != nil:
		text = r.object(f.object)
	case documented(f):
		text = []string{`"C1"`, "null", "[]", plantedNumber, "true"}[r.IntN(5)]
	default:
		text = r.scalar()
	}
	for range strings.Count(f.path[strings.LastIndexByte(f.path, '.')+1:], "[]") {
		text = "[" + text + "]"
	}
	return text
}

// rounds is how many random messages there are.
func rounds() int {
	if testenv.Long() {
		return 10_000
	}
	return 600
}

func TestPlantedInRandomMessages(t *testing.T) {
	r := &random{Rand: rand.New(rand.NewPCG(testenv.Seed(t, 18), 0))}
	policies := []Policy{SafeHarbor(), SafeHarbor(), SafeHarbor()}
	policies[1].MaskUnknown = true
	policies[2].Members = []string{"firstname"}
	events := all.Events()
	for i := range rounds() {
		d := newDeidentifier(t, policies[i%len(policies)])
		e := events[r.IntN(len(events))]
		root, err := d.plan(e)
		require.NoError(t, err)
		r.clean = i%2 == 0
		message := []byte(r.object(root))
		require.True(t, json.Valid(message))
		out, err := d.Append(nil, e, message)
		require.NoError(t, err)
		require.True(t, json.Valid(out), "not JSON: %s", out)
		assertHarmless(t, e.String(), string(out))
		ledger, err := json.Marshal(d.Ledger())
		require.NoError(t, err)
		assertHarmless(t, "ledger", string(ledger))
		if r.clean {
			require.Equal(t, shape(t, message), shape(t, out))
			require.Equal(t, verdict(t, e, message), verdict(t, e, out), "%s", message)
		}
		if _, err := d.Append(nil, e, message[:len(message)-1]); assert.Error(t, err) {
			assertHarmless(t, "error", err.Error())
		}
	}
}

// verdict is the report of a message without what the policy explains: that a value is in
// no value set, or not a date any more.
func verdict(t testing.TB, e *redox.EventInfo, data []byte) []string {
	report, err := e.ValidateJSON(data)
	require.NoError(t, err)
	var list []string
	for v := range report.All() {
		if v.Rule != redox.RuleValueSet && v.Rule != redox.RuleDate {
			list = append(list, v.String())
		}
	}
	slices.Sort(list)
	return list
}

func FuzzDeidentify(f *testing.F) {
	for _, message := range []string{
		`{"Patient":{"Demographics":{"FirstName":"Zqxmarker","DOB":19870605,"SSN":[98765432109,{"Zqxmarker":1}]}}}`,
		`{"Extensions":{"user-id":{"url":"Zqxmarker","string":"Zqxmarker"},"Zqxmarker":{}},"Zqxmarker":{"a":[]}}`,
		`{"Visit":[{"VisitNumber":null}],"Extensions":{"url":"https://api.redoxengine.com/extensions/user-id","string":"x"}}`,
		"{ \"\\u0050atient\" :\t{ } ,\n \"x\":1 }",
	} {
		f.Add([]byte(message))
	}
	d := newDeidentifier(f, Consistent())
	f.Fuzz(func(t *testing.T, data []byte) {
		out, err := d.Append(nil, arrival, data)
		if err != nil {
			assert.Empty(t, out)
			return
		}
		require.True(t, json.Valid(out))
		again, err := d.Append(nil, arrival, data)
		require.NoError(t, err)
		assert.Equal(t, string(out), string(again), "the same message twice")
	})
}
