package drift

import (
	"strconv"
	"strings"

	"github.com/redoxgen/redoxgen/internal/fieldpath"
)

// pattern returns the path of a violation with [] for every index. Where the schema
// lacks the last member, its name is withheld if it may be data.
func pattern(path string, lacks bool) string {
	var b strings.Builder
	steps := fieldpath.Steps(path)
	for i, s := range steps {
		switch {
		case fieldpath.IsIndex(s):
			s = "[]"
		case lacks && i == len(steps)-1 && !isShown(strings.TrimPrefix(s, ".")):
			s = fieldpath.Withheld
		}
		b.WriteString(s)
	}
	return b.String()
}

// Step leads from an object to a member, or from an array to its elements.
type Step struct {
	Name     string // of the member
	Element  bool
	Withheld bool // the name is withheld
}

// Steps returns the steps that Path is made of.
func (f *Finding) Steps() []Step {
	var list []Step
	for _, s := range fieldpath.Steps(f.Path) {
		switch {
		case s == "[]":
			list = append(list, Step{Element: true})
		case s == fieldpath.Withheld:
			list = append(list, Step{Withheld: true})
		case strings.HasPrefix(s, `["`):
			name, _ := strconv.Unquote(strings.Trim(s, "[]"))
			list = append(list, Step{Name: name})
		default:
			list = append(list, Step{Name: strings.TrimPrefix(s, ".")})
		}
	}
	return list
}

// Lacking reports whether the finding is a member that the schema lacks, or is in one.
func (f *Finding) Lacking() bool { return isLacking(f.Rule) }
