package extension

import (
	"slices"
	"strconv"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/format"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
)

// shape says what a value form is like. Members that a form does not name are left
// alone, and null stands for nothing anywhere.
type shape struct {
	types    jsontext.Types
	date     bool
	elements *shape
	members  map[string]*shape
}

var (
	text    = &shape{types: jsontext.TypeString}
	texts   = &shape{types: jsontext.TypeArray, elements: text}
	name    = object(map[string]*shape{"use": text, "text": text, "family": text, "given": texts})
	person  = object(map[string]*shape{"name": name})
	someone = object(map[string]*shape{"id": text, "idType": text, "person": person})
)

// forms are the value forms that Redox documents or sends.
var forms = map[string]*shape{
	"string":       text,
	"dateTime":     {types: jsontext.TypeString, date: true},
	"number":       {types: jsontext.TypeNumber},
	"boolean":      {types: jsontext.TypeBoolean},
	"coding":       object(map[string]*shape{"system": text, "code": text, "display": text}),
	"address":      object(map[string]*shape{"line": text, "city": text, "state": text, "postalCode": text}),
	"humanName":    name,
	"identifier":   object(map[string]*shape{"value": text, "type": text}),
	"participants": {types: jsontext.TypeArray, elements: someone},
}

func object(members map[string]*shape) *shape {
	return &shape{types: jsontext.TypeObject, members: members}
}

// Check notes what is not well-formed in the value of Member at i, which is known to
// be JSON. All findings are warnings.
func Check(s *jsontext.Scanner, i int, note func(report.Finding)) {
	c := checker{s: s, note: note}
	if !c.is(i, jsontext.TypeObject) || s.In.At(i) != '{' {
		return
	}
	if Only(s, i) >= 0 {
		c.extension(i)
		return
	}
	c.s.EachMember(i, func(_ string, _, value int) int {
		if c.is(value, jsontext.TypeObject) && c.s.In.At(value) == '{' {
			c.extension(value)
		}
		return c.s.SkipValue(value)
	})
}

type checker struct {
	s    *jsontext.Scanner
	note func(report.Finding)
}

func (c *checker) warn(f report.Finding) {
	if f.Rule == "" {
		f.Rule = report.RuleExtension
	}
	f.Severity = report.Warning
	c.note(f)
}

// is reports whether the value at i has one of the types, or is null.
func (c *checker) is(i int, types jsontext.Types) bool {
	got := jsontext.TypeOf(c.s.In.At(i))
	if got&(types|jsontext.TypeNull) != 0 {
		return true
	}
	c.warn(report.Finding{At: i, Allowed: types, Found: got})
	return false
}

// extension checks the extension at i: it has a URL, and one value.
func (c *checker) extension(i int) {
	hasURL := false
	var values []string
	c.s.EachMember(i, func(name string, _, value int) int {
		end := c.s.SkipValue(value)
		switch isNull := c.s.In.At(value) == 'n'; {
		case name == "url":
			hasURL = !isNull
			c.is(value, jsontext.TypeString)
		case !isNull:
			if !slices.Contains(values, name) && len(values) < 2 {
				values = append(values, name)
			}
			if form := forms[name]; form != nil {
				c.value(form, value)
			}
		}
		return end
	})
	if len(values) != 1 {
		c.warn(report.Finding{At: i, Want: "1 value", Got: gotValues(len(values))})
	}
	if !hasURL {
		c.warn(report.Finding{At: i, Member: "url", Want: jsontext.TypeString.String()})
	}
}

// gotValues counts values up to 2.
func gotValues(n int) string { return strings.Replace(strconv.Itoa(n), "2", "several", 1) }

// value checks the value at i.
func (c *checker) value(f *shape, i int) {
	if !c.is(i, f.types) {
		return
	}
	switch first := c.s.In.At(i); {
	case first == '"' && f.date:
		end, flags := c.s.SkipString(i)
		if at := c.s.Unquote(i, end, flags); at != "" && !format.ValidDate(at) {
			c.warn(report.Finding{At: i, Rule: report.RuleDate, Want: "ISO 8601"})
		}
	case first == '{':
		c.s.EachMember(i, func(name string, _, value int) int {
			if m := f.members[name]; m != nil {
				c.value(m, value)
			}
			return c.s.SkipValue(value)
		})
	case first == '[':
		c.s.EachElement(i, func(_, value int) int {
			c.value(f.elements, value)
			return c.s.SkipValue(value)
		})
	}
}
