package emit

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/generator/internal/naming"
	"github.com/redoxgen/redoxgen/internal/fieldpath"
)

// sharedOutlines are the objects that the schemas of a data model's events state
// more than once, and the variables that state them for all. They do not depend
// on which events are generated.
type sharedOutlines struct {
	names   map[string]string // variables, by content
	objects []*object         // one of each content that generated events have, by name of the variable
}

// content is the same for objects that have the same members, parts included.
func (d *object) content() string {
	var b strings.Builder
	b.WriteString(d.has)
	for _, p := range d.parts {
		b.WriteString("\n" + p.at + "{" + p.content() + "}")
	}
	return b.String()
}

// use is how an object with some content occurs in the events of a package.
type use struct {
	object *object
	path   []string // words of the first place: the event's type and the members
	count  int      // how many places there are
	stated int      // at how many it would be stated if all others were shared
}

// shareOutlines finds what the events of p state more than once. What occurs
// most often is called after its concept; other variants by where they occur
// first, with as many words of the path as tell them apart.
func shareOutlines(p *model.Package) sharedOutlines {
	uses := make(map[string]*use)
	for _, ev := range p.Known {
		collectParts(uses, outlineOf(ev).root, []string{naming.Exported(ev.Word)}, true)
	}
	maps.DeleteFunc(uses, func(_ string, u *use) bool { return u.stated < 2 })
	order := slices.SortedFunc(maps.Keys(uses), func(a, b string) int {
		return cmp.Or(cmp.Compare(uses[b].count, uses[a].count), cmp.Compare(a, b))
	})
	s := sharedOutlines{names: make(map[string]string, len(uses))}
	taken := make(map[string]bool)
	for _, content := range order {
		u := uses[content]
		name := naming.OutlineName(naming.Exported(u.object.concept.Word))
		for words := 1; taken[name]; words++ {
			from := max(0, len(u.path)-words)
			name = naming.OutlineName(strings.Join(u.path[from:], "") + strings.Repeat("Part", max(0, words-len(u.path))))
		}
		taken[name] = true
		s.names[content] = name
	}
	seen := make(map[string]bool)
	for _, ev := range p.Events {
		s.addObjects(outlineOf(ev).root, seen)
	}
	slices.SortFunc(s.objects, func(a, b *object) int { return cmp.Compare(s.names[a.content()], s.names[b.content()]) })
	return s
}

// addObjects adds the shared parts of d.
func (s *sharedOutlines) addObjects(d *object, seen map[string]bool) {
	for _, part := range d.parts {
		content := part.content()
		if seen[content] {
			continue
		}
		seen[content] = true
		if s.names[content] != "" {
			s.objects = append(s.objects, part)
		}
		s.addObjects(part, seen)
	}
}

// collectParts counts the parts of d, which is stated here unless it was
// before: then its parts are stated with the first of its kind.
func collectParts(uses map[string]*use, d *object, path []string, stated bool) {
	for _, part := range d.parts {
		content := part.content()
		u := uses[content]
		at := append(slices.Clip(path), naming.Exported(strings.ReplaceAll(part.at, "[]", "")))
		if u == nil {
			u = &use{object: part, path: at}
			uses[content] = u
		}
		u.count++
		if stated {
			u.stated++
		}
		collectParts(uses, part, at, stated && u.stated == 1)
	}
}

// rows writes the outline of d as elements of a composite literal.
func (s sharedOutlines) rows(d *object) jen.Code {
	return jen.Index().Add(impl("Outline")).ValuesFunc(func(g *jen.Group) {
		s.addRows(g, d, "")
		g.Line()
	})
}

func (s sharedOutlines) addRows(g *jen.Group, d *object, at string) {
	g.Line().Values(rowOf(at, "Has", verbatim(d.has))...)
	for _, p := range d.parts {
		if name, ok := s.names[p.content()]; ok {
			g.Line().Values(rowOf(fieldpath.Join(at, p.at), "As", jen.Id(name))...)
		} else {
			s.addRows(g, p, fieldpath.Join(at, p.at))
		}
	}
}

// rowOf is a row of an outline; the path of the outermost object is left out.
func rowOf(at, key string, value jen.Code) []jen.Code {
	row := []jen.Code{jen.Id(key).Op(":").Add(value)}
	if at == "" {
		return row
	}
	return append([]jen.Code{jen.Id("At").Op(":").Add(verbatim(at))}, row...)
}

// outlines writes the variables of shared outlines.
func (e *emitter) outlines(p *model.Package, s sharedOutlines) *jen.File {
	f := e.file(p)
	f.Add(comment("Objects that the schemas of the package state more than once: their members, ! after those required."))
	f.Var().DefsFunc(func(g *jen.Group) {
		for i, d := range s.objects {
			if i > 0 {
				g.Line()
			}
			g.Id(s.names[d.content()]).Op("=").Add(s.rows(d))
		}
	})
	return f
}
