package naming

import (
	"cmp"
	"slices"

	"github.com/redoxgen/redoxgen/generator/internal/model"
)

// BuilderFile returns the name of the file that holds an event's builder.
func (n *Names) BuilderFile(e *model.Event) string { return builderFile(n.types[e.Struct]) }

func builderFile(id string) string { return FileName(id) + "_build.go" }

// Method returns the name of the builder's method for a field of an event; ""
// for the envelope, which every builder fills in.
func (n *Names) Method(f *model.Field) string { return n.methods[f] }

// standardMethods are the names of methods of which go vet knows the
// signature. A builder that has them from an earlier run keeps them.
var standardMethods = set("GobDecode", "GobEncode", "MarshalJSON", "MarshalXML", "ReadByte", "ReadFrom", "ReadRune",
	"Scan", "Seek", "UnmarshalJSON", "UnmarshalXML", "UnreadByte", "UnreadRune", "WriteByte", "WriteTo")

// nameMethods names the methods of an event's builder: after the section, or
// after one of its elements where it has several. The method of a section that
// the lock knows does not change when a section of a similar name appears.
func (n *Names) nameMethods(s *model.Struct, locked lockedEntity) {
	rank := func(f *model.Field) int {
		switch known := locked.fields[f.Name]; {
		case known.userOwned:
			return 0
		case known.method != "":
			return 1
		case known.id != "":
			return 2
		default:
			return 3
		}
	}
	exact := func(f *model.Field) int {
		if n.obviousMethod(f) == n.fields[f] {
			return 0
		}
		return 1
	}
	fields := slices.DeleteFunc(slices.Clone(s.Fields), (*model.Field).IsEnvelope)
	slices.SortFunc(fields, func(a, b *model.Field) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(exact(a), exact(b)), cmp.Compare(a.Name, b.Name))
	})
	taken := make(map[string]bool)
	for _, f := range fields {
		id := cmp.Or(locked.fields[f.Name].method, n.obviousMethod(f))
		if slices.Contains(n.reserved.Methods, id) || taken[id] || standardMethods[id] && locked.fields[f.Name].id == "" {
			id = n.longMethod(f)
		}
		for taken[id] {
			id += "Section"
		}
		taken[id] = true
		n.methods[f] = id
	}
}

// obviousMethod is the plain name of a section's method.
func (n *Names) obviousMethod(f *model.Field) string {
	return obviousMethod(n.fields[f], f.Kind.Slices > 0)
}

func obviousMethod(field string, several bool) string {
	if several {
		return model.Singular(field)
	}
	return field
}

// longMethod is the name of a section's method where the plain one is taken.
func (n *Names) longMethod(f *model.Field) string {
	if f.Kind.Slices > 0 {
		return "Add" + model.Singular(n.fields[f])
	}
	return "Set" + n.fields[f]
}
