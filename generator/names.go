package generator

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/emit"
	"github.com/redoxgen/redoxgen/generator/internal/lock"
)

// DroppedError is the error for code that an earlier run generated into the
// directory and that would be removed: of events that Options no longer choose,
// and files that the name lock does not explain, because the lock is lost or
// belongs to another directory. Options.Prune allows the removal.
type DroppedError struct {
	Events []string // in wire names, such as "Results.New"
	Files  []string // paths on disk
}

// Error names the first of the events and of the files and counts the others.
func (e *DroppedError) Error() string {
	var parts []string
	if len(e.Events) > 0 {
		parts = append(parts, some(e.Events)+" generated here and not chosen now")
	}
	if len(e.Files) > 0 {
		parts = append(parts, some(e.Files)+" generated here, and the name lock does not say for what")
	}
	return strings.Join(parts, "; ")
}

// some names the first of a list, counts the others, and goes on with a verb.
func some(list []string) string {
	switch others := len(list) - 1; others {
	case 0:
		return list[0] + " was"
	case 1:
		return list[0] + " and " + list[1] + " were"
	default:
		return fmt.Sprintf("%s and %d others were", list[0], others)
	}
}

// dropped is a name that the lock has from an earlier run and that is not generated now.
type dropped struct {
	what string // such as "event order.New"
	file string // slash separated, below the output directory
	wire string // of an event that is there to be chosen and was not; "" otherwise
}

// dropped compares the lock of the earlier run with what is generated now:
// events first, both in the order of the lock.
func (b *built) dropped() []dropped {
	generated := make(map[lock.Ident]bool)
	for _, p := range b.model.Packages {
		for _, e := range p.Events {
			generated[b.names.Ident(e.Struct)] = true
		}
		for _, c := range p.Concepts {
			generated[b.names.Ident(c)] = true
		}
	}
	removed := make(map[lock.Wire]bool)
	for _, e := range b.model.RemovedEvents {
		removed[e] = true
	}
	var list []dropped
	reserved := emit.Reserved()
	for _, e := range b.input.Previous.Events {
		if generated[e.Go] {
			continue
		}
		d := dropped{what: "event " + e.Go.String(), file: reserved.EventPath(e.Go)}
		if !removed[e.Wire()] { // a diagnostic reports those
			d.wire = e.Wire().String()
		}
		list = append(list, d)
	}
	for _, t := range b.input.Previous.Types {
		if !generated[t.Go] {
			list = append(list, dropped{what: "type " + t.Go.String(), file: reserved.ConceptPath(t.Go)})
		}
	}
	return list
}

// prune lists what is removed, and refuses what Options.Prune has to allow.
func (c *comparison) prune(dir string, r *Result) {
	gone, known := make(map[string]bool), make(map[string]bool)
	for path := range r.known {
		known[filepath.Join(dir, filepath.FromSlash(path))] = true
	}
	dropped := new(DroppedError)
	for _, ch := range c.out.Changes {
		if ch.New != nil {
			continue
		}
		gone[ch.Path] = true
		if !known[ch.Path] {
			dropped.Files = append(dropped.Files, ch.Path)
		}
	}
	for _, n := range r.dropped {
		if !gone[filepath.Join(dir, filepath.FromSlash(n.file))] {
			continue
		}
		c.out.Pruned = append(c.out.Pruned, n.what)
		if n.wire != "" {
			dropped.Events = append(dropped.Events, n.wire)
		}
	}
	if len(dropped.Events)+len(dropped.Files) > 0 && !r.prune {
		c.problem(dropped)
	}
}

// Added lists the names in the name lock after that are not in before, one a line:
// events, types, and fields of events and types that both have.
func Added(before, after []byte) []string {
	a := additions{known: make(map[string]bool)}
	a.all(lock.Parse("", before, new(diag.List)))
	a.list = nil
	a.all(lock.Parse("", after, new(diag.List)))
	return a.list
}

// additions collects names that it has not seen before.
type additions struct {
	known map[string]bool
	list  []string
}

func (a *additions) all(l *lock.Lock) {
	for _, e := range l.Events {
		a.one("event", e.Go, e.Fields)
	}
	for _, t := range l.Types {
		a.one("type", t.Go, t.Fields)
	}
}

func (a *additions) one(what string, id lock.Ident, fields []lock.Field) {
	fresh := a.add(id.String(), what+" "+id.String())
	for _, f := range fields {
		name := id.String() + "." + f.Go
		if fresh {
			a.known[name] = true
		} else {
			a.add(name, fmt.Sprintf("field %s %s", name, f.Kind))
		}
	}
}

// add lists a name unless it is known, and reports whether it was new.
func (a *additions) add(name, line string) bool {
	if a.known[name] {
		return false
	}
	a.known[name] = true
	a.list = append(a.list, line)
	return true
}
