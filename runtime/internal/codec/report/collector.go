package report

import (
	"slices"

	"github.com/redoxgen/redoxgen/internal/fieldpath"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
)

// Finding is a violation before its path is known: a position is all that
// decoding has at hand, and all that a message without a violation ever costs.
type Finding struct {
	At       int    // position of the value, or of the member's name
	Member   string // a member of the object at that position, of RuleRequired
	Rule     Rule
	Want     string
	Got      string
	Allowed  jsontext.Types // in place of want and got, since most violations of
	Found    jsontext.Types // a message with many are not listed
	Severity Severity
}

// violation is what f becomes at path.
func (f *Finding) violation(path []byte) Violation {
	if f.Member != "" || f.Rule == RuleRequired {
		path = fieldpath.AppendMember(slices.Clip(path), f.Member)
	}
	v := Violation{Path: string(path), Rule: f.Rule, Want: f.Want, Got: f.Got, Severity: f.Severity}
	if f.Allowed != 0 {
		v.Want = f.Allowed.String()
	}
	if f.Found != 0 {
		v.Got = f.Found.String()
	}
	return v
}

// Collector collects what is wrong with one message. It lists at most
// MaxViolations, and counts the others.
type Collector struct {
	listed     []Finding
	total      int
	errors     int  // of total
	Duplicates int  // of total
	onlyErrors bool // listed is full, and has no warning to make room
}

// Reset makes c empty. It keeps memory for later findings.
func (c *Collector) Reset() { *c = Collector{listed: c.listed[:0]} }

// Note adds a finding.
func (c *Collector) Note(f Finding) {
	c.total++
	if f.Severity == Error {
		c.errors++
	}
	if f.Rule == RuleDuplicate {
		c.Duplicates++
	}
	c.list(f)
}

// list lists a finding. When there is no room, an error takes the place of the
// last warning: what makes a message invalid must not be hidden by what does not.
func (c *Collector) list(f Finding) {
	if len(c.listed) < MaxViolations {
		c.listed = append(c.listed, f)
		return
	}
	if f.Severity != Error || c.onlyErrors {
		return
	}
	for i := len(c.listed) - 1; i >= 0; i-- {
		if c.listed[i].Severity == Warning {
			c.listed = append(append(c.listed[:i], c.listed[i+1:]...), f)
			return
		}
	}
	c.onlyErrors = true
}

// ReplaceBy replaces all but the duplicates by what was found in the message
// without them. origin returns where a position in that was in the message.
func (c *Collector) ReplaceBy(stripped *Collector, origin func(at int) int) {
	c.total, c.errors = stripped.total+c.Duplicates, stripped.errors
	c.listed = slices.DeleteFunc(c.listed, func(f Finding) bool { return f.Rule != RuleDuplicate })
	c.onlyErrors = false
	for _, f := range stripped.listed {
		f.At = origin(f.At)
		c.list(f)
	}
}

// Findings returns what was found in src, in the order of src.
func (c *Collector) Findings(src []byte, schema Schema) Findings {
	if c.total == 0 {
		return Findings{}
	}
	slices.SortStableFunc(c.listed, func(a, b Finding) int { return a.At - b.At })
	return Findings{Listed: Locate(src, c.listed, schema), Total: c.total, Errors: c.errors, Schema: schema}
}
