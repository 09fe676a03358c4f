package generator

import (
	"cmp"
	"slices"

	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// ClassifiedField is a field and what it holds.
type ClassifiedField struct {
	Class       redox.Class
	GoField     string // such as common.Address.City
	Description string
}

// Fields lists the fields of all types that are no objects, and the known extensions, by
// class and name.
func (x *Inspection) Fields() []ClassifiedField {
	var list []ClassifiedField
	for _, p := range x.model.Packages {
		structs := slices.Clone(p.Concepts)
		for _, e := range p.Events {
			structs = append(structs, e.Struct)
		}
		for _, s := range structs {
			for _, f := range s.Fields {
				if f.Kind.Base != model.Concept {
					name := x.names.Ident(s).String() + "." + x.names.Field(f)
					list = append(list, ClassifiedField{f.Class, name, f.Description})
				}
			}
		}
	}
	for name, class := range redox.ExtensionClasses() {
		list = append(list, ClassifiedField{class, "Extensions." + name, "Text of the extension, which any object may have."})
	}
	slices.SortFunc(list, func(a, b ClassifiedField) int {
		return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.GoField, b.GoField))
	})
	return list
}
