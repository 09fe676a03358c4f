package emit

import (
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
	"github.com/redoxgen/redoxgen/internal/fieldpath"
)

// requiredPaths lists, in the order of the fields, what may not be missing
// below the object that s shows: through required objects, and in each element
// of required arrays. A path stands for all that it goes through.
func requiredPaths(n *schema.Node, s *model.Struct, at string) (paths []string) {
	for _, f := range s.Fields {
		if p := n.Property(f.Name); p != nil && n.IsRequired(f.Name) {
			paths = append(paths, requiredAt(p.Node, f.Kind, fieldpath.Member(at, f.Name))...)
		}
	}
	for _, name := range n.Required {
		if n.Property(name) == nil {
			paths = append(paths, fieldpath.Member(at, name))
		}
	}
	return paths
}

// requiredAt lists what is required of a required value that a field of kind k
// holds: at least the value itself.
func requiredAt(n *schema.Node, k model.Kind, at string) []string {
	if below := requiredBelow(n, k, at); len(below) > 0 {
		return below
	}
	return []string{at}
}

// requiredBelow lists what is required inside a value that a field of kind k
// holds, once the value is there.
func requiredBelow(n *schema.Node, k model.Kind, at string) []string {
	if k.Base != model.Concept || !k.Fits(n) {
		return nil
	}
	for ; k.Slices > 0 && n != nil; k.Slices-- {
		if n, at = n.Items, at+"[]"; at == "[]" {
			at = ""
		}
	}
	if n == nil {
		return nil
	}
	return requiredPaths(n, k.Concept, at)
}

// list joins words as a sentence does.
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// without returns paths that are none of those given.
func without(paths []string, given ...string) []string {
	return slices.DeleteFunc(slices.Clone(paths), func(p string) bool { return slices.Contains(given, p) })
}
