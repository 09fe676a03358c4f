package codec

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/format"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
)

// typed reports a value whose type the schema does not allow, and checks what
// else the schema says of scalars of an allowed type.
func (d *decoder) typed(n *node, t jsontext.Types, i, end int) {
	if n.types&t == 0 && !(t == jsontext.TypeNumber && n.types&jsontext.TypeInteger != 0 && jsontext.IsInteger(d.In.Text(i, end))) {
		d.Note(report.Finding{At: i, Rule: report.RuleType, Allowed: n.types, Found: t})
		return
	}
	if n.checks != nil {
		d.checkValue(n.checks, t, i, end)
	}
}

// checkValue checks a value of an allowed type against everything but the
// counts of elements and members.
func (d *decoder) checkValue(c *checks, t jsontext.Types, i, end int) {
	if c.enum != nil && !slices.Contains(c.enum, jsontext.Canonical(d.In.Text(i, end))) {
		d.Note(report.Finding{At: i, Rule: "enum", Want: "one of " + strconv.Itoa(len(c.enum)) + " values"})
	}
	switch t {
	case jsontext.TypeString:
		_, flags := d.SkipString(i)
		d.checkString(c, i, d.Unquote(i, end, flags))
	case jsontext.TypeNumber:
		if c.minimum != nil || c.maximum != nil || c.multipleOf != nil {
			d.checkNumber(c, i, end)
		}
	}
}

// checkString checks the string at i, whose content is s.
func (d *decoder) checkString(c *checks, i int, s string) {
	if s != "" {
		if c.date && !format.ValidDate(s) {
			d.Note(report.Finding{At: i, Rule: report.RuleDate, Want: "ISO 8601", Severity: report.Warning})
		}
		if c.values != nil && !slices.Contains(c.values, s) {
			d.Note(report.Finding{At: i, Rule: report.RuleValueSet, Want: "one of " + strconv.Itoa(len(c.values)) + " documented values", Severity: report.Warning})
		}
	}
	if c.minLength > 0 || c.maxLength >= 0 {
		n := utf8.RuneCountInString(s)
		if n < c.minLength {
			d.limit(i, "minLength", c.minLength, n)
		}
		if c.maxLength >= 0 && n > c.maxLength {
			d.limit(i, "maxLength", c.maxLength, n)
		}
	}
	if c.pattern != nil && !c.pattern.MatchString(s) {
		d.Note(report.Finding{At: i, Rule: "pattern", Want: "match of " + strconv.Quote(c.pattern.String())})
	}
	if c.format != "" && !format.ValidFormat(c.format, s) {
		d.Note(report.Finding{At: i, Rule: "format", Want: c.format})
	}
}

func (d *decoder) checkNumber(c *checks, i, end int) {
	v, err := jsontext.ParseDecimal(d.In.Text(i, end))
	if err != nil {
		return
	}
	if c.minimum != nil {
		switch order := v.Compare(c.minimum); {
		case c.exclusiveMin && order <= 0:
			d.Note(report.Finding{At: i, Rule: "exclusiveMinimum", Want: "more than " + c.minimum.Text})
		case !c.exclusiveMin && order < 0:
			d.Note(report.Finding{At: i, Rule: "minimum", Want: "at least " + c.minimum.Text})
		}
	}
	if c.maximum != nil {
		switch order := v.Compare(c.maximum); {
		case c.exclusiveMax && order >= 0:
			d.Note(report.Finding{At: i, Rule: "exclusiveMaximum", Want: "less than " + c.maximum.Text})
		case !c.exclusiveMax && order > 0:
			d.Note(report.Finding{At: i, Rule: "maximum", Want: "at most " + c.maximum.Text})
		}
	}
	if c.multipleOf != nil && !v.MultipleOf(c.multipleOf) {
		d.Note(report.Finding{At: i, Rule: "multipleOf", Want: "a multiple of " + c.multipleOf.Text})
	}
}

// checkElements checks the number of elements of the array between i and end,
// and that they differ.
func (d *decoder) checkElements(c *checks, count, i, end int) {
	if count < c.minItems {
		d.limit(i, "minItems", c.minItems, count)
	}
	if c.maxItems >= 0 && count > c.maxItems {
		d.limit(i, "maxItems", c.maxItems, count)
	}
	if c.unique && !jsontext.Unique(d.In.Text(i, end)) {
		d.Note(report.Finding{At: i, Rule: "uniqueItems", Want: "elements that differ"})
	}
}

// checkMembers checks the number of members of the object at i.
func (d *decoder) checkMembers(c *checks, count, i int) {
	if count < c.minProperties {
		d.limit(i, "minProperties", c.minProperties, count)
	}
	if c.maxProperties >= 0 && count > c.maxProperties {
		d.limit(i, "maxProperties", c.maxProperties, count)
	}
}

func (d *decoder) limit(i int, rule report.Rule, want, got int) {
	d.Note(report.Finding{At: i, Rule: rule, Want: strconv.Itoa(want), Got: strconv.Itoa(got)})
}
