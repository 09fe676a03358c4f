package decode

import (
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// preserveElement remembers what an element was.
func (d *decoder) preserveElement(a *arrayState, q mem.Ptr, o preserved.Fidelity, i, end int) {
	switch kind := a.node.Elem.Kind; {
	case o == preserved.Empty:
		// An element is always written, so its zero value says enough.
	case o == preserved.InElements:
		a.preserved = a.preserved.Join(d.lastList)
	case kind == program.KindObject:
		d.Preserve(q).More().Original = d.Hold(d.In.Text(i, end))
	case kind == program.KindBool || kind == program.KindSlice:
		a.elements = append(a.elements, preserved.Element{Index: a.count, JSON: d.Hold(d.In.Text(i, end))})
	default:
		p := q.String()
		raw := d.holdJSON(*p, i, end)
		if o != preserved.Coerced {
			*p = raw[:0]
		}
		if a.preserved == nil {
			a.preserved = new(preserved.List)
		}
		a.preserved.Texts = append(a.preserved.Texts, preserved.Text{Text: *p, JSON: raw})
	}
}

// holdJSON returns the text between i and end, which was read as the text p.
func (d *decoder) holdJSON(p string, i, end int) string {
	if raw := d.In.Text(i, end); raw != p {
		return d.Hold(raw)
	}
	return p
}

// keptList is what is kept of the array, whose slice is complete; nil for
// nothing.
func (a *arrayState) keptList() *preserved.List {
	if a.elements != nil {
		a.preserved = a.preserved.Join(&preserved.List{Lists: []preserved.Elements{a.node.Preserve(a.dst, a.elements)}})
	}
	return a.preserved
}
