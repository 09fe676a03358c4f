package codec

import (
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// oddElement remembers what an element was.
func (d *decoder) oddElement(a *arrayState, q mem.Ptr, o preserved.Fidelity, i, end int) {
	switch kind := a.node.elem.kind; {
	case o == preserved.Empty:
		// An element is always written, so its zero value says enough.
	case o == preserved.InElements:
		a.kept = a.kept.Join(d.lastList)
	case kind == KindObject:
		d.Preserve(q).More().Original = d.Hold(d.In.Text(i, end))
	case kind == KindBool || kind == KindSlice:
		a.spots = append(a.spots, preserved.Element{Index: a.count, JSON: d.Hold(d.In.Text(i, end))})
	default:
		p := q.String()
		raw := d.holdRaw(*p, i, end)
		if o != preserved.Coerced {
			*p = raw[:0]
		}
		if a.kept == nil {
			a.kept = new(preserved.List)
		}
		a.kept.Texts = append(a.kept.Texts, preserved.Text{Text: *p, JSON: raw})
	}
}

// holdRaw returns the text between i and end, which was read as the text p.
func (d *decoder) holdRaw(p string, i, end int) string {
	if raw := d.In.Text(i, end); raw != p {
		return d.Hold(raw)
	}
	return p
}

// keptList is what is kept of the array, whose slice is complete; nil for
// nothing.
func (a *arrayState) keptList() *preserved.List {
	if a.spots != nil {
		a.kept = a.kept.Join(&preserved.List{Lists: []preserved.Elements{a.node.elementsOf(a.dst, a.spots)}})
	}
	return a.kept
}
