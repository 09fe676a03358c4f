// Package generator makes typed Go packages from Redox's data-model schemas.
// Generate is a pure function from schemas to files in memory; Write puts them
// on disk. The command, the checks for drift and the tests share both.
package generator

import (
	"cmp"
	"context"
	"slices"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/emit"
	"github.com/redoxgen/redoxgen/generator/internal/lock"
	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/generator/internal/naming"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
	"github.com/redoxgen/redoxgen/generator/internal/source"
	"github.com/redoxgen/redoxgen/schemas"
)

// Diagnostic is a finding about the input.
type Diagnostic = diag.Diagnostic

// Option is the name of an option as diagnostics spell it, for callers whose users
// know it by another name.
type Option = diag.Option

// The options that diagnostics speak of.
const (
	OptionEvents        = diag.Events
	OptionImportPath    = diag.ImportPath
	OptionAllowBreaking = diag.AllowBreaking
)

// File is a generated file; its path is slash separated and relative.
type File = emit.File

// LockFile is the usual name of the file with Result.Lock.
const LockFile = "redoxgen.lock"

// Result is what Generate made.
type Result struct {
	Files       []File // sorted by path; none when there are errors
	Lock        []byte // Options.Lock of the next run
	LockedNames int    // how many names the lock holds
	Packages    []PackageSummary
	Diagnostics []Diagnostic // sorted by position

	previous []byte          // Options.Lock
	known    map[string]bool // paths of the files that Options.Lock explains
	dropped  []dropped       // what Options.Lock has and is not generated
	prune    bool
}

// PackageSummary counts what a generated package holds.
type PackageSummary struct {
	Name   string
	Events int
	Types  int // concepts; events not included
}

// HasErrors reports whether a diagnostic is an error; then there are no files.
func (r *Result) HasErrors() bool {
	for _, d := range r.Diagnostics {
		if d.Severity == diag.Error {
			return true
		}
	}
	return false
}

// Generate makes the Go packages for the chosen events. It reads nothing but
// its sources and writes nothing; the same input gives the same bytes.
// Whatever is wrong with the input is in Result.Diagnostics; the error is for
// a cancelled context or a fault of the generator itself.
func Generate(ctx context.Context, o Options) (*Result, error) {
	b, err := o.build(ctx)
	if err != nil {
		return nil, err
	}
	if b.diags.HasErrors() {
		return &Result{Diagnostics: b.diags.Sorted()}, nil
	}
	files, err := emit.Files(ctx, b.model, b.names)
	if err != nil {
		return nil, err
	}
	locked := b.own.Overlay(b.names.Lock(b.model))
	locked.Choices = o.Choices.locked()
	return &Result{
		Files:       files,
		Lock:        lock.Format(locked),
		LockedNames: locked.Names(),
		Packages:    summary(b.model, b.names),
		Diagnostics: b.diags.Sorted(),
		previous:    o.Lock,
		known:       emit.Reserved().Paths(b.input.Previous),
		dropped:     b.dropped(),
		prune:       o.Prune,
	}, nil
}

// built is the state of a run before Go code is written.
type built struct {
	input model.Input
	own   *lock.Lock // what of input.Previous stays
	model *model.Model
	names *naming.Names
	diags *diag.List
}

// build runs the stages up to naming. The result is incomplete if its diags have
// errors.
func (o *Options) build(ctx context.Context) (*built, error) {
	b := &built{diags: new(diag.List)}
	if err := b.load(ctx, o); err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	importPath := o.importPath(b.diags)
	if !b.diags.HasErrors() {
		b.resolve(importPath)
	}
	return b, nil
}

// mostPasses bounds how often a model is built. Two are usual where there are
// new names.
const mostPasses = 6

// resolve builds the model and names it until both agree with the lock that they
// lead to, so that the next run, which has that lock, gives the same: the schemas
// that a type stands for can depend on what is locked.
func (b *built) resolve(importPath string) {
	in := b.input
	known := in.Lock
	fresh := true // what this pass finds is not what the one before found
	for pass := 0; pass < mostPasses; {
		found := new(diag.List)
		b.model = model.Build(in, found)
		if fresh || found.HasErrors() {
			b.diags.Merge(found)
		}
		if b.diags.HasErrors() {
			return
		}
		if fresh = len(b.model.Released) > 0; fresh {
			known = known.WithoutKinds(b.model.Released)
			in.Lock = known
			continue
		}
		pass++
		b.names = emit.Reserved().Assign(b.model, in.Lock, b.own, importPath)
		locked := known.Overlay(b.names.Lock(b.model))
		if in.Lock.Equal(locked) {
			return
		}
		in.Lock = locked
	}
}

// load reads everything that the model is made from.
func (b *built) load(ctx context.Context, o *Options) error {
	in := model.Input{AllowBreaking: o.AllowBreaking}
	catalog, found := schema.Load(ctx, schema.Options{Literal: o.Literal})
	in.Catalog, in.Events = catalog.Events, catalog.Events
	if len(o.Sources) > 0 {
		layers := make([]source.Layer, len(o.Sources))
		for i, s := range o.Sources {
			layers[i] = s.layer
		}
		var set *schema.Set
		set, found = schema.Load(ctx, schema.Options{Layers: layers, Catalog: catalog, Literal: o.Literal})
		in.Events = set.Events
	}
	b.diags.Merge(found)
	sets, err := schemas.ValueSets()
	if err != nil {
		return err
	}
	for _, v := range sets {
		in.ValueSets = append(in.ValueSets, &model.ValueSet{ValueSet: v})
	}
	if in.Counterparts, err = schemas.Counterparts(); err != nil {
		return err
	}
	if in.Classes, err = schemas.Classes(); err != nil {
		return err
	}
	known := lock.Parse("schemas/"+LockFile, schemas.Lock(), b.diags)
	if o.Literal {
		known = known.WithoutScalars()
	}
	in.LockName = cmp.Or(o.LockName, LockFile)
	in.Previous = lock.Parse(in.LockName, o.Lock, b.diags)
	emit.Reserved().CheckLock(in.Previous, in.LockName, b.diags)
	b.own = retained(in, in.Previous)
	in.Lock = known.Overlay(b.own)
	in.Select = o.selection(in, b.diags)
	b.input = in
	return nil
}

// retained returns what stays of the previous lock: all of it, so that events that
// are not chosen now keep their names for later, except for events that no schema
// describes any more where Options.AllowBreaking allows that.
func retained(in model.Input, previous *lock.Lock) *lock.Lock {
	if !in.AllowBreaking {
		return previous
	}
	known := make(map[lock.Wire]bool, len(in.Events))
	for _, e := range slices.Concat(in.Events, in.Catalog) {
		known[e.Info.Wire()] = true
	}
	out := &lock.Lock{Types: previous.Types, Sets: previous.Sets}
	for _, e := range previous.Events {
		if known[e.Wire()] {
			out.Events = append(out.Events, e)
		}
	}
	return out
}

func summary(m *model.Model, names *naming.Names) []PackageSummary {
	list := make([]PackageSummary, len(m.Packages))
	for i, p := range m.Packages {
		list[i] = PackageSummary{Name: names.Package(p), Events: len(p.Events), Types: len(p.Concepts)}
	}
	return list
}
