package drift

import (
	"cmp"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/internal/fieldpath"
)

// withholder finds out which names of members that schemas lack are keys of maps.
type withholder struct {
	known  map[string]bool   // names of members of any schema, which are no data
	groups map[string]*group // by path of the object
	sample map[string]int    // messages that have it, by path, of objects that no schema knows
}

// group is the members that the schema lacks of one object, those with known names
// left out.
type group struct{ names, sum, withheld int }

// withhold returns findings, by path, without names that are keys. messages is how
// many were counted.
func withhold(findings []Finding, messages int, known map[string]bool) []Finding {
	slices.SortFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Rule, b.Rule))
	})
	w := &withholder{known, make(map[string]*group), make(map[string]int)}
	for i := range findings {
		if isLacking(findings[i].Rule) {
			w.add(&findings[i])
		}
	}
	list := []Finding{}
	at := make(map[findingKey]int) // index in list
	for _, f := range findings {
		path, inside := w.shown(f)
		if inside {
			continue
		}
		if i, again := at[findingKey{path, f.Rule}]; again { // withheld, as no other paths are equal
			most := messages
			if of, inSample := w.sample[strings.TrimSuffix(path, fieldpath.Withheld)]; inSample {
				most = of
			}
			list[i].Messages = min(list[i].Messages+f.Messages, most)
			for k, n := range f.Kinds {
				list[i].Kinds[k] = min(list[i].Kinds[k]+n, most)
			}
			continue
		}
		f.Path = path
		at[findingKey{path, f.Rule}] = len(list)
		list = append(list, f)
	}
	return list
}

// add adds a finding to the group of its object.
func (w *withholder) add(f *Finding) {
	w.sample[f.Path] = f.Kinds[Object]
	of, last := fieldpath.Parent(f.Path)
	if last == "[]" || w.isKnown(last) {
		return
	}
	g := w.groups[of]
	if g == nil {
		g = new(group)
		w.groups[of] = g
	}
	if last == fieldpath.Withheld {
		g.withheld++
		return
	}
	g.names++
	g.sum += f.Messages
}

// isKnown reports whether a step of a path is a name that a schema has.
func (w *withholder) isKnown(step string) bool { return w.known[strings.TrimPrefix(step, ".")] }

// shown returns the path under which a finding is listed, and reports whether it is
// inside of a member whose name is withheld.
func (w *withholder) shown(f Finding) (path string, inside bool) {
	if !isLacking(f.Rule) {
		return f.Path, false
	}
	list := fieldpath.Steps(f.Path)
	for i, s := range list {
		if s == fieldpath.Withheld || s != "[]" && !w.isKnown(s) && w.haveKeys(path) {
			return path + fieldpath.Withheld, i < len(list)-1
		}
		path += s
	}
	return path, false
}

// haveKeys reports whether the names of members that schemas lack are keys in the
// object at path.
func (w *withholder) haveKeys(path string) bool {
	g := w.groups[path]
	if g == nil {
		return false
	}
	messages, inSample := w.sample[path]
	if !inSample {
		return areKeys(g.names, g.sum)
	}
	return g.withheld > 0 || areKeysOf(g.names, g.sum, messages)
}
