package schema

import (
	"io/fs"
	"sync"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/source"
	"github.com/redoxgen/redoxgen/schemas"
)

// Catalog is the layer of the schemas that come with the program.
func Catalog() source.Layer { return source.FS("schemas", schemas.FS()) }

// catalogInfo returns what the catalog knows of its events, by file (model/event.json).
// It is read once, and only when a source does not name its events itself.
var catalogInfo = sync.OnceValue(func() map[string]Info {
	infos := map[string]Info{}
	files, err := fs.Glob(schemas.FS(), "events/*/*.json")
	if err != nil {
		return infos // the pattern is valid, and an embedded file system has no other errors
	}
	for _, path := range files {
		data, err := fs.ReadFile(schemas.FS(), path)
		if err != nil {
			continue
		}
		f := &source.File{Path: path, Name: path, Key: source.Key(path)}
		if source.Parse(f, data, new(diag.List)); f.Root == nil {
			continue
		}
		if stated := f.Root.Get(keyEvent); stated != nil {
			infos[f.Key] = statedInfo(stated)
		}
	}
	return infos
})
