package deid

import (
	"reflect"
	"sync/atomic"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// object is what is known of the members of an object.
type object struct {
	path       string
	members    map[string]*field
	ordered    []*field // the members, as the schema has them
	unknown    *field   // counts the members that it does not know
	extensions *field   // counts the extensions that are dropped
	container  *field   // the member Extensions
	patient    bool     // its dates are those of the patient in it
}

// field is a member: what becomes of its values, or the object that it or its elements are.
type field struct {
	name   string
	path   string
	class  redox.Class
	action Action
	quoted string // the name as it is between quotes
	person bool   // a name beside those of a person's parts
	kind   int    // all fields with this number have the same pseudonym for a text
	number bool   // the schema has a number
	object *object
	count  atomic.Int64

	extensionsOf *object // of the member Extensions: the object that it is in
}

// plan returns what is known of the messages of an event.
func (d *Deidentifier) plan(event *redox.EventInfo) (*object, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if p := d.plans[event]; p != nil {
		return p, nil
	}
	if event == nil || event.Validate == nil || event.New == nil {
		return nil, ErrNoSchema
	}
	var v any = event.New()
	if live, ok := v.(interface{ RedoxStruct() any }); ok {
		v = live.RedoxStruct()
	}
	t := reflect.TypeOf(v).Elem()
	if !program.IsGenerated(t) {
		return nil, ErrNoSchema
	}
	p := d.object(t, "")
	d.plans[event] = p
	return p, nil
}

// object plans a generated struct at a path.
func (d *Deidentifier) object(t reflect.Type, path string) *object {
	o := &object{path: path, members: make(map[string]*field, t.NumField())}
	o.unknown = d.field(&field{path: joined(path, "(unknown member)"), action: Drop})
	o.extensions = d.field(&field{path: joined(path, "Extensions.(not listed)"), action: Drop})
	o.container = &field{name: "Extensions", quoted: "Extensions", action: Keep, extensionsOf: o}
	for i := 1; i < t.NumField(); i++ { // behind Object
		f := program.FieldOf(t.Field(i))
		m := &field{name: f.Name, path: f.Path(path), quoted: quoted(f.Name), number: f.Elem == reflect.TypeFor[redox.Number]()}
		if f.Elem.Kind() == reflect.Struct {
			m.object = d.object(f.Elem, m.path)
		} else {
			m.class = classOf(f)
		}
		m.action = d.policy.action(m.path, m.class)
		if m.object != nil && m.action != Drop {
			m.action = Replace // of what is there in place of the object
		}
		o.members[f.Name] = d.field(m)
		o.ordered = append(o.ordered, m)
	}
	for _, m := range o.ordered {
		m.person = o.members["FirstName"] != nil || o.members["family"] != nil
		m.kind = d.kind(m)
	}
	o.patient = o.members["Patient"] != nil || o.members["Identifiers"] != nil && o.members["Demographics"] != nil
	return o
}

// kind is what a pseudonym depends on beside the text.
type kind struct {
	class  redox.Class
	action Action
	name   string
	person bool
}

// kind returns the number of a field's kind.
func (d *Deidentifier) kind(f *field) int {
	k := kind{f.class, f.action, f.name, f.person}
	if _, ok := d.kinds[k]; !ok {
		d.kinds[k] = len(d.kinds)
	}
	return d.kinds[k]
}

// member returns what is known of the member called name. Most messages have members in the
// order of the schema: it is looked for from next on, which is left behind it.
func (o *object) member(name string, next *int) *field {
	for i := *next; i < min(*next+4, len(o.ordered)); i++ {
		if f := o.ordered[i]; f.name == name {
			*next = i + 1
			return f
		}
	}
	switch f := o.members[name]; {
	case f != nil:
		return f
	case name == "Extensions" && o.container != nil:
		return o.container
	default:
		return o.unknown
	}
}

// field notes a field, so that the ledger has it.
func (d *Deidentifier) field(f *field) *field {
	d.fields = append(d.fields, f)
	return f
}

func joined(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// classOf returns the class of a field as redox.Fields does.
func classOf(f program.Field) redox.Class {
	if c, ok := redox.ParseClass(f.Class); ok {
		return c
	}
	if f.Date {
		return redox.ClassDate
	}
	return redox.ClassFreeText
}
