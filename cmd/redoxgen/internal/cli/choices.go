package cli

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator"
)

// everything are the patterns that choose all events.
var everything = []string{"*", "*.*"}

// choices returns what to generate from: what the flags say, and where a flag is
// not given what the name lock says of the run before.
func (f *targetFlags) choices(before generator.Choices) generator.Choices {
	c := before
	if f.given("events") {
		c.Events = nil
		for pattern := range strings.SplitSeq(strings.Join(f.events, ","), ",") {
			if pattern = strings.TrimSpace(pattern); pattern != "" {
				c.Events = append(c.Events, pattern)
			}
		}
		if slices.ContainsFunc(c.Events, func(p string) bool { return slices.Contains(everything, p) }) {
			c.Events = nil
		}
	}
	if f.given("schemas") {
		c.Schemas = f.toLock(f.schemas)
		if slices.Equal(c.Schemas, []string{catalogWord}) {
			c.Schemas = nil
		}
	}
	if f.given("import-path") {
		c.ImportPath = f.importPath
	}
	if f.given("literal") {
		c.Literal = f.literal
	}
	return c
}

// toLock makes relative paths of schemas relative to the directory of the name
// lock, which is the same for everybody who has it.
func (f *targetFlags) toLock(paths []string) []string {
	list := slices.Clone(paths)
	for i, path := range list {
		if path == catalogWord || filepath.IsAbs(path) {
			continue
		}
		from, err := filepath.Abs(filepath.Dir(f.lockPath()))
		if err != nil {
			continue
		}
		to, err := filepath.Abs(path)
		if err != nil {
			continue
		}
		if rel, err := filepath.Rel(from, to); err == nil {
			list[i] = filepath.ToSlash(rel)
		}
	}
	return list
}

// fromLock is the reverse of toLock.
func (f *targetFlags) fromLock(paths []string) []string {
	list := slices.Clone(paths)
	for i, path := range list {
		if path != catalogWord && !filepath.IsAbs(filepath.FromSlash(path)) {
			list[i] = filepath.Join(filepath.Dir(f.lockPath()), filepath.FromSlash(path))
		}
	}
	return list
}
