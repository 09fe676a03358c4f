package naming

import (
	"slices"
	"strings"
)

// Reserved are the names that generated code has whatever the schemas say;
// nothing else gets one of them.
type Reserved struct {
	Fields       []string // of what structs have beside fields; those that begin with Redox are, too
	Methods      []string // of what builders have beside the methods of sections
	Declarations []string // of what every package with events declares
	Files        []string // of files besides those of events and concepts
}

func (r Reserved) field(id string) bool {
	return slices.Contains(r.Fields, id) || strings.HasPrefix(id, "Redox")
}

func (r Reserved) packageScope() scope {
	s := make(scope)
	for _, id := range r.Declarations {
		s[id] = "package"
	}
	return s
}
