package model

import (
	"strconv"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
)

// EventPackage is the key of a data model's package. It keeps a data model called
// Common from sharing the package of the common concepts.
func EventPackage(dataModel string) string {
	if key := PackageKey(dataModel); key != CommonPackage {
		return key
	}
	return CommonPackage + "model"
}

// checkPackages refuses data models whose names differ in so little that they
// would share a package, whose DataModel is that of one. Those
// that the lock or the catalog knows come first.
func (b *builder) checkPackages() {
	type owner struct{ dataModel, where string }
	owners := make(map[string]owner)
	if !b.in.AllowBreaking { // which lets a data model be renamed
		for _, e := range orEmpty(b.in.Previous).Events {
			owners[EventPackage(e.DataModel)] = owner{e.DataModel, b.in.LockName}
		}
	}
	var events []*schema.Event
	for _, list := range [][]*schema.Event{b.in.Catalog, b.in.Events} {
		events = append(events, list...)
	}
	reported := make(map[string]bool)
	for _, e := range events {
		name := e.Info.DataModel
		first, ok := owners[EventPackage(name)]
		switch {
		case !ok:
			owners[EventPackage(name)] = owner{name, e.Root.Pos.File}
		case first.dataModel != name && !reported[name]:
			reported[name] = true
			b.diags.Add(diag.Diagnostic{Pos: e.Stated, Code: "one-package",
				Message: "the data models " + strconv.Quote(first.dataModel) + " (" + first.where + ") and " + strconv.Quote(name) + " would share the package " + EventPackage(name),
				Hint:    "spell both alike if they are one, or else give this one a name that differs in a letter or digit"})
		}
	}
}
