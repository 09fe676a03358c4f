package emit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/generator/internal/naming"
)

// doc writes the package comment and the handshake with the runtime.
func (e *emitter) doc(p *model.Package) *jen.File {
	f := e.file(p)
	for _, line := range e.packageDoc(p) {
		f.PackageComment(line)
	}
	f.Add(comment("If this does not compile, the code does not suit the version of the runtime: run " +
		"go get github.com/redoxgen/redoxgen@latest, then generate again."))
	f.Const().Id("_").Op("=").Add(impl("GeneratedCodeVersion1"))
	return f
}

func (e *emitter) packageDoc(p *model.Package) []string {
	name := e.names.Package(p)
	if len(p.Events) == 0 {
		return wrap(fmt.Sprintf("Package %s holds the parts of messages that several of Redox's data models share.", name))
	}
	lines := wrap(fmt.Sprintf("Package %s holds the messages of Redox's %s data model:", name, oneLine(p.DataModel)))
	lines = append(lines, "//")
	for _, ev := range p.Events {
		lines = append(lines, "//   - ["+e.names.Type(ev.Struct)+"]")
	}
	first := e.names.Event(p.Events[0])
	lines = append(lines, "//")
	lines = append(lines, wrap("Decoding accepts any JSON object and reports what does not fit the schema:")...)
	lines = append(lines, "//")
	return append(lines, code(fmt.Sprintf(`ev, report, err := %s.%s(body)
if err != nil {
	return err // body is not a JSON object, or exceeds redox.SetMemoryLimit
}
for v := range report.Errors() {
	log.Println(v) // path and rule, never the patient's data
}`, name, first.Decode))...)
}

// events writes what concerns all events of a package.
func (e *emitter) events(p *model.Package) *jen.File {
	f := e.file(p)
	f.Add(comment("DataModel is what Meta.DataModel says in every message of this package."))
	f.Const().Id("DataModel").Op("=").Lit(p.DataModel)
	f.Line()
	f.Add(comment("What Meta.EventType says in the messages of this package."))
	f.Const().DefsFunc(func(g *jen.Group) {
		for _, ev := range p.Events {
			g.Id(e.names.Event(ev).EventType).Op("=").Lit(ev.Schema.Info.EventType)
		}
	})
	f.Line()
	f.Add(comment("Events returns a description of every event type of the package."))
	f.Func().Id("Events").Params().Index().Op("*").Add(redox("EventInfo")).Block(
		jen.Return(jen.Index().Op("*").Add(redox("EventInfo")).ValuesFunc(func(g *jen.Group) {
			for _, ev := range p.Events {
				g.Line().Op("&").Id(e.names.Event(ev).Info)
			}
			g.Line()
		})))
	f.Line()
	f.Add(comment("Decode decodes a message as the event that its Meta names, into a pointer to a struct of this package, " +
		"or into a *redox.Unknown. The error is for data that is not a JSON object, or exceeds redox.SetMemoryLimit."))
	e.decode(f, jen.Id("Events").Call())
	return f
}

// decode writes the function that decodes a message of any of the events.
func (e *emitter) decode(f *jen.File, events ...jen.Code) {
	f.Func().Id("Decode").Params(jen.Id("data").Index().Byte()).Params(redox("Message"), redox("Report"), jen.Error()).
		Block(jen.Return(redox("Dispatch").Call(append([]jen.Code{jen.Id("data")}, events...)...)))
}

// all writes the package that joins every data model.
func (e *emitter) all(m *model.Model) *jen.File {
	f := e.open(e.names.AllPath(), naming.AllPackage)
	for _, l := range wrap("Package all joins the events of every generated data model. A program that uses it links them all; " +
		"one that knows its data models does better with their packages.") {
		f.PackageComment(l)
	}
	var models []jen.Code
	for _, p := range m.Packages {
		if len(p.Events) > 0 {
			models = append(models, jen.Line().Qual(e.names.Path(p), "Events").Call())
		}
	}
	models = append(models, jen.Line())
	f.Add(comment("Events returns a description of every event type."))
	f.Func().Id("Events").Params().Index().Op("*").Add(redox("EventInfo")).Block(
		jen.Return(jen.Qual("slices", "Concat").Call(models...)))
	f.Line()
	f.Add(comment("Decode decodes a message as the event that its Meta names, into a pointer to that event's struct, " +
		"or into a *redox.Unknown. The error is for data that is not a JSON object, or exceeds redox.SetMemoryLimit."))
	e.decode(f, models...)
	return f
}

// valueSets writes the types and constants of documented values and of enums. The
// types are other names of string: a type of its own would make every value set
// that is documented later an incompatible change.
func (e *emitter) valueSets(p *model.Package) *jen.File {
	source := ""
	if slices.ContainsFunc(p.ValueSets, func(v *model.ValueSet) bool { return !v.Enum }) {
		source = "value-sets.json"
	}
	f := e.file(p, source)
	for i, v := range p.ValueSets {
		if i > 0 {
			f.Line()
		}
		name := e.names.ValueSet(v)
		doc := fmt.Sprintf("%s names the values that schemas list for %s.", name, strings.Join(v.Fields, ", "))
		if !v.Enum {
			doc = fmt.Sprintf("%s names the values that Redox documents for %s; others occur. %s",
				name, strings.Join(v.Fields, ", "), sentence(v.Description))
		}
		f.Add(comment(doc))
		f.Type().Id(name).Op("=").String()
		f.Line()
		f.Add(comment("The values of " + name + "."))
		f.Const().DefsFunc(func(g *jen.Group) {
			for j, id := range e.names.Constants(v) {
				g.Id(id).Id(name).Op("=").Lit(v.Values[j])
			}
		})
	}
	return f
}
