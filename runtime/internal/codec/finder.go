package codec

import (
	"reflect"
	"strconv"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// finder finds what is kept of the elements of a list.
type finder struct {
	list  *preserved.List
	texts map[uintptr]int // where a text is → its index
	lists map[uintptr]int
}

func newFinder(k *preserved.List) *finder {
	f := &finder{list: k, texts: make(map[uintptr]int, len(k.Texts)), lists: make(map[uintptr]int, len(k.Lists))}
	for i, t := range k.Texts {
		f.texts[mem.Address(t.Text)] = i
	}
	for i, s := range k.Lists {
		f.lists[reflect.ValueOf(s.List).Elem().Pointer()] = i
	}
	return f
}

// text returns what is kept of the text.
func (f *finder) text(s string) (preserved.Text, bool) {
	i, ok := f.texts[mem.Address(s)]
	if !ok || len(f.list.Texts[i].Text) != len(s) {
		return preserved.Text{}, false
	}
	return f.list.Texts[i], true
}

// spots returns what is kept of elements of the slice at p, if it is as it was
// decoded.
func (f *finder) spots(n *node, p mem.Ptr) []preserved.Element {
	if len(f.lists) == 0 || n.elem.kind != KindBool && n.elem.kind != KindSlice {
		return nil
	}
	i, ok := f.lists[n.slice.Address(p)]
	if !ok || !n.unchanged(p, mem.Of(f.list.Lists[i].Was)) {
		return nil
	}
	return f.list.Lists[i].Elements
}

// element returns the JSON that the element at p was decoded from if it cannot
// show it, otherwise "", and whether the JSON has a form in the element. The
// element has the index i in its list, of whose spots those before are taken off.
func (f *finder) element(n *node, p mem.Ptr, i int, spots *[]preserved.Element) (raw string, form bool) {
	switch n.kind {
	case KindObject:
		return "", true
	case KindBool, KindSlice:
		if len(*spots) == 0 || (*spots)[0].Index != i {
			return "", true
		}
		raw, *spots = (*spots)[0].JSON, (*spots)[1:]
		return raw, n.kind == KindBool && *p.Uint8() != 0
	default:
		kept, _ := f.text(*p.String())
		return kept.JSON, kept.Text != ""
	}
}

// formless returns, as an object by position, those elements of the slice at p
// that have no form there; "" if there are none.
func (f *finder) formless(n *node, p mem.Ptr) string {
	var b []byte
	spots := f.spots(n, p)
	for i := range n.slice.Len(p) {
		q := n.slice.Index(p, i)
		raw, form := f.element(n.elem, q, i, &spots)
		switch {
		case raw == "" && n.elem.kind == KindSlice:
			raw = f.formless(n.elem, q)
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
