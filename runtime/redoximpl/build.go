package redoximpl

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/convert"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/encode"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// Build returns a copy of the message of b, an M, with its Meta section filled
// in. The error is a *redox.BuildError or nil; warnings are not an error.
func Build[M redox.Message](b *Builder) (M, error) {
	m, err := finish(b)
	if err != nil {
		var none M
		return none, err
	}
	return m.(M), nil
}

// finish is Build for a message of any type.
func finish(b *Builder) (redox.Message, error) {
	if b.schema == nil {
		return nil, &redox.BuildError{Report: listed(report.Violation{Rule: "required", Want: "a builder that comes from a Build function"})}
	}
	event := b.message.RedoxEvent().String()
	if isCopy(b) {
		copied := report.Violation{Rule: "required", Want: "the builder itself", Got: "a builder that was copied"}
		return nil, &redox.BuildError{Event: event, Report: listed(copied)}
	}
	m := reflect.New(reflect.TypeOf(b.message).Elem())
	m.Elem().Set(reflect.ValueOf(b.message).Elem())
	faults := append(slices.Clone(b.faults), fillMeta(b, m)...)
	out := m.Interface().(redox.Message)
	missing, found := encode.Check(compiled(b.schema), mem.Of(out))
	if len(faults)+len(missing)+found.Total > 0 {
		if r := mergeViolations(faults, missing, found); !r.Valid() {
			return nil, &redox.BuildError{Event: event, Report: r}
		}
	}
	convert.Own(compiled(b.schema), mem.Of(out))
	return out, nil
}

// mergeViolations returns a report on the builder's faults, missing members and
// violations of the schema, each once: null where something is required is
// missing, a value of a wrong type is not. Text that was not UTF-8 before it came
// into the message is found twice, the second time as U+FFFD.
func mergeViolations(faults, missing []report.Violation, found report.Findings) redox.Report {
	const isMissing, isWrong, isReplaced = 1, 2, 3
	known := make(map[string]int)
	for _, v := range faults {
		if v.Rule == report.RuleEncoding {
			known[v.Path] = isReplaced
		}
	}
	for _, v := range found.Listed {
		if v.Severity == report.Error && v.Rule == "type" && v.Got != "null" {
			known[v.Path] = isWrong
		}
	}
	for _, v := range missing {
		if known[v.Path] != isWrong {
			known[v.Path] = isMissing
			faults = append(faults, v)
		}
	}
	for _, v := range found.Listed {
		again := known[v.Path] == isMissing && (v.Rule == "required" || v.Rule == "type") ||
			known[v.Path] == isReplaced && v.Rule == report.RuleEncoding
		if v.Rule != report.RuleEmpty && !again {
			faults = append(faults, v)
		}
	}
	all := findings(faults)
	all.Total += found.Total - len(found.Listed)
	all.Errors += found.Errors - countErrors(found.Listed)
	return reportOf(all)
}

func listed(v report.Violation) redox.Report { return reportOf(findings([]report.Violation{v})) }

// findings returns vs as findings. If they are too many, errors are listed first.
func findings(vs []report.Violation) report.Findings {
	found := report.Findings{Total: len(vs), Errors: countErrors(vs)}
	if len(vs) > report.MaxViolations {
		slices.SortStableFunc(vs, func(a, b report.Violation) int { return cmp.Compare(a.Severity, b.Severity) })
		vs = vs[:report.MaxViolations]
	}
	found.Listed = vs
	return found
}

func countErrors(vs []report.Violation) (n int) {
	for _, v := range vs {
		if v.Severity == report.Error {
			n++
		}
	}
	return n
}
