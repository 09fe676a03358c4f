package generator

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/emit"
	"github.com/redoxgen/redoxgen/generator/internal/lock"
	"github.com/redoxgen/redoxgen/generator/internal/model"
)

// Difference is what is different between two sets of schemas, and between the code
// that is generated from them.
type Difference struct {
	Schemas     []SchemaChange `json:"schemas"` // by event, then in the order of the schema
	Go          []GoChange     `json:"go"`      // by package, then in the order of the code
	Diagnostics []Diagnostic   `json:"-"`       // with errors among them, nothing was compared
}

// SchemaChange is a change to the schema of an event.
type SchemaChange struct {
	Rule   Rule   `json:"rule"`
	Event  string `json:"event"`          // on the wire, such as "PatientAdmin.Arrival"
	Path   string `json:"path,omitempty"` // such as "Patient.Identifiers[].ID"; "" is the event
	Old    string `json:"old,omitempty"`
	New    string `json:"new,omitempty"`
	Go     string `json:"go,omitempty"` // the type or field that it is about, such as "common.Identifier.ID"
	Effect Effect `json:"effect"`       // on that, from this change and all others
}

// GoChange is a change to an exported name of generated code.
type GoChange struct {
	Rule   Rule   `json:"rule"`
	Go     string `json:"go"` // such as "common.Identifier.ID"
	Old    string `json:"old,omitempty"`
	New    string `json:"new,omitempty"`
	Effect Effect `json:"effect"`
}

// IsBreaking reports whether code that uses the generated code may not compile with
// the new one.
func (d *Difference) IsBreaking() bool {
	return slices.ContainsFunc(d.Go, func(c GoChange) bool { return c.Effect == Breaking })
}

// repeated are the codes of warnings that say less than Diff does of the same change.
var repeated = []string{"changed-kind", "removed-field", "removed-event"}

// Diff compares what is generated from two sets of schemas. Without Lock in after,
// that is generated with the names and kinds of before, and with AllowBreaking: as a
// user of before would have it. Where only one side has Events, they choose from both,
// and may match nothing on the other. Errors are as for Generate.
func Diff(ctx context.Context, before, after Options) (*Difference, error) {
	before.choose(after)
	after.choose(before)
	from, err := before.build(ctx)
	if err != nil {
		return nil, err
	}
	follows := after.Lock == nil && !from.diags.HasErrors()
	if follows {
		after.Lock = lock.Format(from.own.Overlay(from.names.Lock(from.model)))
		after.LockName = "the name lock of OLD"
		after.AllowBreaking = true
	}
	to, err := after.build(ctx)
	if err != nil {
		return nil, err
	}
	d := &Difference{Schemas: []SchemaChange{}, Go: []GoChange{}, Diagnostics: from.diags.Sorted()}
	for _, f := range to.diags.Sorted() {
		if known := slices.Contains(d.Diagnostics, f); !known && !(follows && slices.Contains(repeated, f.Code)) {
			d.Diagnostics = append(d.Diagnostics, f)
		}
	}
	if from.diags.HasErrors() || to.diags.HasErrors() {
		return d, nil
	}
	d.Go = compareAPI(emit.API(from.model, from.names), emit.API(to.model, to.names))
	d.compareSchemas(from, to)
	return d, nil
}

// choose takes over from the other side what o does not say.
func (o *Options) choose(other Options) {
	if len(o.Events) == 0 {
		o.Events, o.eventsMayLack = other.Events, true
	}
	if o.Lock == nil {
		o.Literal = o.Literal || other.Literal
		o.ImportPath = cmp.Or(o.ImportPath, other.ImportPath)
	}
}

// compareAPI returns the changes from one API to another. With what is added or
// removed as a whole, its parts are not listed.
func compareAPI(before, after []emit.Symbol) []GoChange {
	was, is := symbolsByID(before), symbolsByID(after)
	list := []GoChange{}
	for _, s := range before {
		now, ok := is[s.ID()]
		switch {
		case !ok && hasParent(s, is):
			list = append(list, GoChange{Rule: GoRemoved, Go: s.ID(), Old: s.Type, Effect: Breaking})
		case !ok: // gone with its type or package
		case s.Type != now.Type:
			list = append(list, GoChange{Rule: GoTypeChanged, Go: s.ID(), Old: s.Type, New: now.Type, Effect: Breaking})
		case now.Deprecated && !s.Deprecated:
			list = append(list, GoChange{Rule: GoDeprecated, Go: s.ID(), Old: s.Type, New: now.Type, Effect: Additive})
		}
	}
	for _, s := range after {
		if _, ok := was[s.ID()]; !ok && hasParent(s, was) {
			list = append(list, GoChange{Rule: GoAdded, Go: s.ID(), New: s.Type, Effect: Additive})
		}
	}
	slices.SortStableFunc(list, func(a, b GoChange) int { return cmp.Compare(packageOf(a.Go), packageOf(b.Go)) })
	return list
}

func symbolsByID(list []emit.Symbol) map[string]emit.Symbol {
	m := make(map[string]emit.Symbol, len(list))
	for _, s := range list {
		m[s.ID()] = s
	}
	return m
}

// hasParent reports whether the type or package that s is a part of is in m.
func hasParent(s emit.Symbol, m map[string]emit.Symbol) bool {
	if s.Name == "" {
		return true
	}
	_, ok := m[parentOf(s.ID())]
	return ok
}

// parentOf returns the type of a field or method, or the package of a type; "" for
// a package.
func parentOf(id string) string { return id[:max(0, strings.LastIndexByte(id, '.'))] }

func packageOf(id string) string {
	name, _, _ := strings.Cut(id, ".")
	return name
}

// compareSchemas fills in the changes to schemas, and what each does to Go.
func (d *Difference) compareSchemas(from, to *built) {
	was, is := eventsByWire(from.model), eventsByWire(to.model)
	names := make(map[string]bool)
	for _, m := range []map[string]*model.Event{was, is} {
		for name := range m {
			names[name] = true
		}
	}
	effects := make(map[string]Effect, len(d.Go))
	for _, c := range d.Go {
		effects[c.Go] = c.Effect
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		c := eventComparison{event: name}
		if e := was[name]; e != nil {
			c.before, c.was = e, membersOf(e, from.names)
		}
		if e := is[name]; e != nil {
			c.after, c.is = e, membersOf(e, to.names)
		}
		c.compare(from, to)
		for _, change := range c.changes {
			switch change.Rule {
			case EventKindChanged, MemberRequired, MemberOptional, MemberRulesChanged:
				change.Effect = Unseen
			case MemberValuesChanged: // known already
			default:
				change.Effect = effectOn(change.Go, effects)
			}
			d.Schemas = append(d.Schemas, change)
		}
	}
}

// effectOn returns what happens to a symbol, or else to what it is a part of.
func effectOn(id string, effects map[string]Effect) Effect {
	for ; id != ""; id = parentOf(id) {
		if e, ok := effects[id]; ok {
			return e
		}
	}
	return Unseen
}

func eventsByWire(m *model.Model) map[string]*model.Event {
	events := make(map[string]*model.Event, len(m.Events))
	for _, e := range m.Events {
		events[e.Schema.Info.Wire().String()] = e
	}
	return events
}
