package naming

import (
	"cmp"
	"slices"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/lock"
	"github.com/redoxgen/redoxgen/generator/internal/model"
)

// CheckLock reports where two entries of a lock claim one name that is not
// written in it but follows from what is: the functions and the builder that
// come with an event, the methods of a builder, the constants of a value set.
// A run writes no such lock, but a merge can make one of two.
func (r Reserved) CheckLock(l *lock.Lock, file string, diags *diag.List) {
	c := conflicts{reserved: r.packageScope(), file: file, diags: diags}
	c.declarations(l)
	for i := range l.Events {
		c.methods(&l.Events[i])
	}
}

type conflicts struct {
	reserved scope
	file     string
	diags    *diag.List
}

// entry is what a line of the lock declares in a package.
type entry struct {
	pkg, what string
	ids       []string
	line      int
}

func (c *conflicts) declarations(l *lock.Lock) {
	var entries []entry
	for _, e := range l.Events {
		entries = append(entries, entry{e.Go.Package, "event " + e.Go.String(), append([]string{e.Go.Name}, derivedFromEvent(e.Go.Name)...), e.Line})
	}
	for _, t := range l.Types {
		entries = append(entries, entry{t.Go.Package, "type " + t.Go.String(), []string{t.Go.Name}, t.Line})
	}
	for _, s := range l.Sets {
		for _, v := range s.Values {
			id := cmp.Or(v.Go, obviousConstant(s.Go.Name, v.JSON))
			entries = append(entries, entry{s.Go.Package, "value " + v.JSON + " of set " + s.Go.String(), []string{id}, v.Line})
		}
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(a.line, b.line) })
	taken := make(map[lock.Ident]entry)
	for _, e := range entries {
		c.declare(taken, e)
	}
}

// declare notes the names of e, unless one of them is taken.
func (c *conflicts) declare(taken map[lock.Ident]entry, e entry) {
	for _, id := range e.ids {
		if c.reserved[id] != "" {
			c.errorf(e.line, "restore the lock from version control", "%s cannot have the name %s, which every package has", e.what, id)
			return
		}
		if first, ok := taken[lock.Ident{Package: e.pkg, Name: id}]; ok {
			c.errorf(e.line, lock.KeepOne, "the name %s of package %s is that of %s in line %d, and cannot be that of %s",
				id, e.pkg, first.what, first.line, e.what)
			return
		}
	}
	for _, id := range e.ids {
		taken[lock.Ident{Package: e.pkg, Name: id}] = e
	}
}

// methods checks the methods of an event's builder.
func (c *conflicts) methods(e *lock.Event) {
	taken := make(map[string]lock.Field)
	for _, f := range e.Fields {
		if model.IsEnvelope(f.JSON, f.Kind.IsType(), f.Kind.Slices()) {
			continue // it has none
		}
		id := cmp.Or(f.Method, obviousMethod(f.Go, f.Kind.Slices() > 0))
		if first, ok := taken[id]; ok {
			c.errorf(f.Line, lock.KeepOne, "the method %s of the builder of %s is that of %q in line %d, and cannot be that of %q",
				id, e.Go, first.JSON, first.Line, f.JSON)
			continue
		}
		taken[id] = f
	}
}

func (c *conflicts) errorf(line int, hint, format string, args ...any) {
	c.diags.Errorf(diag.Pos{File: c.file, Line: line, Col: 1}, "lock-conflict", hint, format, args...)
}
