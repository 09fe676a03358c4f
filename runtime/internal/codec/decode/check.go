package decode

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/format"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
)

// checkType reports a value whose type the schema does not allow, and checks what
// else the schema says of scalars of an allowed type.
func (d *decoder) checkType(n *program.Node, t jsontext.Types, i, end int) {
	if n.Types&t == 0 && !(t == jsontext.TypeNumber && n.Types&jsontext.TypeInteger != 0 && jsontext.IsInteger(d.In.Text(i, end))) {
		d.Note(report.Finding{At: i, Rule: report.RuleType, Allowed: n.Types, Found: t})
		return
	}
	if n.Checks != nil {
		d.checkValue(n.Checks, t, i, end)
	}
}

// checkValue checks a value of an allowed type against everything but the
// counts of elements and members.
func (d *decoder) checkValue(c *program.Checks, t jsontext.Types, i, end int) {
	if c.Enum != nil && !slices.Contains(c.Enum, jsontext.Canonical(d.In.Text(i, end))) {
		d.Note(report.Finding{At: i, Rule: "enum", Want: "one of " + strconv.Itoa(len(c.Enum)) + " values"})
	}
	switch t {
	case jsontext.TypeString:
		_, flags := d.SkipString(i)
		d.checkString(c, i, d.Unquote(i, end, flags))
	case jsontext.TypeNumber:
		if c.Minimum != nil || c.Maximum != nil || c.MultipleOf != nil {
			d.checkNumber(c, i, end)
		}
	}
}

// checkString checks the string at i, whose content is s.
func (d *decoder) checkString(c *program.Checks, i int, s string) {
	if s != "" {
		if c.Date && !format.ValidDate(s) {
			d.Note(report.Finding{At: i, Rule: report.RuleDate, Want: "ISO 8601", Severity: report.Warning})
		}
		if c.Values != nil && !slices.Contains(c.Values, s) {
			d.Note(report.Finding{At: i, Rule: report.RuleValueSet, Want: "one of " + strconv.Itoa(len(c.Values)) + " documented values", Severity: report.Warning})
		}
	}
	if c.MinLength > 0 || c.MaxLength >= 0 {
		n := utf8.RuneCountInString(s)
		if n < c.MinLength {
			d.limit(i, "minLength", c.MinLength, n)
		}
		if c.MaxLength >= 0 && n > c.MaxLength {
			d.limit(i, "maxLength", c.MaxLength, n)
		}
	}
	if c.Pattern != nil && !c.Pattern.MatchString(s) {
		d.Note(report.Finding{At: i, Rule: "pattern", Want: "match of " + strconv.Quote(c.Pattern.String())})
	}
	if c.Format != "" && !format.ValidFormat(c.Format, s) {
		d.Note(report.Finding{At: i, Rule: "format", Want: c.Format})
	}
}

func (d *decoder) checkNumber(c *program.Checks, i, end int) {
	v, err := jsontext.ParseDecimal(d.In.Text(i, end))
	if err != nil {
		return
	}
	if c.Minimum != nil {
		switch order := v.Compare(c.Minimum); {
		case c.ExclusiveMin && order <= 0:
			d.Note(report.Finding{At: i, Rule: "exclusiveMinimum", Want: "more than " + c.Minimum.Text})
		case !c.ExclusiveMin && order < 0:
			d.Note(report.Finding{At: i, Rule: "minimum", Want: "at least " + c.Minimum.Text})
		}
	}
	if c.Maximum != nil {
		switch order := v.Compare(c.Maximum); {
		case c.ExclusiveMax && order >= 0:
			d.Note(report.Finding{At: i, Rule: "exclusiveMaximum", Want: "less than " + c.Maximum.Text})
		case !c.ExclusiveMax && order > 0:
			d.Note(report.Finding{At: i, Rule: "maximum", Want: "at most " + c.Maximum.Text})
		}
	}
	if c.MultipleOf != nil && !v.MultipleOf(c.MultipleOf) {
		d.Note(report.Finding{At: i, Rule: "multipleOf", Want: "a multiple of " + c.MultipleOf.Text})
	}
}

// checkElements checks the number of elements of the array between i and end,
// and that they differ.
func (d *decoder) checkElements(c *program.Checks, count, i, end int) {
	if count < c.MinItems {
		d.limit(i, "minItems", c.MinItems, count)
	}
	if c.MaxItems >= 0 && count > c.MaxItems {
		d.limit(i, "maxItems", c.MaxItems, count)
	}
	if c.Unique && !jsontext.Unique(d.In.Text(i, end)) {
		d.Note(report.Finding{At: i, Rule: "uniqueItems", Want: "elements that differ"})
	}
}

// checkMembers checks the number of members of the object at i.
func (d *decoder) checkMembers(c *program.Checks, count, i int) {
	if count < c.MinProperties {
		d.limit(i, "minProperties", c.MinProperties, count)
	}
	if c.MaxProperties >= 0 && count > c.MaxProperties {
		d.limit(i, "maxProperties", c.MaxProperties, count)
	}
}

func (d *decoder) limit(i int, rule report.Rule, want, got int) {
	d.Note(report.Finding{At: i, Rule: rule, Want: strconv.Itoa(want), Got: strconv.Itoa(got)})
}
