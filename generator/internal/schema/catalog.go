package schema

import (
	"github.com/redoxgen/redoxgen/generator/internal/source"
	"github.com/redoxgen/redoxgen/schemas"
)

// Catalog is the layer of the schemas that come with the program.
func Catalog() source.Layer { return source.FS("schemas", schemas.FS()) }

// infos returns what events are called, by file; a nil set has none.
func (s *Set) infos() map[string]Info {
	infos := make(map[string]Info)
	if s != nil {
		for _, e := range s.Events {
			infos[e.File] = e.Info
		}
	}
	return infos
}
