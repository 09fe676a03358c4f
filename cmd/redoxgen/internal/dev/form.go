package dev

import (
	"fmt"
	"strings"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/jsontree"
	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/reference"
	"github.com/redoxgen/redoxgen/generator"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// formField is a field as the page shows it.
type formField struct {
	Name     string
	Pointer  string // the JSON pointer, with which the field is sent
	Path     string // as reports word it
	Control  string // one of the controls below
	Value    string
	Kept     string // what the message has here and a form cannot show
	Required bool
	Focus    bool // it was added
	Known    *generator.Explanation
	Link     string
	Options  string // ID of the documented values
	Wrong    []redox.Violation
	Filled   bool // the message has something here
	Fields   []*formField
}

// The controls of a form.
const (
	controlText   = "text"
	controlLines  = "lines" // a text of several lines
	controlBool   = "bool"
	controlObject = "object"
	controlList   = "list"
	controlKept   = "kept"
)

// options are the documented values of fields, to choose from.
type options struct {
	ID     string
	Values []string
}

// form is a message as fields to fill in.
type form struct {
	Root    *formField
	Options []options
	Cut     bool // there are more fields than are shown

	event string
	count int
	wrong map[string][]redox.Violation // by path
	added string                       // pointer of the element that was added
	known map[string]string            // IDs of options, by what they are
}

// maxFields is how many fields a form has.
const maxFields = 5_000

// formOf returns the form of a message. added is the pointer of what to go to.
func (s *Server) formOf(event string, message *jsontree.Value, check checkData, added string) *form {
	schema := s.schemaOf(event)
	if schema == nil || message.Kind != jsontree.Object {
		return nil
	}
	root := schema.byPath[""]
	f := &form{event: event, added: added, wrong: map[string][]redox.Violation{}, known: map[string]string{}}
	for _, v := range check.List {
		f.wrong[v.Path] = append(f.wrong[v.Path], v.Violation)
	}
	f.Root = &formField{Name: event, Control: controlObject, Filled: true, Known: root.Explanation}
	f.members(f.Root, root, message)
	return f
}

// members adds the fields of an object. v is nil if the message does not have it.
func (f *form) members(to *formField, object *schemaField, v *jsontree.Value) {
	shown := map[string]bool{}
	for _, field := range object.fields {
		shown[field.name] = true
		var member *jsontree.Value
		if v != nil {
			member = v.Member(field.name)
		}
		to.Fields = append(to.Fields, f.field(to, field, member))
	}
	if v == nil {
		return
	}
	var others []string
	for _, m := range v.Members {
		if !shown[m.Name] {
			others = append(others, m.Name)
		}
	}
	to.Kept = shortened(strings.Join(others, ", "))
}

func (f *form) field(parent *formField, field *schemaField, v *jsontree.Value) *formField {
	to := &formField{
		Name: field.name, Pointer: pointer(parent.Pointer, field.name), Path: join(parent.Path, field.name),
		Required: field.Required, Known: field.Explanation, Filled: v != nil,
		Link: "/reference/" + reference.EventPath(f.event) + "#" + strings.ReplaceAll(field.Explanation.Path, "[]", ""),
	}
	to.Wrong = f.wrong[to.Path]
	if f.count++; f.count > maxFields {
		f.Cut, to.Control = true, controlKept
		return to
	}
	switch {
	case field.isObject() && (v == nil || v.Kind == jsontree.Object || isNull(v)):
		to.Control = controlObject
		f.members(to, field, v)
	case field.isList() && (v == nil || v.Kind == jsontree.Array || isNull(v)):
		to.Control = controlList
		if v != nil {
			f.elements(to, field, v)
		}
	case field.isObject() || field.isList():
		to.keep(v)
	default:
		f.scalar(to, field, field.JSON, v)
	}
	return to
}

// elements adds the elements of a list.
func (f *form) elements(to *formField, list *schemaField, v *jsontree.Value) {
	for i, element := range v.Elements {
		e := &formField{
			Name: fmt.Sprintf("%s %d", list.name, i+1), Pointer: fmt.Sprintf("%s/%d", to.Pointer, i),
			Path: fmt.Sprintf("%s[%d]", to.Path, i), Known: &generator.Explanation{}, Filled: true,
		}
		e.Wrong, e.Focus = f.wrong[e.Path], e.Pointer == f.added
		if f.count++; f.count > maxFields {
			f.Cut = true
			return
		}
		switch {
		case list.element() != "object":
			f.scalar(e, list, list.element(), element)
		case element.Kind == jsontree.Object:
			e.Control = controlObject
			f.members(e, list, element)
			if e.Focus && len(e.Fields) > 0 {
				e.Fields[0].Focus = true
			}
		default:
			e.keep(element)
		}
		to.Fields = append(to.Fields, e)
	}
}

// scalar chooses the control for a value of some types.
func (f *form) scalar(to *formField, field *schemaField, types string, v *jsontree.Value) {
	text, editable := display(v)
	to.Value = text
	switch {
	case !editable:
		to.keep(v)
	case strings.HasPrefix(types, "boolean") && (text == "" || text == "true" || text == "false"):
		to.Control = controlBool
	case strings.Contains(text, "\n"):
		to.Control = controlLines
	default:
		to.Control = controlText
		to.Options = f.options(field)
	}
}

// keep shows a value that a form cannot change.
func (to *formField) keep(v *jsontree.Value) {
	to.Control, to.Value, to.Kept = controlKept, "", shortened(string(v.Append(nil)))
}

// options returns the ID of the documented values of a field, "" if there are none.
func (f *form) options(field *schemaField) string {
	var values []string
	for _, set := range field.ValueSets {
		values = append(values, set.Values...)
	}
	if len(values) == 0 {
		return ""
	}
	key := strings.Join(values, "\x00")
	if f.known[key] == "" {
		f.known[key] = fmt.Sprintf("values%d", len(f.known))
		f.Options = append(f.Options, options{f.known[key], values})
	}
	return f.known[key]
}

// display returns a scalar as an input shows it, and whether an input can hold it. What
// is absent, null or empty looks the same, and stays what it is unless it is changed.
func display(v *jsontree.Value) (text string, editable bool) {
	switch {
	case v == nil || isNull(v):
		return "", true
	case v.Kind != jsontree.Scalar:
		return "", false
	}
	text = v.Text
	if strings.HasPrefix(text, `"`) {
		text = v.Unquoted()
	}
	control := strings.IndexFunc(text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f })
	return text, control < 0 && len(text) <= maxText
}

func isNull(v *jsontree.Value) bool { return v.Kind == jsontree.Scalar && v.Text == "null" }

// pointer appends a name to a JSON pointer.
func pointer(to, name string) string {
	return to + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}
