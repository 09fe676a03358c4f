package codec

import (
	"slices"
	"strconv"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// report turns findings into violations, in the order of the message.
func (d *decoder) report(root *node) Findings {
	if d.duplicates > 0 {
		d.judgeLast(root)
	}
	for _, v := range d.invalid {
		d.note(finding{at: v.at, rule: ruleType, want: v.want, got: v.got})
	}
	if d.outgoing {
		d.noteNotUTF8()
	}
	if d.total == 0 {
		return Findings{}
	}
	slices.SortStableFunc(d.found, func(a, b finding) int { return a.at - b.at })
	w := pathWalker{root: root, found: d.found, out: make([]Violation, 0, len(d.found))}
	w.d.In = mem.NewInput(d.src)
	w.value(w.d.Start())
	return Findings{Listed: w.out, Total: d.total, Errors: d.errors}
}

// judgeLast redoes the findings of a message in which a member occurs twice:
// only the last one counts, but both were checked in passing. The pass over
// the message without the others is the exception that keeps the rule fast.
func (d *decoder) judgeLast(root *node) {
	last := jsontext.StripDuplicates(d.src, d.duplicates)

	again := newDecoder(d.src)
	defer again.release()
	again.spare, d.spare = d.spare, nil
	again.limitTo(unlimited) // d's was
	again.In = mem.NewInput(last.Text)
	again.sending, again.replaced = d.sending, last.Positions(d.replaced)
	if again.document(root, mem.Ptr{}) != nil {
		return
	}
	kept := d.found[:0]
	for _, f := range d.found {
		if f.rule == RuleDuplicate {
			kept = append(kept, f)
		}
	}
	d.total, d.errors = again.total+d.duplicates, again.errors
	d.found, d.onlyErrors = kept, false
	for _, f := range again.found {
		f.at = last.Origin(f.at)
		d.list(f)
	}
}

// pathWalker walks a message once and gives every finding its path.
type pathWalker struct {
	d     decoder
	root  *node
	steps []step    // that path is made of
	found []finding // those still without a path
	path  []byte
	out   []Violation
}

// value walks the value at i and returns the position behind it.
func (w *pathWalker) value(i int) int {
	w.resolve(i)
	if len(w.found) == 0 {
		return i
	}
	switch w.d.In.At(i) {
	case '{':
		return w.object(i)
	case '[':
		return w.array(i)
	default:
		return w.d.SkipValue(i)
	}
}

func (w *pathWalker) object(i int) int {
	return w.d.EachMember(i, func(name string, at, value int) int {
		mark := len(w.path)
		w.member(name)
		w.resolve(at)
		return w.below(value, mark)
	})
}

func (w *pathWalker) array(i int) int {
	return w.d.EachElement(i, func(index, value int) int {
		mark := len(w.path)
		w.path = append(w.path, '[')
		w.path = strconv.AppendInt(w.path, int64(index), 10)
		w.path = append(w.path, ']')
		w.steps = append(w.steps, step{index: index})
		return w.below(value, mark)
	})
}

// below walks the value at i, to which the last step leads, and goes back to
// where the path had mark bytes. It ends the walk when every finding has a path.
func (w *pathWalker) below(i, mark int) int {
	end := w.value(i)
	w.path, w.steps = w.path[:mark], w.steps[:len(w.steps)-1]
	if len(w.found) == 0 {
		return -1
	}
	return end
}

// member goes to a member of the object at the path.
func (w *pathWalker) member(name string) {
	known := !showable(name) && w.root.knows(w.steps, name) // most names need no look at the schema
	w.path = appendOther(w.path, name, known)
	w.steps = append(w.steps, step{name: name, index: -1})
}

// resolve writes the violations whose finding stands at i.
func (w *pathWalker) resolve(i int) {
	for len(w.found) > 0 && w.found[0].at == i {
		f := w.found[0]
		w.found = w.found[1:]
		path := w.path
		if f.member != "" || f.rule == ruleRequired {
			path = appendMember(slices.Clip(path), f.member)
		}
		if f.allowed != 0 {
			f.want = f.allowed.String()
		}
		if f.found != 0 {
			f.got = f.found.String()
		}
		v := Violation{Path: string(path), Rule: f.rule, Want: f.want, Got: f.got, Severity: f.severity}
		w.out = append(w.out, v)
	}
}
