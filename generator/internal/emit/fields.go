package emit

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/redoxgen/redoxgen/generator/internal/model"
	runtime "github.com/redoxgen/redoxgen/runtime/redox"
)

// structType writes the type of s with its fields.
func (e *emitter) structType(s *model.Struct) *jen.Statement {
	return jen.Type().Id(e.names.Type(s)).StructFunc(func(g *jen.Group) {
		g.Add(redox("Object"))
		for _, f := range s.Fields {
			g.Line()
			if c := e.fieldComment(s, f); len(*c) > 0 {
				g.Add(c)
			}
			g.Id(e.names.Field(f)).Add(e.fieldType(s, f)).Op(tag(f))
		}
	})
}

// Scalars are the Go types of the bases that are no concepts, all but string of
// package redox.
var Scalars = map[model.Base]reflect.Type{
	model.Raw: reflect.TypeFor[runtime.Raw](), model.String: reflect.TypeFor[string](),
	model.Date: reflect.TypeFor[runtime.Date](), model.DateTime: reflect.TypeFor[runtime.DateTime](),
	model.Number: reflect.TypeFor[runtime.Number](), model.Bool: reflect.TypeFor[runtime.Bool](),
}

// fieldType is the Go type of a field: that of its value set, which is another
// name of string, where it has one in all events.
func (e *emitter) fieldType(s *model.Struct, f *model.Field) *jen.Statement {
	if f.Kind.Base != model.String || len(f.ValueSets) != 1 || len(f.ValueSets[0].Events) > 0 {
		return e.goType(f.Kind)
	}
	path, name := e.setIdent(s, f.ValueSets[0])
	if name == "" {
		return e.goType(f.Kind)
	}
	t := new(jen.Statement)
	for range f.Kind.Slices {
		t.Index()
	}
	return t.Qual(path, name)
}

// setIdent returns the import path and the name of a value set's type, which a
// file of s may refer to: it is of the same package, or shared.
func (e *emitter) setIdent(s *model.Struct, v *model.ValueSet) (path, name string) {
	for _, p := range e.packages {
		if p.Key == v.Package && (p == s.Package || p.Key == model.CommonPackage) {
			return e.names.Path(p), e.names.ValueSet(v)
		}
	}
	return "", ""
}

func (e *emitter) goType(k model.Kind) *jen.Statement {
	s := new(jen.Statement)
	for range k.Slices {
		s.Index()
	}
	switch k.Base {
	case model.Concept:
		return s.Qual(e.names.Path(k.Concept.Package), e.names.Type(k.Concept))
	case model.String:
		return s.String()
	default:
		return s.Qual(runtimePath, Scalars[k.Base].Name())
	}
}

// tag is the struct tag that gives the JSON name, and the class unless the type tells
// it. Names are taken as they are: the codec knows no options after a comma.
func tag(f *model.Field) string {
	t := Tag(f)
	if strings.ContainsFunc(t, unprintable) {
		return strconv.Quote(t)
	}
	return "`" + t + "`"
}

// Tag is tag without the quotes around it.
func Tag(f *model.Field) string {
	t := "json:" + strconv.Quote(f.Name)
	if class := f.StatedClass(); class != "" {
		t += " class:" + strconv.Quote(class)
	}
	return t
}

// deprecated is what tools are told of a field, and of its builder's method, that
// stay although nothing fills them.
const deprecated = "Deprecated: no schema has this member any more."

// fieldComment says what a field is and what is known of its values.
func (e *emitter) fieldComment(s *model.Struct, f *model.Field) *jen.Statement {
	what := f.Description
	if what == "" && f.Kind.Base == model.Concept {
		what = f.Kind.Concept.Description
	}
	text := []string{sentence(what)}
	switch {
	case f.Deprecated:
	case len(f.NotIn) > mostEvents || len(f.OnlyIn) > 0 && len(f.OnlyIn) <= len(f.NotIn):
		text = append(text, "Only in "+e.eventList(s, f.OnlyIn)+".")
	case len(f.NotIn) > 0:
		text = append(text, "Not in "+e.eventList(s, f.NotIn)+".")
	}
	switch {
	case f.Required.Always:
		text = append(text, "Required.")
	case len(f.Required.In) > 0:
		text = append(text, "Required in "+e.eventList(s, f.Required.In)+".")
	}
	for _, v := range f.ValueSets {
		text = append(text, valuesSentence(v))
	}
	if hl7 := f.Counterpart.HL7; strings.Contains(hl7, "-") && !strings.Contains(hl7, ",") {
		text = append(text, "Typically HL7 v2 "+hl7+".")
	}
	if f.Retired != "" {
		text = append(text, retiredSentence(f))
	}
	last := ""
	if f.Deprecated {
		last = deprecated
	}
	return comment(strings.Join(text, " "), last)
}

// mostEvents is how many events a comment lists by name.
const mostEvents = 4

// eventList names events, without their data model where it is that of s.
func (e *emitter) eventList(s *model.Struct, wires []string) string {
	if len(wires) > mostEvents {
		return fmt.Sprintf("%d events", len(wires))
	}
	short := make([]string, len(wires))
	for i, w := range wires {
		short[i] = strings.TrimPrefix(w, s.Package.DataModel+".")
	}
	return strings.Join(short, ", ")
}

// mostValues is how many values a comment lists.
const mostValues = 8

// valuesSentence lists a value set, or the constants that do.
func valuesSentence(v *model.ValueSet) string {
	text := "Documented values: "
	if v.Enum {
		text = "Values: "
	}
	if len(v.Values) <= mostValues {
		text += strings.Join(v.Values, ", ")
	} else {
		text += "the constants of " + v.Name
	}
	if len(v.Events) > 0 {
		text += " (in " + strings.Join(v.Events, ", ") + ")"
	}
	return text + "."
}

func retiredSentence(f *model.Field) string {
	if strings.Contains(strings.ToLower(f.Description), "retired") {
		return "Redox no longer fills it."
	}
	return "Retired in " + oneLine(f.Retired) + ": Redox no longer fills it."
}
