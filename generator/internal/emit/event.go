package emit

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/generator/internal/naming"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
	runtime "github.com/redoxgen/redoxgen/runtime/redox"
)

// event writes the file of one event.
func (e *emitter) event(ev *model.Event, shared sharedOutlines) *jen.File {
	n := e.names.Event(ev)
	f := e.file(ev.Package, source(ev.Struct))
	f.Add(comment(e.eventDoc(ev, n)...))
	f.Add(e.structType(ev.Struct))
	f.Line()
	e.eventVars(f, ev, n, shared)
	eventFuncs(f, n)
	e.eventMethods(f, ev, n)
	e.interfaces(f, ev, n)
	return f
}

// eventDoc says what the event is for and what it is called on the wire.
func (e *emitter) eventDoc(ev *model.Event, n naming.Event) []string {
	info := ev.Schema.Info
	what := n.Type + " is a message of the " + info.DataModel + " data model."
	if d := sentence(ev.Description); d != "" {
		what = n.Type + ": " + lowerFirst(d)
		if first, _, _ := strings.Cut(d, " "); verbs[first] {
			what = n.Type + " " + lowerFirst(d)
		}
	}
	return []string{what, wireDoc(ev, e.names)}
}

// verbs are the words that make a description a sentence about its event.
var verbs = map[string]bool{"Tells": true, "Asks": true, "Answers": true, "Opens": true, "Reports": true, "Sends": true, "Requests": true}

func wireDoc(ev *model.Event, names *naming.Names) string {
	info := ev.Schema.Info
	text := fmt.Sprintf("Its Meta says DataModel %q and EventType %q", info.DataModel, info.EventType)
	switch {
	case ev.Response != nil:
		text += fmt.Sprintf("; it is a query, and the answer is a [%s]", names.Type(ev.Response.Struct))
	case info.Kind == "query" && info.Response != "":
		text += fmt.Sprintf("; it is a query, and the answer is a %s", info.Response)
	case info.Kind == "query":
		text += "; it is a query"
	case info.Kind == "response":
		text += "; it answers a query"
	case info.Kind == "sso":
		text += "; it opens a session in a browser"
	}
	return text + "."
}

// kinds are the constants of package redox.
var kinds = map[runtime.Kind]string{
	runtime.Notification: "Notification", runtime.Query: "Query", runtime.Response: "Response", runtime.SSO: "SSO",
}

// KindOf returns the kind of an event; all that say nothing else are notifications.
func KindOf(info schema.Info) runtime.Kind {
	for k := range kinds {
		if k.String() == info.Kind {
			return k
		}
	}
	return runtime.Notification
}

// eventVars writes the description and the schema of the event.
func (e *emitter) eventVars(f *jen.File, ev *model.Event, n naming.Event, shared sharedOutlines) {
	info := ev.Schema.Info
	f.Var().Id(n.Info).Op("=").Add(redox("EventInfo")).ValuesFunc(func(g *jen.Group) {
		g.Line().Id("DataModel").Op(":").Id("DataModel")
		g.Line().Id("EventType").Op(":").Id(n.EventType)
		g.Line().Id("Kind").Op(":").Add(redox(kinds[KindOf(info)]))
		if info.Response != "" {
			g.Line().Id("Response").Op(":").Lit(info.Response)
		}
		g.Line().Id("New").Op(":").Func().Params().Add(redox("Message")).Add(inline(jen.Return(jen.New(jen.Id(n.Type)))))
		g.Line().Id("Validate").Op(":").Id(n.Validate)
		g.Line()
	})
	f.Line()
	o := outlineOf(ev)
	f.Add(comment(fmt.Sprintf("%s is the schema of %s.%s: the members of every object, ! after those required, "+
		"and whatever else the types do not say.", n.Schema, info.DataModel, info.EventType)))
	f.Var().Id(n.Schema).Op("=").Add(impl("Schema")).ValuesFunc(func(g *jen.Group) {
		g.Line().Id("Type").Op(":").Parens(jen.Op("*").Id(n.Type)).Parens(jen.Nil())
		g.Line().Id("Outline").Op(":").Add(shared.rows(o.root))
		if len(o.rules) > 0 {
			g.Line().Id("Rules").Op(":").Index().Add(impl("SchemaRule")).Add(ruleList(o.rules))
		}
		g.Line()
	})
	f.Line()
}

// eventFuncs writes the functions of the event.
func eventFuncs(f *jen.File, n naming.Event) {
	data := jen.Id("data").Index().Byte()
	f.Add(comment(n.Decode + " decodes and validates a message in one pass. The error is for data that is not a JSON object, " +
		"or exceeds redox.SetMemoryLimit; everything else decodes, and the report says what does not fit the schema."))
	f.Func().Id(n.Decode).Params(data).Params(jen.Op("*").Id(n.Type), redox("Report"), jen.Error()).
		Block(
			jen.Id("e").Op(":=").New(jen.Id(n.Type)),
			jen.List(jen.Id("report"), jen.Err()).Op(":=").Id(n.Schema).Dot("Decode").Call(jen.Id("data"), jen.Id("e")),
			jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Id("report"), jen.Err())),
			jen.Return(jen.Id("e"), jen.Id("report"), jen.Nil()),
		)
	f.Line()
	f.Add(comment(n.Validate + " reports what " + n.Decode + " would, without building the message."))
	f.Func().Id(n.Validate).Params(data).Params(redox("Report"), jen.Error()).
		Add(inline(jen.Return(jen.Id(n.Schema).Dot("ValidateJSON").Call(jen.Id("data")))))
	f.Line()
}

// eventMethods writes the methods of redox.Message, Equal, and for a query
// the one that names its answer.
func (e *emitter) eventMethods(f *jen.File, ev *model.Event, n naming.Event) {
	byPointer := jen.Id("e").Op("*").Id(n.Type)
	schema := func(method string, args ...jen.Code) *jen.Statement {
		return jen.Return(jen.Id(n.Schema).Dot(method).Call(args...))
	}
	add := func(doc string, receiver jen.Code, signature *jen.Statement, body *jen.Statement) {
		f.Add(comment(doc))
		f.Func().Params(receiver).Add(signature).Add(inline(body))
		f.Line()
	}
	data := func() *jen.Statement { return jen.Id("data").Index().Byte() }
	bytesAndError := []jen.Code{jen.Index().Byte(), jen.Error()}

	add("RedoxEvent describes the type of the message.", byPointer,
		jen.Id("RedoxEvent").Params().Op("*").Add(redox("EventInfo")), jen.Return(jen.Op("&").Id(n.Info)))
	add("RedoxMeta returns the Meta section in the form that all events share.", byPointer,
		jen.Id("RedoxMeta").Params().Add(redox("Meta")), e.metaBody(ev, n))
	add("DecodeJSON replaces e by the message in data; see ["+n.Decode+"].", byPointer,
		jen.Id("DecodeJSON").Params(data()).Params(redox("Report"), jen.Error()), schema("Replace", jen.Id("data"), jen.Id("e")))
	add("UnmarshalJSON is DecodeJSON without the report.", byPointer,
		jen.Id("UnmarshalJSON").Params(data()).Error(), schema("Unmarshal", jen.Id("data"), jen.Id("e")))
	add("AppendJSON appends the JSON of e to dst, with what decoding kept besides the fields.", byPointer,
		jen.Id("AppendJSON").Params(jen.Id("dst").Index().Byte()).Params(bytesAndError...), schema("AppendJSON", jen.Id("dst"), jen.Id("e")))
	add("AppendValid is AppendJSON if the schema accepts e; otherwise the error lists what is wrong.", byPointer,
		jen.Id("AppendValid").Params(jen.Id("dst").Index().Byte()).Params(bytesAndError...), schema("AppendValid", jen.Id("dst"), jen.Id("e")))
	add("MarshalJSON returns what AppendJSON appends.", jen.Id("e").Id(n.Type),
		jen.Id("MarshalJSON").Params().Params(bytesAndError...), schema("Marshal", jen.Op("&").Id("e")))
	add("Validate reports what is wrong with e as a message to send.", byPointer,
		jen.Id("Validate").Params().Add(redox("Report")), schema("Validate", jen.Id("e")))
	if ev.Response != nil {
		answer := e.names.Type(ev.Response.Struct)
		add("RedoxResponse returns an empty answer to the query.", byPointer,
			jen.Id("RedoxResponse").Params().Op("*").Id(answer), jen.Return(jen.New(jen.Id(answer))))
	}
	f.Add(equal("e", n.Type))
}

// metaBody reads the Meta section where the event has one.
func (e *emitter) metaBody(ev *model.Event, n naming.Event) *jen.Statement {
	f := ev.Envelope()
	if f == nil {
		return jen.Return(redox("Meta").Values(
			jen.Id("DataModel").Op(":").Id("DataModel"), jen.Id("EventType").Op(":").Id(n.EventType)))
	}
	return jen.Return(impl("MetaOf").Call(jen.Op("&").Id("e").Dot(e.names.Field(f))))
}
