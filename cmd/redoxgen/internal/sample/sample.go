// Package sample makes the smallest valid message of an event.
package sample

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// placeholder is what texts of a sample say.
const placeholder = "sample"

// maxRounds bounds how often a sample is completed: more often than any message has
// levels.
const maxRounds = 50

// Of returns the smallest valid message of an event, marked as a test: what
// the schema requires and no more, in schema order. It starts with the names of
// the event and puts in what the validator asks for until it asks no more, so
// that it is right for every schema that the validator knows.
func Of(e *redox.EventInfo, now time.Time) (redox.Message, error) {
	date := string(redox.DateTimeOf(now))
	root := map[string]any{"Meta": map[string]any{
		"DataModel": e.DataModel, "EventType": e.EventType, "EventDateTime": date, "Test": true,
	}}
	for range maxRounds {
		data, err := json.Marshal(root)
		if err != nil {
			return nil, err
		}
		m := e.New()
		report, err := m.DecodeJSON(data)
		if err != nil || !complete(root, report, date) {
			return m, err
		}
	}
	return nil, fmt.Errorf("there is no sample of %s: use a file", e)
}

// complete changes what the report finds missing or of a wrong kind, and reports
// whether there was anything.
func complete(root map[string]any, report redox.Report, date string) bool {
	changed := false
	for v := range report.All() {
		switch v.Rule {
		case "required":
			put(root, v.Path, placeholder)
		case "type":
			put(root, v.Path, smallest(v.Want))
		case redox.RuleDate:
			put(root, v.Path, date)
		default:
			continue
		}
		changed = true
	}
	return changed
}

// smallest returns a value of the first of the kinds that a rule wants.
func smallest(want string) any {
	kind, _, _ := strings.Cut(want, " ")
	switch kind {
	case "object":
		return map[string]any{}
	case "array":
		return []any{placeholder}
	case "number", "integer":
		return 1
	case "boolean":
		return false
	case "null":
		return nil
	default:
		return placeholder
	}
}

// put sets what is at a path, such as Patient.Identifiers[0].ID, below an object
// or array that is there already.
func put(at any, path string, value any) {
	step, rest := path, ""
	if i := strings.IndexAny(path[1:], ".["); i >= 0 {
		step, rest = path[:i+1], strings.TrimPrefix(path[i+1:], ".")
	}
	switch at := at.(type) {
	case map[string]any:
		if rest != "" {
			put(at[step], rest, value)
			return
		}
		at[step] = value
	case []any:
		i, err := strconv.Atoi(strings.Trim(step, "[]"))
		switch {
		case err != nil || i >= len(at):
		case rest != "":
			put(at[i], rest, value)
		default:
			at[i] = value
		}
	}
}
