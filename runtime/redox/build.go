package redox

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/convert"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/encode"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// BuildError is returned for a message that cannot be built, with all reasons.
// errors.As also finds a *ValidationError in it.
type BuildError struct {
	Event  string // "DataModel.EventType"
	Report Report
}

// Error lists everything that is missing or wrong.
func (e *BuildError) Error() string {
	var b strings.Builder
	b.WriteString("redox: cannot build " + cmp.Or(e.Event, "a message") + ": ")
	listed := 0
	for i, v := range e.Report.Errors() {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(v.String())
		listed++
	}
	if more := e.Report.found.Errors - listed; more > 0 {
		fmt.Fprintf(&b, "; and %d more", more)
	}
	return b.String()
}

// Unwrap returns the report as a *ValidationError.
func (e *BuildError) Unwrap() error { return &ValidationError{Report: e.Report} }

// Build returns a copy of the message of b, an M, with its Meta section filled
// in. The error is a *BuildError, or nil; warnings alone are no error, and the
// message's Validate shows them. It is for generated code.
func Build[M Message](b *Builder) (M, error) {
	m, err := finish(b)
	if err != nil {
		var none M
		return none, err
	}
	return m.(M), nil
}

// finish is Build for a message of any type.
func finish(b *Builder) (Message, error) {
	if b.schema == nil {
		return nil, &BuildError{Report: listed(Violation{Rule: "required", Want: "a builder that comes from a Build function"})}
	}
	if isCopy(b) {
		copied := Violation{Rule: "required", Want: "the builder itself", Got: "a builder that was copied"}
		return nil, &BuildError{Event: b.message.RedoxEvent().String(), Report: listed(copied)}
	}
	event := reflect.TypeOf(b.message).Elem()
	m := reflect.New(event)
	m.Elem().Set(reflect.ValueOf(b.message).Elem())
	faults := append(slices.Clone(b.faults), fillMeta(b, m.Elem())...)
	p := mem.Of(m.Interface())
	r := unfit(faults, encode.Missing(compiled(b.schema), p), b.schema.Validate(m.Interface()))
	if !r.Valid() {
		return nil, &BuildError{Event: b.message.RedoxEvent().String(), Report: r}
	}
	text, err := encode.Append(compiled(b.schema), nil, p)
	if err != nil {
		return nil, err
	}
	out := reflect.New(event).Interface().(Message)
	_, err = out.DecodeJSON(text)
	return out, err
}

// unfit joins what three looks at a message found, each thing once: null where
// something is required is missing, a value of a wrong type is not. Of text that
// was not UTF-8 before it came into the message, U+FFFD is left.
func unfit(faults, missing []Violation, r Report) Report {
	const isMissing, isWrong, isReplaced = 1, 2, 3
	known := make(map[string]int)
	for _, v := range faults {
		if v.Rule == RuleEncoding {
			known[v.Path] = isReplaced
		}
	}
	for _, v := range r.Errors() {
		if v.Rule == "type" && v.Got != "null" {
			known[v.Path] = isWrong
		}
	}
	for _, v := range missing {
		if known[v.Path] != isWrong {
			known[v.Path] = isMissing
			faults = append(faults, v)
		}
	}
	for _, v := range r.All() {
		again := known[v.Path] == isMissing && (v.Rule == "required" || v.Rule == "type") ||
			known[v.Path] == isReplaced && v.Rule == RuleEncoding
		if v.Rule != RuleEmpty && !again {
			faults = append(faults, v)
		}
	}
	all := listed(faults...)
	all.found.Total += r.found.Total - len(r.found.Listed)
	all.found.Errors += r.found.Errors - countErrors(r.found.Listed)
	return all
}

// listed returns a report on vs. What it has no room for are warnings first.
func listed(vs ...Violation) Report {
	found := report.Findings{Total: len(vs), Errors: countErrors(vs)}
	if len(vs) > MaxViolations {
		slices.SortStableFunc(vs, func(a, b Violation) int { return cmp.Compare(a.Severity, b.Severity) })
		vs = vs[:MaxViolations]
	}
	found.Listed = vs
	return Report{found}
}

func countErrors(vs []Violation) (n int) {
	for _, v := range vs {
		if v.Severity == SeverityError {
			n++
		}
	}
	return n
}

// fillMeta writes the Meta section of the message: what the event is called,
// and what the builder was told. It returns what the schema has no place for,
// of what it was told.
func fillMeta(b *Builder, message reflect.Value) (faults []Violation) {
	faults = unfitMeta(&b.meta)
	for _, v := range overlay(b, message, &b.meta, true) {
		v.Severity = SeverityError
		faults = append(faults, v)
	}
	faults = append(faults, unfitDestinations(b.meta.Destinations)...)
	info := b.message.RedoxEvent()
	overlay(b, message, &Meta{DataModel: info.DataModel, EventType: info.EventType}, true)
	overlay(b, message, &Meta{EventDateTime: DateTimeOf(time.Now())}, false)
	return faults
}

// unfitDestinations returns which destinations name nobody, or one that is
// named before.
func unfitDestinations(list []Endpoint) (faults []Violation) {
	named := make(map[string]bool, len(list))
	for i, to := range list {
		path := "Meta.Destinations[" + strconv.Itoa(i) + "].ID"
		switch {
		case to.ID == "":
			faults = append(faults, Violation{Path: path, Rule: "required"})
		case named[to.ID]:
			faults = append(faults, Violation{Path: path, Rule: RuleDuplicate, Want: "another destination"})
		}
		named[to.ID] = true
	}
	return faults
}

// overlay merges meta into the message's Meta section, and returns what the
// section cannot hold.
func overlay(b *Builder, message reflect.Value, meta *Meta, over bool) []Violation {
	text, err := Marshal(meta)
	if err != nil {
		return nil // unfitMeta says why
	}
	c, err := convert.Project(compiled(b.schema), []byte(`{"Meta":`+string(text)+`}`), "")
	if err != nil {
		return []Violation{{Path: "Meta", Rule: "type", Want: "object"}}
	}
	merge(message, decodeFor(b, c.Text), spot{}, func(dst, src reflect.Value, _ spot) {
		if over {
			dst.Set(src)
		}
	})
	return c.Dropped
}

// unfitMeta returns what is wrong with the values of meta: a Number that is
// none, text that is not UTF-8.
func unfitMeta(meta *Meta) (faults []Violation) {
	for _, v := range encode.Validate(plainOf(meta), mem.Of(meta)).Listed {
		if v.Severity == SeverityError {
			v.Path = strings.TrimSuffix("Meta."+v.Path, ".")
			faults = append(faults, v)
		}
	}
	return faults
}
