package decode

import (
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// preserveMember preserves what the field does not show of the member's value,
// which is between i and end.
func (d *decoder) preserveMember(m *objectState, index int, fidelity preserved.Fidelity, i, end int) {
	f := preserved.Field{Fidelity: fidelity}
	switch fidelity {
	case preserved.Coerced:
		if r := &m.o.Members[index]; r.Kind != program.KindBool {
			f.Text = *m.dst.Field(r.Field).String()
		}
		f.JSON = d.holdJSON(f.Text, i, end)
	case preserved.Unrepresentable:
		f.JSON = d.Hold(d.In.Text(i, end))
	case preserved.InElements:
		f.List = d.lastList
	}
	d.preserveField(m, index, f)
}

// preserveField preserves f of the member with the index.
func (d *decoder) preserveField(m *objectState, index int, f preserved.Field) {
	f.Index = int(m.o.Fields[index])
	d.Preserve(m.dst).Set(f)
}

// preserveElement preserves what the element at q does not show of its value,
// which is between i and end.
func (d *decoder) preserveElement(a *arrayState, q mem.Ptr, fidelity preserved.Fidelity, i, end int) {
	switch kind := a.node.Elem.Kind; {
	case fidelity == preserved.Empty:
		// An element is always written, so its zero value says enough.
	case fidelity == preserved.InElements:
		a.preserved = a.preserved.Join(d.lastList)
	case kind == program.KindObject:
		d.Preserve(q).More().Original = d.Hold(d.In.Text(i, end))
	case kind == program.KindBool || kind == program.KindSlice:
		a.elements = append(a.elements, preserved.Element{Index: a.count, JSON: d.Hold(d.In.Text(i, end))})
	default:
		p := q.String()
		raw := d.holdJSON(*p, i, end)
		if fidelity != preserved.Coerced {
			*p = raw[:0]
		}
		if a.preserved == nil {
			a.preserved = new(preserved.List)
		}
		a.preserved.Texts = append(a.preserved.Texts, preserved.Text{Text: *p, JSON: raw})
	}
}

// holdJSON holds the JSON between i and end. It is the text itself if that is the
// same.
func (d *decoder) holdJSON(text string, i, end int) string {
	if raw := d.In.Text(i, end); raw != text {
		return d.Hold(raw)
	}
	return text
}

// list returns what is preserved of the array, whose slice is complete; nil for
// nothing.
func (a *arrayState) list() *preserved.List {
	if a.elements != nil {
		a.preserved = a.preserved.Join(&preserved.List{Lists: []preserved.Elements{a.node.Preserve(a.dst, a.elements)}})
	}
	return a.preserved
}
