package drift

import (
	"strconv"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
)

// pattern returns the path of a violation with [] for every index. Where the schema
// lacks the last member, its name is withheld if it may be data.
func pattern(path string, lacks bool) string {
	var b strings.Builder
	steps := steps(path)
	for i, s := range steps {
		switch {
		case isIndex(s):
			s = "[]"
		case lacks && i == len(steps)-1 && !isShown(strings.TrimPrefix(s, ".")):
			s = report.NameWithheld
		}
		b.WriteString(s)
	}
	return b.String()
}

// steps cuts a path into members, such as Patient and .Contacts and ["odd name"], and
// elements, such as [0] and [].
func steps(path string) []string {
	var list []string
	for path != "" {
		end := stepEnd(path)
		list, path = append(list, path[:end]), path[end:]
	}
	return list
}

// stepEnd returns where the first step of a path ends.
func stepEnd(path string) int {
	if !strings.HasPrefix(path, `["`) {
		if end := strings.IndexAny(path[1:], ".["); end >= 0 {
			return end + 1
		}
		return len(path)
	}
	for i := 2; i < len(path); i++ {
		switch path[i] {
		case '\\':
			i++
		case '"':
			return min(i+2, len(path))
		}
	}
	return len(path)
}

func isIndex(step string) bool {
	return step[0] == '[' && strings.Trim(step[1:], "0123456789]") == ""
}

// parent returns the path of the object or array that path is in, and its last step;
// steps of one path are never cut within quotes.
func parent(path string) (of, last string) {
	list := steps(path)
	if len(list) == 0 {
		return "", ""
	}
	last = list[len(list)-1]
	return path[:len(path)-len(last)], last
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
	for _, s := range steps(f.Path) {
		switch {
		case s == "[]":
			list = append(list, Step{Element: true})
		case s == report.NameWithheld:
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
