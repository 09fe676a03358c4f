package redoximpl

import (
	"reflect"
	"time"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// Builder is what the builders of all events have in common. Each embeds one
// and has its methods too, returning itself, so that calls can be chained:
//
//	msg, err := results.BuildNew().To(emr).Identifier("0000000001", "MR").
//		Order(func(o *results.Order) { … }).
//		Build()
//
// A builder comes from the Build function of its event, such as
// results.BuildNew; the zero value is of no use. Nothing that it is given
// makes it panic or stop: Build says all that is wrong, at once. A builder may
// be used by one goroutine at a time, and not be copied; Build refuses a copy.
//
// What Build returns is independent of the builder. It fits its schema and has
// all that is required; what deserves no more than a warning, such as a value
// outside of its documented set, is not held against it. Validate shows that:
//
//	for v := range msg.Validate().Warnings() { log.Print(v) }
//
// Builder is no generic type, since that would be compiled anew for every
// event; and it has no unexported methods, since those too would be wrapped in
// every builder that embeds it.
type Builder struct {
	redacted

	_       noCopy
	self    *Builder // the builder that was started, to tell copies: they would build its message
	message redox.Message
	schema  *Schema
	meta    redox.Meta  // what To, From, At, Test and Meta say
	carried map[any]int // elements that Continue put into a section and nothing has filled in, by pointer to the slice
	dropped []report.Violation
	total   int                // of dropped, with those that it does not list
	faults  []report.Violation // of the calls made
}

// Functions and methods that every event or every struct has a call to are not
// inlined, here and elsewhere in the package: the compiler would work through
// them hundreds of times, and none is so fast that a call matters.

// StartBuilder prepares b to build message, whose schema is s. It is for
// generated code.
//
//go:noinline
func StartBuilder(b *Builder, message redox.Message, s *Schema) {
	*b = Builder{self: b, message: message, schema: s}
}

// isCopy reports whether b is a copy of a builder that was started.
func isCopy(b *Builder) bool { return b.self != nil && b.self != b }

// To adds destinations by their IDs. The message goes to all of them. Build
// refuses one that is given twice.
//
//go:noinline
func (b *Builder) To(destinationIDs ...string) {
	if isCopy(b) {
		return // here and below, Build says so
	}
	for _, id := range destinationIDs {
		b.meta.Destinations = append(b.meta.Destinations, redox.Endpoint{ID: id})
	}
}

// From names the source that sends the message by its ID. Where the sender has
// only one source Redox fills it in.
//
//go:noinline
func (b *Builder) From(sourceID string) {
	if !isCopy(b) {
		b.meta.Source.ID = sourceID
	}
}

// At sets the time of the event. Without it the message says when it was built.
//
//go:noinline
func (b *Builder) At(t time.Time) {
	if !isCopy(b) {
		b.meta.EventDateTime = redox.DateTimeOf(t)
	}
}

// Test marks the message as a test, or as production data.
//
//go:noinline
func (b *Builder) Test(test bool) {
	if !isCopy(b) {
		b.meta.Test = redox.BoolOf(test)
	}
}

// Meta lets fill in whatever else the Meta section is to say, such as its
// FacilityCode, or an extension: see redox.MetaExtension. What the event is called is
// up to Build.
//
//go:noinline
func (b *Builder) Meta(fill func(*redox.Meta)) {
	if fill != nil && !isCopy(b) {
		fill(&b.meta)
	}
}

// Continue takes over from another message, usually one that was received,
// what this event can carry too: the same patient, visit, order and so on. A
// scalar of a wrong type that a field reads, such as 7 for text, is carried as
// what it is read as. Sections correspond by name; the only Order of one event is the only element
// of another's Orders and the other way round.
//
// What has been set before stays. Continue fills in what is unset, going into
// objects member by member; to the Identifiers of the Patient it adds those
// whose ID and IDType are not there yet; any other list that has elements stays
// as it is. The next calls of a section's method fill in the elements that were
// taken over before they add any, so call Continue first.
//
// The Meta section is the new message's own, but what continues a test is a test
// as well, unless Test says that it is none. A state such as Order.Status comes
// along and may have to be set anew. What else is not taken over is listed by
// Dropped.
//
//go:noinline
func (b *Builder) Continue(from redox.Message) { resume(b, from) }

// Dropped lists what Continue did not take over, by its path in the message that
// it came from: what this event has no place for, or not for that kind of value,
// and what differs from a value or list that was set before. All violations are
// warnings.
//
//go:noinline
func (b *Builder) Dropped() redox.Report {
	return reportOf(report.Findings{Listed: b.dropped, Total: b.total})
}

// EditSection lets fill in a section, and returns its builder. It is for
// generated code.
//
// It and its like are generic over pointers only. A package compiles one
// function for all pointers, and one for each type of struct.
//
//go:noinline
func EditSection[B, P any](builder B, section P, fill func(P)) B {
	if fill != nil {
		fill(section)
	}
	return builder
}

// NextElement lets fill in an element of a section, which is a pointer to a
// slice, and returns the section's builder, which b is a part of: the first
// element that Continue brought and that no call has filled in, otherwise a new
// one. It is for generated code.
//
//go:noinline
func NextElement[B, P any](builder B, b *Builder, section any, fill func(P)) B {
	if element := nextElement(b, section); fill != nil {
		fill(element.(P))
	}
	return builder
}

// nextElement returns a pointer to the element that NextElement fills in.
func nextElement(b *Builder, section any) any {
	list := reflect.ValueOf(section).Elem()
	i := list.Len()
	if n := b.carried[section]; n > 0 && n <= i {
		b.carried[section] = n - 1
		i -= n
	} else {
		list.Set(reflect.Append(list, reflect.Zero(list.Type().Elem())))
	}
	return list.Index(i).Addr().Interface()
}

// addFault notes what is wrong with a call; Build reports it.
func addFault(b *Builder, path string, rule report.Rule, want string) {
	b.faults = append(b.faults, report.Violation{Path: path, Rule: rule, Want: want, Severity: report.Error})
}
