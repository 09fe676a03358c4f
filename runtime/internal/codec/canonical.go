package codec

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// canonical returns a spelling of a JSON value that is the same for equal
// values: numbers by value, members by name, the last of several.
func canonical(text string) string {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return text
	}
	return string(appendCanonical(nil, v))
}

func appendCanonical(b []byte, v any) []byte {
	switch v := v.(type) {
	case json.Number:
		n, err := parseDecimal(string(v))
		if err != nil {
			return append(b, v...)
		}
		return append(b, n.key()...)
	case string:
		return strconv.AppendQuote(b, v)
	case bool:
		return strconv.AppendBool(b, v)
	case []any:
		b = append(b, '[')
		for _, e := range v {
			b = append(appendCanonical(b, e), ',')
		}
		return append(b, ']')
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		b = append(b, '{')
		for _, name := range names {
			b = append(strconv.AppendQuote(b, name), ':')
			b = append(appendCanonical(b, v[name]), ',')
		}
		return append(b, '}')
	default:
		return append(b, "null"...)
	}
}

// unique reports whether the elements of a JSON array differ.
func unique(text string) bool {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var list []any
	if dec.Decode(&list) != nil {
		return true
	}
	seen := make(map[string]bool, len(list))
	for _, v := range list {
		key := string(appendCanonical(nil, v))
		if seen[key] {
			return false
		}
		seen[key] = true
	}
	return true
}
