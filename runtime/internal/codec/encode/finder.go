package encode

import (
	"reflect"
	"strconv"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Finder finds what is kept of the elements of a list.
type Finder struct {
	list  *preserved.List
	texts map[uintptr]int // where a text is → its index
	lists map[uintptr]int
}

func NewFinder(k *preserved.List) *Finder {
	f := &Finder{list: k, texts: make(map[uintptr]int, len(k.Texts)), lists: make(map[uintptr]int, len(k.Lists))}
	for i, t := range k.Texts {
		f.texts[mem.Address(t.Text)] = i
	}
	for i, s := range k.Lists {
		f.lists[reflect.ValueOf(s.List).Elem().Pointer()] = i
	}
	return f
}

// text returns what is kept of the text.
func (f *Finder) text(s string) (preserved.Text, bool) {
	i, ok := f.texts[mem.Address(s)]
	if !ok || len(f.list.Texts[i].Text) != len(s) {
		return preserved.Text{}, false
	}
	return f.list.Texts[i], true
}

// Elements returns what is kept of elements of the slice at p, if it is as it was
// decoded.
func (f *Finder) Elements(n *program.Node, p mem.Ptr) []preserved.Element {
	if len(f.lists) == 0 || n.Elem.Kind != program.KindBool && n.Elem.Kind != program.KindSlice {
		return nil
	}
	i, ok := f.lists[n.Slice.Address(p)]
	if !ok || !n.Unchanged(p, mem.Of(f.list.Lists[i].Was)) {
		return nil
	}
	return f.list.Lists[i].Elements
}

// Element returns the JSON that the element at p was decoded from if it cannot
// show it, otherwise "", and whether the JSON has a form in the element. The
// element has the index i in its list, of whose spots those before are taken off.
func (f *Finder) Element(n *program.Node, p mem.Ptr, i int, spots *[]preserved.Element) (raw string, form bool) {
	switch n.Kind {
	case program.KindObject:
		return "", true
	case program.KindBool, program.KindSlice:
		if len(*spots) == 0 || (*spots)[0].Index != i {
			return "", true
		}
		raw, *spots = (*spots)[0].JSON, (*spots)[1:]
		return raw, n.Kind == program.KindBool && *p.Uint8() != 0
	default:
		kept, _ := f.text(*p.String())
		return kept.JSON, kept.Text != ""
	}
}

// unrepresentable returns, as an object by position, those elements of the slice at p
// that have no form there; "" if there are none.
func (f *Finder) unrepresentable(n *program.Node, p mem.Ptr) string {
	var b []byte
	spots := f.Elements(n, p)
	for i := range n.Slice.Len(p) {
		q := n.Slice.Index(p, i)
		raw, form := f.Element(n.Elem, q, i, &spots)
		switch {
		case raw == "" && n.Elem.Kind == program.KindSlice:
			raw = f.unrepresentable(n.Elem, q)
		case form || raw == "null":
			continue
		}
		if raw != "" {
			b = strconv.AppendInt(append(b, `,"`...), int64(i), 10)
			b = append(append(b, `":`...), raw...)
		}
	}
	if b == nil {
		return ""
	}
	b[0] = '{'
	return string(append(b, '}'))
}
