package dedup_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

func keyOf(t *testing.T, body string) dedup.Key {
	t.Helper()
	meta, err := redox.PeekMeta([]byte(body))
	require.NoError(t, err)
	return dedup.KeyOf(meta, []byte(body))
}

func TestKeyOf(t *testing.T) {
	for name, tt := range map[string]struct{ body, want string }{
		"log ID": {
			`{"Meta":{"Source":{"ID":"s"},"Destinations":[{"ID":"d"}],"Logs":[{"ID":"L1","AttemptID":"x"}]}}`, "s/d/log:L1"},
		"numeric log ID": {
			`{"Meta":{"Source":{"ID":"s"},"Destinations":[{"ID":"d"}],"Logs":[{"ID":12345678901234567890}]}}`, "s/d/log:12345678901234567890"},
		"several destinations": {
			`{"Meta":{"Destinations":[{"ID":"d"},{"ID":"e"}],"Logs":[{"ID":"1"},{"ID":"2"}]}}`, "/d+e/log:1"},
		"retired message ID": {`{"Meta":{"Message":{"ID":5565},"Logs":[{"AttemptID":"x"}]}}`, "//message:5565"},
		"log before message": {`{"Meta":{"Message":{"ID":5565},"Logs":[{"ID":7}]}}`, "//log:7"},
		"hostile":            {`{"Meta":{"Source":{"ID":"a/b"},"Logs":[{"ID":"1"}]}}`, "#3-c14cddc033f64b9dea80ea675cf280a0//log:1"},
	} {
		t.Run(name, func(t *testing.T) {
			key := keyOf(t, tt.body)
			assert.Regexp(t, "^"+regexp.QuoteMeta(tt.want)+"/text:[0-9a-f]{32}$", string(key))
			earlier, changed := dedup.Earlier(key)
			assert.True(t, changed)
			assert.Equal(t, dedup.Key(tt.want), earlier, "what the version before wrote")
		})
	}
}

// TestEarlierIsTheSame: keys that did not change, and those of other KeyFuncs.
func TestEarlierIsTheSame(t *testing.T) {
	for _, key := range []dedup.Key{"", "mine", "/text:", keyOf(t, `{"A":1}`), keyOf(t, `{"Meta":{"Logs":[{"ID":"\ud800"}]}}`)} {
		earlier, changed := dedup.Earlier(key)
		assert.False(t, changed, key)
		assert.Equal(t, key, earlier)
	}
}

const oneID = `{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","EventDateTime":"2024-01-01T00:00:00Z",` +
	`"Logs":[{"ID":"L1","AttemptID":"a1"}],"Transmission":{"ID":1},"Test":true},` +
	`"Patient":{"Identifiers":[{"ID":"7","IDType":"MR"}],"Notes":["a b","c\\\"} ,"],"Logs":[1]},"Visit":{"Logs":{"x":2}}}`

// TestKeyOfRedelivery: what differs between deliveries of one message.
func TestKeyOfRedelivery(t *testing.T) {
	var indented bytes.Buffer
	require.NoError(t, json.Indent(&indented, []byte(oneID), "", "\t"))
	for name, again := range map[string]string{
		"other attempt":      strings.Replace(oneID, `"a1"`, `"a2"`, 1),
		"no attempt":         strings.Replace(oneID, `,"AttemptID":"a1"`, ``, 1),
		"numbers in Logs":    strings.Replace(oneID, `"AttemptID":"a1"`, `"AttemptID":"a1","n":[1,{"x":"]}"}],"s":"\\"`, 1),
		"another log":        strings.Replace(oneID, `"a1"}`, `"a1"},{"ID":"L2"}`, 1),
		"other transmission": strings.Replace(oneID, `"Transmission":{"ID":1}`, `"Transmission":{"ID":2}`, 1),
		"null transmission":  strings.Replace(oneID, `"Transmission":{"ID":1}`, `"Transmission": null`, 1),
		"indented":           indented.String(),
		"CR and LF":          strings.ReplaceAll(indented.String(), "\n", "\r\n"),
		"around":             " \n" + oneID + "\n",
	} {
		assert.Equal(t, keyOf(t, oneID), keyOf(t, again), name)
	}
	escaped := strings.NewReplacer(`"Meta"`, `"\u004deta"`, `"Logs":[{`, `"\u004cogs" : [{`).Replace(oneID)
	assert.Equal(t, keyOf(t, escaped), keyOf(t, strings.Replace(escaped, "a1", "a2", 1)), "escaped names")
	last := `{"Meta":{"Transmission":{"ID":1},"Logs":[{"ID":"L1"}]}}`
	assert.Equal(t, keyOf(t, last), keyOf(t, strings.Replace(last, `"L1"}]`, `"L1"} ] `, 1)), "Logs last")
}

// TestKeysStay: stores have the keys of earlier versions.
func TestKeysStay(t *testing.T) {
	entry := `{ "Text" : "a b, \"c\" \\", "Logs":[ 1 ], "Meta": {"Logs":2} },`
	long := strings.Replace(oneID, `"Notes":[`, `"Notes":[`+strings.Repeat(entry, 20), 1)
	assert.Equal(t, dedup.Key("//log:L1/text:88cc0d3115fee3c25afbd56d13f174cc"), keyOf(t, oneID))
	assert.Equal(t, dedup.Key("//log:L1/text:6723a52658491a495ac04a5d25d26ece"), keyOf(t, long))
	assert.Equal(t, dedup.Key("//log:L1/text:ae74d6f01a6117e088e66d20313d452e"), keyOf(t, strings.Replace(long, `"Visit":`, `"Meta":{"Logs":[{"ID":"L1"}]},"Visit":`, 1)))
}

// TestKeyOfOneID: other messages of the same ID.
func TestKeyOfOneID(t *testing.T) {
	seen := map[dedup.Key]string{keyOf(t, oneID): "the first"}
	for name, other := range map[string]string{
		"other event":          strings.Replace(oneID, "Arrival", "Discharge", 1),
		"other model":          strings.Replace(oneID, "PatientAdmin", "Order", 1),
		"other time":           strings.Replace(oneID, "2024", "2025", 1),
		"other patient":        strings.Replace(oneID, `"7"`, `"8"`, 1),
		"number for a string":  strings.Replace(oneID, `"7"`, `7`, 1),
		"white space in text":  strings.Replace(oneID, `"a b"`, `"a  b"`, 1),
		"no test":              strings.Replace(oneID, `true`, `false`, 1),
		"a member more":        strings.Replace(oneID, `"Test"`, `"X":null,"Test"`, 1),
		"Logs elsewhere":       strings.Replace(oneID, `"Logs":[1]`, `"Logs":[2]`, 1),
		"Logs of a visit":      strings.Replace(oneID, `{"x":2}`, `{"x":3}`, 1),
		"Logs at the top":      strings.Replace(oneID, `"Patient":`, `"Logs":[{"ID":"L1"}],"Patient":`, 1),
		"other Logs there":     strings.Replace(oneID, `"Patient":`, `"Logs":[{"ID":"L2"}],"Patient":`, 1),
		"behind Logs":          strings.Replace(oneID, `"Test":true`, `"Test":true,"FacilityCode":"x"`, 1),
		"Meta inside":          strings.Replace(oneID, `{"x":2}`, `{"Meta":{"Logs":1}}`, 1),
		"another Meta inside":  strings.Replace(oneID, `{"x":2}`, `{"Meta":{"Logs":2}}`, 1),
		"text behind a quote":  strings.Replace(oneID, `"c\\\"} ,"`, `"c\\\"} , "`, 1),
		"member order changed": strings.Replace(oneID, `"ID":"7","IDType":"MR"`, `"IDType":"MR","ID":"7"`, 1),
	} {
		key := keyOf(t, other)
		assert.Empty(t, seen[key], "%s has the key of another", name)
		seen[key] = name
	}
	// The same of messages from before 2023.
	assert.NotEqual(t, keyOf(t, `{"Meta":{"Message":{"ID":1}},"A":1}`), keyOf(t, `{"Meta":{"Message":{"ID":1}},"A":2}`))
}

func TestKeyOfNumbersAndStringsAlike(t *testing.T) {
	assert.Equal(t,
		keyOf(t, `{"Meta":{"Logs":[{"ID":"12345"}]}}`),
		keyOf(t, `{"Meta":{"Logs":[{"ID":12345}]}}`))
}

func TestKeyOfIsNotFooledBySeparators(t *testing.T) {
	seen := map[dedup.Key]string{}
	for _, body := range []string{
		`{"Meta":{"Source":{"ID":"a"},"Destinations":[{"ID":"b"}],"Logs":[{"ID":"c"}]}}`,
		`{"Meta":{"Source":{"ID":"a/b"},"Logs":[{"ID":"c"}]}}`,
		`{"Meta":{"Source":{"ID":"a"},"Destinations":[{"ID":"b/log:c"}],"Logs":[{"ID":"c"}]}}`,
		`{"Meta":{"Source":{"ID":"a"},"Destinations":[{"ID":"b+b"}],"Logs":[{"ID":"c"}]}}`,
		`{"Meta":{"Source":{"ID":"a"},"Destinations":[{"ID":"b"},{"ID":"b"}],"Logs":[{"ID":"c"}]}}`,
		`{"Meta":{"Source":{"ID":"a"},"Destinations":[{"ID":"b"}],"Message":{"ID":1}}}`,
		`{"Meta":{"Source":{"ID":"a"},"Destinations":[{"ID":"b"}],"Logs":[{"ID":"1"}]}}`,
		`{"Meta":{"Source":{"ID":"a"},"Destinations":[{"ID":"b"}]}}`,
		`{}`,
	} {
		key := keyOf(t, body)
		assert.Empty(t, seen[key], "same key as %s", body)
		seen[key] = body
	}
}

func TestKeyOfContent(t *testing.T) {
	base := `{"Meta":{"DataModel":"X","Logs":[{"AttemptID":"1"}],"Transmission":{"ID":1}},"A":[1,{"b":null,"c":"d"}],"E":true}`
	for _, same := range []string{
		`{"E":true,"A":[1,{"c":"d","b":null}],"Meta":{"Logs":[{"AttemptID":"2"}],"DataModel":"X","Transmission":{"ID":2}}}`,
		`{ "Meta": {"DataModel": "\u0058"}, "A": [1, {"b": null, "c": "d"}], "E": true }`,
	} {
		assert.Equal(t, keyOf(t, base), keyOf(t, same))
	}
	for _, other := range []string{
		strings.Replace(base, `"d"`, `"e"`, 1),
		strings.Replace(base, `null`, `""`, 1),
		strings.Replace(base, `[1,`, `["1",`, 1),
		strings.Replace(base, `true`, `false`, 1),
		strings.Replace(base, `"E":true`, `"E":true,"Logs":[]`, 1),
		strings.Replace(base, `"E":true`, `"E":true,"Meta/Logs":[]`, 1),
	} {
		assert.NotEqual(t, keyOf(t, base), keyOf(t, other), other)
	}
}

// TestKeyOfTextThatIsNotUnicode: what is no Unicode text decodes to U+FFFD, so
// that different messages look alike once they are decoded.
func TestKeyOfTextThatIsNotUnicode(t *testing.T) {
	for name, bodies := range map[string][]string{
		"string": {
			"{\"Name\":\"M\xfcller\"}", "{\"Name\":\"M\xe4ller\"}",
			`{"Name":"M\ud800ller"}`, `{"Name":"M\ud801ller"}`, `{"Name":"M\udc00ller"}`, `{"Name":"M\ufffdller"}`,
			`{"Name":"\"M\\ud800ller\""}`,
		},
		"member": {
			"{\"M\xfcller\":1}", "{\"M\xe4ller\":1}", `{"M\ud800ller":1}`, `{"M\ud801ller":1}`,
			`{"\"M\\ud800ller\"":1}`,
		},
		"log ID": {
			"{\"Meta\":{\"Logs\":[{\"ID\":\"M\xfc\"}]},\"A\":1}", "{\"Meta\":{\"Logs\":[{\"ID\":\"M\xe4\"}]},\"A\":2}",
		},
		"message ID": {
			`{"Meta":{"Message":{"ID":"\ud800"}}}`, `{"Meta":{"Message":{"ID":"\ud801"}}}`,
		},
		"source": {
			"{\"Meta\":{\"Source\":{\"ID\":\"\xfc\"},\"Logs\":[{\"ID\":\"1\"}]}}", "{\"Meta\":{\"Source\":{\"ID\":\"\xe4\"},\"Logs\":[{\"ID\":\"1\"}]}}",
		},
		"destination": {
			`{"Meta":{"Destinations":[{"ID":"a"},{"ID":"\ud800"}],"Logs":[{"ID":"1"}]}}`, `{"Meta":{"Destinations":[{"ID":"a"},{"ID":"\ud801"}],"Logs":[{"ID":"1"}]}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			seen := map[dedup.Key]string{}
			for _, body := range bodies {
				key := keyOf(t, body)
				assert.Empty(t, seen[key], "same key as %q", body)
				seen[key] = body
			}
		})
	}
}

// TestKeyOfRedeliveryThatIsNotUnicode: what differs between deliveries does not
// matter for such a message either.
func TestKeyOfRedeliveryThatIsNotUnicode(t *testing.T) {
	for _, text := range []string{"M\xfcller", `M\ud800ller`, `M\ufffdller`, "M\ufffdller"} {
		first := `{"Meta":{"Logs":[{"AttemptID":"1"}],"Transmission":{"ID":1}},"A":["` + text + `"],"` + text + `":{"a":1,"b":2}}`
		again := `{ "` + text + `" : {"b":2,"a":1}, "A": [ "` + text + `" ], "Meta":{"Transmission":{"ID":2}, "Logs":[{"AttemptID":"2"}]}}`
		assert.Equal(t, keyOf(t, first), keyOf(t, again), "%q", text)
	}
}

func TestKeyOfContentThatIsNotJSON(t *testing.T) {
	deep := strings.Repeat(`[`, 1_000_000)
	keys := map[dedup.Key]bool{}
	for _, body := range []string{"", "{", `{"a":}`, "\xff", deep, deep + "[", `{} {}`} {
		keys[dedup.KeyOf(redox.Meta{}, []byte(body))] = true
	}
	assert.Len(t, keys, 7)
}

func FuzzKeyOf(f *testing.F) {
	f.Add([]byte(`{"Meta":{"Logs":[{"ID":1}]},"A":[1,2,{"b":null}]}`))
	f.Add([]byte(`[[[[{"a":"b"}]]]]`))
	f.Add([]byte(`{"Meta":{"Logs":[{"ID":1}]},"A":["` + strings.Repeat(`a b\\\" `, 20) + `" , "c d"]}`))
	f.Add([]byte(`{"Meta":{"Logs":[{"ID":1}],"Transmission" : "x\\"`))
	f.Fuzz(func(t *testing.T, body []byte) {
		meta, err := redox.PeekMeta(body)
		if err != nil {
			meta = redox.Meta{}
		}
		key := dedup.KeyOf(meta, body)
		assert.Equal(t, key, dedup.KeyOf(meta, body))
		assert.Less(t, len(key), 600)
		var compact bytes.Buffer
		if json.Compact(&compact, body) == nil && err == nil {
			assert.Equal(t, key, dedup.KeyOf(meta, compact.Bytes()), "white space does not count")
		}
	})
}
