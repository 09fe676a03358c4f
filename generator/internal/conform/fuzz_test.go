package conform

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// FuzzMessage holds everything that is promised of a message against
// arbitrary input: an error exactly when encoding/json finds no object, the
// oracle's verdict, and nothing lost.
func FuzzMessage(f *testing.F) {
	list := events(f)
	for i, e := range list {
		r := random(f, 4, i)
		for n := range 6 {
			if text := message(f, e, r, n); text != nil {
				f.Add(i, text)
			}
		}
	}
	for _, text := range oddTexts {
		f.Add(0, []byte(text))
	}
	f.Fuzz(func(t *testing.T, index int, text []byte) {
		e := list[uint(index)%uint(len(list))]
		m := e.info.New()
		report, err := m.DecodeJSON(text)
		text = bytes.TrimPrefix(text, []byte("\ufeff"))
		var object map[string]json.RawMessage
		if json.Unmarshal(text, &object) != nil || object == nil {
			require.Error(t, err)
			return
		}
		require.NoError(t, err)
		out, err := m.AppendJSON(nil)
		require.NoError(t, err)
		sameJSON(t, text, out)
		acceptsValid(t, m)

		validated, err := e.info.ValidateJSON(text)
		require.NoError(t, err)
		assert.Equal(t, report, validated)
		if !report.Truncated() {
			assert.Equal(t, e.ask(parse(t, text)), issuesOf(report), "%s", text)
		}
	})
}

// oddTexts are seeds that no generator of messages would think of.
var oddTexts = []string{
	``, `{`, `{}`, ` {} `, `[]`, `null`, `{"Meta":}`, `{"Meta":{}}x`, "\xef\xbb\xbf{}", `{"a":1,}`, `{"Meta":{"DataModel":"\ud800"}}`,
	"{\"Meta\":{\"DataModel\":\"\xff\\u0041\"}}", `{"Meta":{"DataModel":"a","DataModel":1,"DataModel":null},"Meta":{"EventType":"b"}}`,
	`{"Meta":{"Logs":[{"ID":"1","ID":2},null,"x",[]]},"x":1,"x":{"y":[]}}`, `{"\u004deta":{"DataModel":"A\/B"}}`,
	`{"Meta":{"Message":{"ID":1e400},"Transmission":{"ID":"12"}}}`, `{"Meta":{"Test":"true","EventDateTime":5}}`,
	`{"Meta":[[[[[[]]]]]]}`, `{"":{"":""},"\u0000":"\u0000"}`, `{"meta":{},"META":{}}`, `{"Meta":{"Test":tru}}`, `{"Meta":01}`, `{"Meta":-}`,
}
