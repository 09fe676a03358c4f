package codec

import (
	"reflect"
	"strconv"

	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// What an element of a list cannot show belongs to that element, wherever it is
// moved. Structs keep it themselves. Of an element that is a text it is found by
// the place of the text in memory, which nothing but the element and its copies
// refer to; the empty text that stands for a value without a form has such a
// place as well. Booleans and lists in lists have none: what they were is known
// as long as nothing in their list changed.

// keptList is what the elements of a list, and of lists in it, cannot show.
type keptList struct {
	texts []keptText
	lists []keptSpots
}

// keptText is an element that is a text, and the JSON that it was decoded from.
type keptText struct {
	was string // empty if raw has no form
	raw string
}

// keptSpots is a list with elements that are no texts, and no objects either.
type keptSpots struct {
	list  any // points to a slice of the elements themselves
	was   any // points to a slice of copies, as they were decoded
	spots []keptSpot
}

type keptSpot struct {
	index int
	raw   string
}

// oddElement remembers what an element was.
func (d *decoder) oddElement(a *arrayState, q mem.Ptr, o odd, i, end int) {
	switch kind := a.node.elem.kind; {
	case o == oddEmpty:
		// An element is always written, so its zero value says enough.
	case o == oddList:
		a.kept = a.kept.join(d.lastList)
	case kind == KindObject:
		d.keep(q).more().self = d.hold(d.In.Text(i, end))
	case kind == KindBool || kind == KindSlice:
		a.spots = append(a.spots, keptSpot{a.count, d.hold(d.In.Text(i, end))})
	default:
		p := q.String()
		raw := d.holdRaw(*p, i, end)
		if o != oddRaw {
			*p = raw[:0]
		}
		if a.kept == nil {
			a.kept = new(keptList)
		}
		a.kept.texts = append(a.kept.texts, keptText{*p, raw})
	}
}

// holdRaw returns the text between i and end, which was read as the text p.
func (d *decoder) holdRaw(p string, i, end int) string {
	if raw := d.In.Text(i, end); raw != p {
		return d.hold(raw)
	}
	return p
}

// keptList is what is kept of the array, whose slice is complete; nil for
// nothing.
func (a *arrayState) keptList() *keptList {
	if a.spots != nil {
		a.kept = a.kept.join(&keptList{lists: []keptSpots{a.node.keptSpots(a.dst, a.spots)}})
	}
	return a.kept
}

// keptSpots is what is kept of elements of the slice at p.
func (n *node) keptSpots(p mem.Ptr, spots []keptSpot) keptSpots {
	list, was := reflect.New(n.goType).Interface(), reflect.New(n.goType).Interface()
	n.typ.Copy(mem.Of(list), p)
	n.copySlice(mem.Of(was), p)
	return keptSpots{list: list, was: was, spots: spots}
}

// copySlice sets the nil slice at dst to the elements of that at src.
func (n *node) copySlice(dst, src mem.Ptr) {
	count := n.slice.Len(src)
	n.slice.SetEmpty(dst) // and not nil
	n.slice.Grow(dst, count)
	n.slice.SetLen(dst, count)
	for i := range count {
		n.elem.typ.Copy(n.slice.Index(dst, i), n.slice.Index(src, i))
	}
}

// join adds what a list in the list keeps.
func (k *keptList) join(in *keptList) *keptList {
	if k == nil {
		return in
	}
	k.texts, k.lists = append(k.texts, in.texts...), append(k.lists, in.lists...)
	return k
}

// finder finds what is kept of the elements of a list.
type finder struct {
	list  *keptList
	texts map[uintptr]int // where a text is → its index
	lists map[uintptr]int
}

func newFinder(k *keptList) *finder {
	f := &finder{list: k, texts: make(map[uintptr]int, len(k.texts)), lists: make(map[uintptr]int, len(k.lists))}
	for i, t := range k.texts {
		f.texts[mem.Address(t.was)] = i
	}
	for i, s := range k.lists {
		f.lists[reflect.ValueOf(s.list).Elem().Pointer()] = i
	}
	return f
}

// text returns what is kept of the text.
func (f *finder) text(s string) (keptText, bool) {
	i, ok := f.texts[mem.Address(s)]
	if !ok || len(f.list.texts[i].was) != len(s) {
		return keptText{}, false
	}
	return f.list.texts[i], true
}

// spots returns what is kept of elements of the slice at p, if it is as it was
// decoded.
func (f *finder) spots(n *node, p mem.Ptr) []keptSpot {
	if len(f.lists) == 0 || n.elem.kind != KindBool && n.elem.kind != KindSlice {
		return nil
	}
	i, ok := f.lists[n.slice.Address(p)]
	if !ok || !n.unchanged(p, mem.Of(f.list.lists[i].was)) {
		return nil
	}
	return f.list.lists[i].spots
}

// unchanged reports whether the slice at p has the booleans, or the lists, that
// the one at q has.
func (n *node) unchanged(p, q mem.Ptr) bool {
	if n.slice.Len(p) != n.slice.Len(q) {
		return false
	}
	for i := range n.slice.Len(p) {
		v, w := n.slice.Index(p, i), n.slice.Index(q, i)
		if n.elem.kind == KindBool {
			if *v.Uint8() != *w.Uint8() {
				return false
			}
		} else if s := &n.elem.slice; s.Address(v) != s.Address(w) || s.Len(v) != s.Len(w) {
			return false
		}
	}
	return true
}

// element returns the JSON that the element at p was decoded from if it cannot
// show it, otherwise "", and whether the JSON has a form in the element. The
// element has the index i in its list, of whose spots those before are taken off.
func (f *finder) element(n *node, p mem.Ptr, i int, spots *[]keptSpot) (raw string, form bool) {
	switch n.kind {
	case KindObject:
		return "", true
	case KindBool, KindSlice:
		if len(*spots) == 0 || (*spots)[0].index != i {
			return "", true
		}
		raw, *spots = (*spots)[0].raw, (*spots)[1:]
		return raw, n.kind == KindBool && *p.Uint8() != 0
	default:
		kept, _ := f.text(*p.String())
		return kept.raw, kept.was != ""
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
