package redoximpl

import (
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/convert"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/decode"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// resume is Continue.
func resume(b *Builder, from redox.Message) {
	if b.schema == nil || isCopy(b) {
		return // Build says so
	}
	if v := reflect.ValueOf(from); from == nil || v.Kind() == reflect.Pointer && v.IsNil() {
		addFault(b, "", "required", "a message to continue")
		return
	}
	brought, paths, ok := carry(b, from)
	if !ok {
		if brought, paths, ok = carryText(b, from); !ok {
			return
		}
	}
	if !b.meta.Test.IsSet() && from.RedoxMeta().Test.IsTrue() {
		b.meta.Test = redox.True // what answers a test must not be taken for real data
	}
	message := reflect.ValueOf(b.message).Elem()
	for _, names := range inherit(message, brought) {
		dropDiffering(b, origin{}.unknown(names))
	}
	for i := 1; i < message.NumField(); i++ { // the first is Object
		name := memberName(message.Type().Field(i))
		bring(b, message.Field(i), brought.Field(i), origin{path: paths[name], name: name})
	}
}

// carry returns what the builder's event can carry of a message, and the paths that
// its outermost members come from. It is not ok if that takes the text.
func carry(b *Builder, from redox.Message) (brought reflect.Value, paths map[string]string, ok bool) {
	p, _ := eventPrograms.Load(reflect.TypeOf(from))
	if p == nil {
		return brought, nil, false
	}
	v := reflect.New(reflect.TypeOf(b.message).Elem())
	c, ok := convert.Carry(compiled(b.schema), mem.Of(v.Interface()), p.(*program.Program), mem.Of(from), "Meta")
	if ok {
		drop(b, c.Dropped, c.Total)
	}
	return v.Elem(), c.From, ok
}

// carryText is carry for all messages: by what they are encoded to. It is not ok if
// there is nothing to continue.
func carryText(b *Builder, from redox.Message) (brought reflect.Value, paths map[string]string, ok bool) {
	text, err := from.AppendJSON(nil)
	if err != nil {
		addFault(b, "", "type", "a message to continue that is JSON")
		return brought, nil, false
	}
	c, err := convert.Project(compiled(b.schema), text, "Meta", nil)
	if err != nil {
		addFault(b, "", "type", "a message to continue that is an object")
		return brought, nil, false
	}
	b.faults = append(b.faults, replaced(from, text)...)
	drop(b, c.Dropped, c.Total)
	return decodeFor(b, c.Text), c.From, true
}

// replaced returns which fields of the message hold text that is not UTF-8, so
// that text, which it encodes to, is not what they say. What text itself holds
// that is not UTF-8 came that way, and Build finds it where it goes.
func replaced(from redox.Message, text []byte) (faults []report.Violation) {
	var written []report.Violation
	for _, v := range report.Report(from.Validate()).Findings().Listed {
		if v.Rule != report.RuleEncoding || v.Severity != report.Error || strings.HasPrefix(v.Path, "Meta.") {
			continue
		}
		if written == nil && !utf8.Valid(text) {
			found, _ := decode.ValidateUTF8(text) // it is an object
			written = found.Listed
		}
		if !slices.ContainsFunc(written, func(w report.Violation) bool { return w.Path == v.Path }) {
			faults = append(faults, v)
		}
	}
	return faults
}

// bring takes over a section, and remembers elements that calls can fill in.
func bring(b *Builder, section, brought reflect.Value, at origin) {
	if section.Kind() == reflect.Slice && section.IsNil() && brought.Len() > 0 {
		if b.carried == nil {
			b.carried = make(map[any]int)
		}
		b.carried[section.Addr().Interface()] = brought.Len()
	}
	merge(section, brought, at, func(dst, src reflect.Value, at origin) { keep(b, dst, src, at) })
}

// keep leaves dst as it was set before, and says so if src is something else.
// Identifiers of a patient are all of the same patient, so that there is no
// doubt that they belong together.
func keep(b *Builder, dst, src reflect.Value, at origin) {
	switch {
	case !dst.IsValid():
		dropDiffering(b, at)
	case at.in == "Patient" && at.name == "Identifiers" && areIdentifiers(dst.Type()):
		dst.Set(addIdentifiers(dst, src, func(dst, src reflect.Value) { keep(b, dst, src, origin{path: at.path}) }))
	case !same(dst, src):
		dropDiffering(b, at)
	}
}

// dropDiffering notes what was not taken over because something else was set before.
func dropDiffering(b *Builder, at origin) {
	drop(b, []report.Violation{{Path: at.path, Rule: report.RuleNotInEvent, Want: "nothing set before", Severity: report.Warning}}, 1)
}

// drop notes what was not taken over: total violations, of which some are listed.
func drop(b *Builder, listed []report.Violation, total int) {
	b.total += total
	b.dropped = append(b.dropped, listed[:min(len(listed), report.MaxViolations-len(b.dropped))]...)
}

// decodeFor returns a new struct of the builder's type with what text, written by
// the codec, holds. Nothing that is missing from text is remembered as such.
func decodeFor(b *Builder, text []byte) reflect.Value {
	v := reflect.New(reflect.TypeOf(b.message).Elem())
	_ = Unmarshal(text, v.Interface()) // the text is an object, so there is no error
	return v.Elem()
}
