package generator

import (
	"fmt"
	"path/filepath"

	"github.com/redoxgen/redoxgen/generator/internal/lock"
	"github.com/redoxgen/redoxgen/generator/internal/naming"
)

// LeftOutError is the error for code of events that an earlier run generated
// into the folder and that would be removed, since Options do not choose them
// any more. Options.Prune removes it.
type LeftOutError struct {
	Events []string // in wire names, such as "Results.New"
}

// Error names the first of the events and counts the others.
func (e *LeftOutError) Error() string {
	switch others := len(e.Events) - 1; others {
	case 0:
		return e.Events[0] + " was generated here and is not in --events"
	case 1:
		return e.Events[0] + " and " + e.Events[1] + " were generated here and are not in --events"
	default:
		return fmt.Sprintf("%s and %d others were generated here and are not in --events", e.Events[0], others)
	}
}

// retired is a name that the lock has from an earlier run and that is not generated now.
type retired struct {
	what string // such as "event order.New"
	file string // slash separated, below the output folder
	wire string // of an event that is there to be chosen and was not; "" otherwise
}

// retired compares the lock of the earlier run with what is generated now:
// events first, both in the order of the lock.
func (b *built) retired() []retired {
	generated := make(map[lock.Ident]bool)
	for _, p := range b.model.Packages {
		for _, e := range p.Events {
			generated[b.names.Ident(e.Struct)] = true
		}
		for _, c := range p.Concepts {
			generated[b.names.Ident(c)] = true
		}
	}
	vanished := make(map[lock.Wire]bool)
	for _, e := range b.model.Vanished {
		vanished[e] = true
	}
	var list []retired
	for _, e := range b.input.Previous.Events {
		if generated[e.Go] {
			continue
		}
		r := retired{what: "event " + e.Go.String(), file: naming.EventPath(e.Go)}
		if !vanished[e.Wire()] { // of those a diagnostic has told
			r.wire = e.Wire().String()
		}
		list = append(list, r)
	}
	for _, t := range b.input.Previous.Types {
		if !generated[t.Go] {
			list = append(list, retired{what: "type " + t.Go.String(), file: naming.ConceptPath(t.Go)})
		}
	}
	return list
}

// prune names what is removed, and refuses to remove events that nobody said
// should go.
func (c *comparison) prune(dir string, r *Result) {
	removed := make(map[string]bool)
	for _, ch := range c.out.Changes {
		if ch.New == nil {
			removed[ch.Path] = true
		}
	}
	leftOut := new(LeftOutError)
	for _, n := range r.retired {
		if !removed[filepath.Join(dir, filepath.FromSlash(n.file))] {
			continue
		}
		c.out.Pruned = append(c.out.Pruned, n.what)
		if n.wire != "" {
			leftOut.Events = append(leftOut.Events, n.wire)
		}
	}
	if len(leftOut.Events) > 0 && !r.prune {
		c.problem(leftOut)
	}
}
