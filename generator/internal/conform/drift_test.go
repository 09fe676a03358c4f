package conform

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/drift"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// TestDriftAgreesWithReports: a message that is seen whole drifts where its report
// says, and nowhere else.
func TestDriftAgreesWithReports(t *testing.T) {
	for i, e := range events(t) {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			r := random(t, 41, i)
			for n := range 40 {
				text := message(t, e, r, n)
				if text == nil {
					continue
				}
				whole, reported := drift.New([]*redox.EventInfo{e.info}), drift.New([]*redox.EventInfo{e.info})
				require.NoError(t, whole.MessageOf(e.info, text))
				report, err := e.info.ValidateJSON(text)
				require.NoError(t, err)
				reported.Report(e.info.DataModel, e.info.EventType, report)
				want, got := driftOf(reported), driftOf(whole)
				if report.Truncated() || assert.Equal(t, want, got, "%s", text) {
					continue
				}
				return
			}
		})
	}
}

// driftOf lists what drifts, without what is inside of members that the schema lacks.
func driftOf(c *drift.Collector) []string {
	list := []string{}
	for _, e := range c.Tally().Events {
		lacking := map[string]bool{}
		for _, f := range e.Findings {
			inside := false
			for p := range lacking {
				inside = inside || len(f.Path) > len(p) && strings.HasPrefix(f.Path, p) && strings.ContainsAny(f.Path[len(p):len(p)+1], ".[")
			}
			if !inside {
				list = append(list, f.Path+" "+string(f.Rule)+" "+f.Want)
			}
			if f.Rule == redox.RuleUnknown || f.Rule == redox.RuleNotInEvent {
				lacking[f.Path] = true
			}
		}
	}
	slices.Sort(list)
	return list
}

// TestNoValueDrifts: what is counted has no value of a message, nor a name that is
// data: a key of a map, a number, a date, several words.
func TestNoValueDrifts(t *testing.T) {
	marks := regexp.MustCompile(plantedText + "|" + plantedNumber + "|1954-03-02|Bed77060")
	count := 30
	if raceEnabled { // which looks at what events that run side by side share
		count = 4
	}
	for i, e := range events(t) {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			r := random(t, 42, i)
			c := drift.New([]*redox.EventInfo{e.info})
			for n := range count {
				doc := plant(instance(e.node, r, 0.9), r).(map[string]any)
				plantNames(doc, n)
				text, err := json.Marshal(doc)
				require.NoError(t, err)
				require.NoError(t, c.MessageOf(e.info, text))
				report, err := e.info.ValidateJSON(text)
				require.NoError(t, err)
				c.Report(e.info.DataModel, e.info.EventType, report)
				for _, cut := range []int{1, len(text) / 3, len(text) - 1} {
					err := c.MessageOf(e.info, text[:cut])
					require.Error(t, err)
					assert.NotRegexp(t, marks, err.Error())
				}
			}
			data, err := json.Marshal(c.Tally())
			require.NoError(t, err)
			assert.Empty(t, marks.FindString(string(data)))
			for _, want := range []string{`"Unknown"`, "[name withheld]", fmt.Sprintf(`"messages":%d,"reports":%[1]d`, count)} {
				assert.True(t, strings.Contains(string(data), want), want)
			}
		})
	}
}

// plantNames adds names that are data to every object of message number n.
func plantNames(v any, n int) {
	switch v := v.(type) {
	case map[string]any:
		for _, below := range v {
			plantNames(below, n)
		}
		key := plantedText + string(rune('A'+n%26)) + string(rune('a'+n/26))
		v["ByName"] = map[string]any{key: map[string]any{plantedText + "x": true}}
		v["ByDate"] = map[string]any{"1954-03-02": 1, "Planned": "x"}
		v["p"+plantedNumber], v["Bed77060"], v[plantedText+" Smith"] = 1, []any{}, plantedText
	case []any:
		for _, below := range v {
			plantNames(below, n)
		}
	}
}
