package schema

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/source"
)

// rat returns the value of a number. The parser has bounded its exponent.
func rat(v *source.Value) *big.Rat {
	r, ok := new(big.Rat).SetString(v.Text)
	if !ok {
		return new(big.Rat)
	}
	return r
}

// integer returns the value of a number that is written as a natural one.
func integer(v *source.Value) (int, bool) {
	if v == nil || v.Kind != source.Number {
		return 0, false
	}
	n, err := strconv.Atoi(v.Text)
	return n, err == nil && n >= 0 && v.Text[0] != '-'
}

// compact returns v as JSON without spaces, numbers as they were written.
func compact(v *source.Value) string { return jsonText(v, false) }

// canonical returns a text that is the same for equal JSON values: numbers by
// their value, objects whatever the order of their members.
func canonical(v *source.Value) string { return jsonText(v, true) }

func jsonText(v *source.Value, canonical bool) string {
	switch v.Kind {
	case source.Object:
		members := make([]string, len(v.Members))
		for i, m := range v.Members {
			members[i] = memberText(m.Name, jsonText(m.Value, canonical))
		}
		if canonical {
			slices.Sort(members)
		}
		return objectText(members)
	case source.Array:
		items := make([]string, len(v.Items))
		for i, item := range v.Items {
			items[i] = jsonText(item, canonical)
		}
		return arrayText(items)
	case source.String:
		return quote(v.Text)
	case source.Null:
		return "null"
	case source.Number:
		if canonical {
			return rat(v).RatString()
		}
	}
	return v.Text
}

func objectText(members []string) string { return "{" + strings.Join(members, ",") + "}" }

func memberText(name, value string) string { return quote(name) + ":" + value }

func arrayText(items []string) string { return "[" + strings.Join(items, ",") + "]" }

func stringsText(list []string) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = quote(s)
	}
	return arrayText(quoted)
}

// quote returns s as a JSON string, without the escapes that only HTML needs.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r < ' ':
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
