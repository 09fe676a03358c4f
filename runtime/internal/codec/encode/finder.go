package encode

import (
	"reflect"
	"strconv"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Finder finds what is preserved of the elements of a list.
type Finder struct {
	list  *preserved.List
	texts map[uintptr]int // address of a text → index in list.Texts
	lists map[uintptr]int // address of a slice's elements → index in list.Lists
}

// NewFinder returns a Finder for list.
func NewFinder(list *preserved.List) *Finder {
	f := &Finder{list: list, texts: make(map[uintptr]int, len(list.Texts)), lists: make(map[uintptr]int, len(list.Lists))}
	for i, t := range list.Texts {
		f.texts[mem.Address(t.Text)] = i
	}
	for i, s := range list.Lists {
		f.lists[reflect.ValueOf(s.List).Elem().Pointer()] = i
	}
	return f
}

// text returns what is preserved of the text s.
func (f *Finder) text(s string) (preserved.Text, bool) {
	i, ok := f.texts[mem.Address(s)]
	if !ok || len(f.list.Texts[i].Text) != len(s) {
		return preserved.Text{}, false
	}
	return f.list.Texts[i], true
}

// Elements returns what is preserved of elements of the slice at p, if that is as
// it was decoded.
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

// Element returns the JSON that the element at p was decoded from, "" if the element
// shows all of it, and whether the element shows any of it. The element has the
// index i in its list. left is what Elements returned for the list; Element takes
// off what is the element's.
func (f *Finder) Element(n *program.Node, p mem.Ptr, i int, left *[]preserved.Element) (raw string, shown bool) {
	switch n.Kind {
	case program.KindObject:
		return "", true
	case program.KindBool, program.KindSlice:
		if len(*left) == 0 || (*left)[0].Index != i {
			return "", true
		}
		raw, *left = (*left)[0].JSON, (*left)[1:]
		return raw, n.Kind == program.KindBool && *p.Uint8() != 0
	default:
		t, _ := f.text(*p.String())
		return t.JSON, t.Text != ""
	}
}

// unrepresentable returns the JSON of the elements of the slice at p that show none
// of it, as an object by their indices; "" if there are none.
func (f *Finder) unrepresentable(n *program.Node, p mem.Ptr) string {
	var b []byte
	left := f.Elements(n, p)
	for i := range n.Slice.Len(p) {
		q := n.Slice.Index(p, i)
		raw, shown := f.Element(n.Elem, q, i, &left)
		switch {
		case raw == "" && n.Elem.Kind == program.KindSlice:
			raw = f.unrepresentable(n.Elem, q)
		case shown || raw == "null":
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
