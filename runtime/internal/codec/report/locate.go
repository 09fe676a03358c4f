package report

import (
	"github.com/redoxgen/redoxgen/internal/fieldpath"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Schema is what a message was validated by.
type Schema interface {
	// Knows reports whether the schema names a member of the object that the
	// steps lead to from the message.
	Knows(steps []Step, name string) bool
}

// Step leads from an object to a member, or from an array to an element.
type Step struct {
	Name  string
	Index int // -1 for a member
}

// locator walks a message once and gives every finding its path.
type locator struct {
	jsontext.Scanner
	schema Schema
	steps  []Step    // that path is made of
	found  []Finding // those without a path yet
	path   []byte
	out    []Violation
}

// Locate returns found, which is in the order of src, as violations.
func Locate(src []byte, found []Finding, schema Schema) []Violation {
	w := locator{schema: schema, found: found, out: make([]Violation, 0, len(found))}
	w.In = mem.NewInput(src)
	w.value(w.Start())
	return w.out
}

// value walks the value at i and returns the position behind it.
func (w *locator) value(i int) int {
	w.resolve(i)
	if len(w.found) == 0 {
		return i
	}
	switch w.In.At(i) {
	case '{':
		return w.object(i)
	case '[':
		return w.array(i)
	default:
		return w.SkipValue(i)
	}
}

func (w *locator) object(i int) int {
	return w.EachMember(i, func(name string, at, value int) int {
		mark := len(w.path)
		known := !IsShown(name) && w.schema.Knows(w.steps, name) // most names need no look at the schema
		w.path = AppendName(w.path, name, known)
		w.steps = append(w.steps, Step{Name: name, Index: -1})
		w.resolve(at)
		return w.below(value, mark)
	})
}

func (w *locator) array(i int) int {
	return w.EachElement(i, func(index, value int) int {
		mark := len(w.path)
		w.path = fieldpath.AppendIndex(w.path, index)
		w.steps = append(w.steps, Step{Index: index})
		return w.below(value, mark)
	})
}

// below walks the value at i, to which the last step leads, and goes back to
// where the path had mark bytes. It ends the walk when every finding has a path.
func (w *locator) below(i, mark int) int {
	end := w.value(i)
	w.path, w.steps = w.path[:mark], w.steps[:len(w.steps)-1]
	if len(w.found) == 0 {
		return -1
	}
	return end
}

// resolve writes the violations whose finding is at i.
func (w *locator) resolve(i int) {
	for len(w.found) > 0 && w.found[0].At == i {
		w.out = append(w.out, w.found[0].violation(w.path))
		w.found = w.found[1:]
	}
}
