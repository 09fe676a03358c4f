package emit

import (
	"encoding/json"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/internal/fieldpath"
)

// concepts writes the file of one concept, or of several that share its name.
func (e *emitter) concepts(p *model.Package, structs []*model.Struct) *jen.File {
	sources := make([]string, len(structs))
	for i, s := range structs {
		sources[i] = source(s)
	}
	f := e.file(p, sources...)
	for _, s := range structs {
		e.concept(f, s)
	}
	return f
}

func (e *emitter) concept(f *jen.File, s *model.Struct) {
	name := e.names.Type(s)
	f.Add(comment(e.conceptDoc(s)))
	f.Add(e.structType(s))
	f.Line()

	if rules := conceptRules(s); len(rules) > 0 {
		vars := e.names.Rules(s)
		f.Add(comment("RedoxRules tells what is documented of the fields beyond their types, for validation."))
		f.Func().Params(jen.Op("*").Id(name)).Id("RedoxRules").Params().Index().Add(impl("SchemaRule")).
			Add(inline(jen.Return(jen.Id(vars).Index(jen.Op(":")))))
		f.Line()
		f.Var().Id(vars).Op("=").Index(jen.Op("...")).Add(impl("SchemaRule")).Add(ruleList(rules))
		f.Line()
	}
	if id, idType := e.textField(s, "ID"), e.textField(s, "IDType"); id != nil && idType != nil {
		f.Add(comment("RedoxIdentifier returns what [redox.FindIdentifier] compares."))
		f.Func().Params(jen.Id("v").Op("*").Id(name)).Id("RedoxIdentifier").Params().Params(jen.Id("id"), jen.Id("idType").String()).
			Add(inline(jen.Return(id, idType)))
		f.Line()
	}
	f.Add(comment("MarshalJSON returns the JSON of v, with what decoding kept besides the fields."))
	f.Func().Params(jen.Id("v").Id(name)).Id("MarshalJSON").Params().Params(jen.Index().Byte(), jen.Error()).
		Add(inline(jen.Return(impl("Marshal").Call(jen.Op("&").Id("v")))))
	f.Line()
	f.Add(comment("UnmarshalJSON replaces v by what data, any JSON object, holds."))
	f.Func().Params(jen.Id("v").Op("*").Id(name)).Id("UnmarshalJSON").Params(jen.Id("data").Index().Byte()).Error().
		Add(inline(jen.Return(impl("Unmarshal").Call(jen.Id("data"), jen.Id("v")))))
	f.Line()
	f.Add(equal("v", name))
}

// textField is the field of v that the member called name has; nil if there is none, or
// it is no string.
func (e *emitter) textField(s *model.Struct, name string) *jen.Statement {
	for _, f := range s.Fields {
		if f.Name == name && f.Kind == (model.Kind{Base: model.String}) {
			return jen.Id("v").Dot(e.names.Field(f))
		}
	}
	return nil
}

// equal writes the method that compares two values of a type.
func equal(receiver, name string) *jen.Statement {
	return comment("Equal reports whether both hold the same data; absent, null and empty are the same.").Line().
		Func().Params(jen.Id(receiver).Id(name)).Id("Equal").Params(jen.Id("o").Id(name)).Bool().
		Add(inline(jen.Return(impl("Equal").Call(jen.Op("&").Id(receiver), jen.Op("&").Id("o")))))
}

// articles begin the description of one thing; others list what there is.
var articles = map[string]bool{"A": true, "An": true, "The": true}

func (e *emitter) conceptDoc(s *model.Struct) string {
	name := e.names.Type(s)
	if s.Description != "" {
		verb := " holds "
		if first, _, _ := strings.Cut(s.Description, " "); articles[first] {
			verb = " is "
		}
		return name + verb + lowerFirst(sentence(s.Description))
	}
	if s.Package.DataModel == "" {
		return name + " is shared by several data models."
	}
	return name + " is a part of " + s.Package.DataModel + " messages."
}

// rule is a row of a rule table.
type rule struct{ at, keyword, value string }

// conceptRules states what is documented of a concept's fields in every event.
func conceptRules(s *model.Struct) []rule {
	var rules []rule
	for _, f := range s.Fields {
		for _, v := range f.ValueSets {
			if len(v.Events) == 0 && !v.Enum { // an enum is a rule of each event's schema
				rules = append(rules, valuesRule(fieldpath.Member("", f.Name)+brackets(f.Kind.Slices), v))
			}
		}
		if f.Retired != "" {
			rules = append(rules, rule{fieldpath.Member("", f.Name), "x-redox-retired", quoteJSON(f.Retired)})
		}
	}
	return rules
}

func valuesRule(at string, v *model.ValueSet) rule {
	return rule{at, "x-redox-values", quoteJSON(v.Values)}
}

// quoteJSON returns v, strings only, as JSON.
func quoteJSON(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return "null" // strings always marshal
	}
	return string(data)
}

// ruleList writes rules as the elements of a composite literal.
func ruleList(rules []rule) *jen.Statement {
	return jen.ValuesFunc(func(g *jen.Group) {
		for _, r := range rules {
			g.Line().Values(
				jen.Id("At").Op(":").Add(verbatim(r.at)),
				jen.Id("Keyword").Op(":").Lit(r.keyword),
				jen.Id("Value").Op(":").Add(verbatim(r.value)),
			)
		}
		g.Line()
	})
}
