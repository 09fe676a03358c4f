package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/generator/internal/naming"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
)

// builder writes the file of an event's builder.
func (e *emitter) builder(ev *model.Event) *jen.File {
	n := e.names.Event(ev)
	f := e.file(ev.Package, source(ev.Struct))
	f.Add(comment(n.Builder + " builds messages of type [" + n.Type + "]; see [redoximpl.Builder]."))
	f.Type().Id(n.Builder).Struct(impl("Builder"), jen.Id("message").Id(n.Type))
	f.Line()
	f.Add(comment(n.Build + " starts a message; [" + n.Builder + ".Build] ends it."))
	f.Func().Id(n.Build).Params().Op("*").Id(n.Builder).Block(
		jen.Id("b").Op(":=").New(jen.Id(n.Builder)),
		impl("StartBuilder").Call(jen.Op("&").Id("b").Dot("Builder"), jen.Op("&").Id("b").Dot("message"), jen.Op("&").Id(n.Schema)),
		jen.Return(jen.Id("b")),
	)
	f.Line()
	commonMethods(f, n)
	if p := e.patient(ev); p != nil {
		e.identifierMethod(f, n, p.Identifiers)
	}
	for _, field := range ev.Fields {
		if name := e.names.Method(field); name != "" {
			e.sectionMethod(f, ev, n, field, name)
		}
	}
	e.buildMethod(f, ev, n)
	return f
}

// commonMethods writes the methods of redoximpl.Builder that return the builder.
func commonMethods(f *jen.File, n naming.Event) {
	for _, m := range []struct {
		name, doc   string
		param, pass *jen.Statement
	}{
		{"To", "adds destinations by their IDs. The message goes to all of them.",
			jen.Id("ids").Op("...").String(), jen.Id("ids").Op("...")},
		{"From", "names the source by its ID; a sender with only one source needs none.",
			jen.Id("id").String(), jen.Id("id")},
		{"At", "sets the time of the event, which is otherwise when the message was built.",
			jen.Id("t").Qual("time", "Time"), jen.Id("t")},
		{"Test", "marks the message as a test, or as production data.",
			jen.Id("test").Bool(), jen.Id("test")},
		{"Meta", "fills in what else the Meta section is to say, such as its FacilityCode.",
			jen.Id("f").Func().Params(jen.Op("*").Add(redox("Meta"))), jen.Id("f")},
		{"Continue", "takes over what this event can carry of another; see [redoximpl.Builder.Continue].",
			jen.Id("m").Add(redox("Message")), jen.Id("m")},
	} {
		f.Add(comment(m.name + " " + m.doc))
		f.Func().Params(jen.Id("b").Op("*").Id(n.Builder)).Id(m.name).Params(m.param).Op("*").Id(n.Builder).
			Add(inline(jen.Id("b").Dot("Builder").Dot(m.name).Call(m.pass).Op(";").Return(jen.Id("b"))))
		f.Line()
	}
}

// chained writes a method that returns its builder.
func chained(f *jen.File, n naming.Event, doc []string, name string, params jen.Code, body ...jen.Code) {
	f.Add(comment(doc...))
	f.Func().Params(jen.Id("b").Op("*").Id(n.Builder)).Id(name).Params(params).Op("*").Id(n.Builder).Block(body...)
	f.Line()
}

func (e *emitter) identifierMethod(f *jen.File, n naming.Event, ids *model.Location) {
	at := e.goPath("b.message", ids)
	one := ids.Kind.Concept
	value := e.goType(model.Kind{Base: model.Concept, Concept: one}).Values(
		jen.Id(e.names.Field(one.Field("ID"))).Op(":").Id("id"),
		jen.Id(e.names.Field(one.Field("IDType"))).Op(":").Id("idType"))
	chained(f, n, []string{`Identifier adds an identifier of the patient, such as "0000000001" and "MR".`}, "Identifier",
		jen.List(jen.Id("id"), jen.Id("idType")).String(),
		jen.Add(at).Op("=").Append(at.Clone(), value), jen.Return(jen.Id("b")))
}

// sectionMethod writes the method for one member of the message.
func (e *emitter) sectionMethod(f *jen.File, ev *model.Event, n naming.Event, field *model.Field, name string) {
	section := func() *jen.Statement { return jen.Id("b").Dot("message").Dot(e.names.Field(field)) }
	kind := field.Kind
	kind.Slices = max(0, kind.Slices-1)
	element, several := e.goType(kind), field.Kind.Slices > 0
	fill := jen.Id("fill").Func().Params(jen.Op("*").Add(element))
	at := jen.Op("&").Add(section())
	doc := func(does string) []string {
		text := name + " " + does + " " + field.Name + sectionWords(field)
		if field.Deprecated {
			return []string{text, deprecated}
		}
		return []string{text + " " + requiredSentence(ev.Schema.Root, field)}
	}
	switch edits := kind.Base == model.Concept && kind.Slices == 0; {
	case edits && several:
		chained(f, n, doc("fills in one more element of"), name, fill,
			jen.Return(impl("NextElement").Call(jen.Id("b"), jen.Op("&").Id("b").Dot("Builder"), at, jen.Id("fill"))))
	case edits:
		chained(f, n, doc("fills in the section"), name, fill,
			jen.Return(impl("EditSection").Call(jen.Id("b"), at, jen.Id("fill"))))
	case several:
		chained(f, n, doc("adds to"), name, jen.Id("values").Op("...").Add(element),
			section().Op("=").Append(section(), jen.Id("values").Op("...")), jen.Return(jen.Id("b")))
	default:
		chained(f, n, doc("sets"), name, jen.Id("value").Add(element),
			section().Op("=").Id("value"), jen.Return(jen.Id("b")))
	}
}

// sectionWords goes on from a section's name with what the section is.
func sectionWords(f *model.Field) string {
	what := f.Description
	if what == "" && f.Kind.Base == model.Concept {
		what = f.Kind.Concept.Description
	}
	if what = sentence(what); what == "" {
		return "."
	}
	return ". " + what
}

// requiredSentence says what is required of a section, and in it.
func requiredSentence(root *schema.Node, f *model.Field) string {
	p := root.Property(f.Name)
	if p == nil {
		return ""
	}
	inside := requiredBelow(p.Node, f.Kind, "")
	required, several := root.IsRequired(f.Name), f.Kind.Slices > 0
	switch {
	case several && required && len(inside) > 0:
		return "At least one is required, each with " + list(inside) + "."
	case several && required:
		return "At least one is required."
	case several && len(inside) > 0:
		return "Each requires " + list(inside) + "."
	case required && len(inside) > 0:
		return "Required, with " + list(inside) + "."
	case required:
		return "Required."
	case len(inside) > 0:
		return "If there is anything in it, it requires " + list(inside) + "."
	default:
		return ""
	}
}

// buildMethod writes the method that ends building.
func (e *emitter) buildMethod(f *jen.File, ev *model.Event, n naming.Event) {
	doc := "Build returns the message, whose Validate shows warnings, or a [*redox.BuildError] with all that is missing or wrong."
	if paths := without(requiredPaths(ev.Schema.Root, ev.Struct, ""), model.FilledByBuild...); len(paths) > 0 {
		doc += " Required: " + list(paths) + "."
	}
	f.Add(comment(doc))
	f.Func().Params(jen.Id("b").Op("*").Id(n.Builder)).Id("Build").Params().Params(jen.Op("*").Id(n.Type), jen.Error()).
		Add(inline(jen.Return(impl("Build").Index(jen.Op("*").Id(n.Type)).Call(jen.Op("&").Id("b").Dot("Builder")))))
}
