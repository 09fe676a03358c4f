package source

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/parallel"
)

// File is a parsed file.
type File struct {
	Path string // inside its layer, slash separated, without a directory that wraps everything
	Name string // what diagnostics call it
	Key  string // see Key
	Root *Value // nil when the file could not be parsed

	Overlays []*File // those of later layers that are laid over it, in order
}

// Tree is the files of all layers.
type Tree struct {
	Files []*File // sorted by Key
	byKey map[string]*File
}

// File returns the file at path, or nil.
func (t *Tree) File(path string) *File { return t.byKey[Key(path)] }

// Key returns what a file is known by across layers: two paths with the same
// key are the same file. An events directory at the top is optional, and case
// does not matter, as it does not on many disks.
func Key(path string) string {
	return strings.ToLower(strings.TrimPrefix(path, "events/"))
}

// Read reads the JSON files of all layers; a file of a later layer replaces
// that of an earlier one with the same Key, unless it is an overlay of it.
// visit, if not nil, is called for every parsed file, from several goroutines
// at once, and reports whether the file is an overlay.
// Everything that is wrong is in the list; the tree holds what could be read.
func Read(ctx context.Context, layers []Layer, visit func(*File, *diag.List) (overlay bool)) (*Tree, *diag.List) {
	diags := new(diag.List)
	jobs := map[string]*job{}
	for _, l := range layers {
		if ctx.Err() != nil {
			break
		}
		open, err := l.open()
		if err != nil {
			diags.Errorf(diag.Pos{File: l.name}, "unreadable", "name a directory or a zip archive of schemas", "cannot be read: %v", reason(err))
			continue
		}
		defer func() { _ = open.close() }() // opened for reading: closing has nothing to say
		found := new(diag.List)
		for key, j := range l.jobs(open.list(ctx, found), found) {
			j.below = jobs[key]
			jobs[key] = j
		}
		diags.Merge(found)
	}
	sorted := slices.SortedFunc(maps.Values(jobs), func(a, b *job) int { return cmp.Compare(a.file.Key, b.file.Key) })
	tree := &Tree{Files: make([]*File, len(sorted)), byKey: make(map[string]*File, len(sorted))}
	found := make([]diag.List, len(sorted)) // one each: their order does not depend on timing
	parallel.Do(len(sorted), func(i int) {
		tree.Files[i] = sorted[i].file
		if ctx.Err() == nil {
			tree.Files[i] = sorted[i].run(visit, &found[i])
		}
	})
	for i := range found {
		diags.Merge(&found[i])
		tree.byKey[tree.Files[i].Key] = tree.Files[i]
	}
	if ctx.Err() != nil {
		diags.Errorf(diag.Pos{}, "cancelled", "", "reading the schemas was stopped: %v", context.Cause(ctx))
	}
	return tree, diags
}

// job is a file that is still to be read.
type job struct {
	file  *File
	entry entry
	below *job // for the file of an earlier layer with the same key; nil if there is none
}

// jobs turns the entries of a layer into jobs by key.
func (l Layer) jobs(entries []entry, diags *diag.List) map[string]*job {
	if len(entries) == 0 {
		if !diags.HasErrors() {
			diags.Errorf(diag.Pos{File: l.name}, "no-schemas", "schema files are called <data model>/<event>.json", "there are no schema files here")
		}
		return nil
	}
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Compare(a.path, b.path) })
	wrapper := wrappingDir(entries)
	jobs := make(map[string]*job, len(entries))
	total := int64(0)
	for _, e := range entries {
		path := strings.TrimPrefix(e.path, wrapper)
		f := &File{Path: path, Name: joinName(l.name, e.path), Key: Key(path)}
		if e.size > MaxFileSize {
			diags.Errorf(l.pos(e.path), "too-large", "no schema of a message is that large: is this the right file?",
				"the file has %.1f MB; at most %d MB are read", float64(e.size)/(1<<20), MaxFileSize>>20)
			continue
		}
		if total += e.size; total > MaxTotalSize {
			diags.Errorf(l.pos(e.path), "too-large", "name the directory that holds only the schemas", "the files up to this one have more than %d MB", MaxTotalSize>>20)
			break
		}
		if first, ok := jobs[f.Key]; ok {
			diags.Errorf(l.pos(e.path), "duplicate-file", "remove one of them", "%s describes the same event", first.file.Name)
			continue
		}
		jobs[f.Key] = &job{file: f, entry: e}
	}
	return jobs
}

// wrappingDirectory returns the directory, slash included, that an archive of a
// whole directory has around everything, or "". Data models are directories too, so
// it is one only if there are directories inside it everywhere.
func wrappingDir(entries []entry) string {
	top, _, _ := strings.Cut(entries[0].path, "/")
	if top == "events" || top == "definitions" {
		return ""
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.path, top+"/") || strings.Count(e.path, "/") < 2 {
			return ""
		}
	}
	return top + "/"
}

// run reads and parses the file, and those that it is an overlay of. It returns the
// lowest of them.
func (j *job) run(visit func(*File, *diag.List) bool, diags *diag.List) *File {
	data, err := readEntry(j.entry)
	if err != nil {
		diags.Errorf(diag.Pos{File: j.file.Name}, "unreadable", "", "cannot be read: %v", reason(err))
		return j.file
	}
	Parse(j.file, data, diags)
	if j.file.Root == nil || visit == nil || !visit(j.file, diags) || j.below == nil {
		return j.file
	}
	lowest := j.below.run(visit, diags)
	lowest.Overlays = append(lowest.Overlays, j.file)
	return lowest
}
