package jsontext

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// Canonical returns a spelling of a JSON value that is the same for equal
// values: numbers by value, members by name, the last of several.
func Canonical(text string) string {
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
		n, err := ParseDecimal(string(v))
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

// Unique reports whether the elements of a JSON array differ.
func Unique(text string) bool {
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

// SameNumber reports whether two numbers have the same value, as 1 and 1.0 have.
func SameNumber(a, b string) bool {
	if a == b {
		return true
	}
	v, err1 := ParseDecimal(a)
	w, err2 := ParseDecimal(b)
	return err1 == nil && err2 == nil && v.Compare(w) == 0
}

// SameValue reports whether two JSON texts have the same value; no text is the
// same as null.
func SameValue(a, b string) bool {
	if a == b {
		return true
	}
	if a == "" || b == "" {
		return strings.TrimSpace(a+b) == "null"
	}
	return Canonical(a) == Canonical(b)
}
