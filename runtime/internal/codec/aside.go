package codec

import (
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// What was kept of a value is part of the data if encoding writes it. So these
// functions ask what the encoder asks. They are no methods of Kept: every
// package with generated structs is compiled with all that methods of Kept lead
// to, and a node leads to package reflect.

// asideOf returns, as JSON, what is written of the field at p beyond what it
// shows; "" if there is nothing.
func asideOf(k *preserved.Preserved, n *node, field int, p mem.Ptr) string {
	if k == nil || k.Rare == nil {
		return ""
	}
	switch f := k.Get(field); f.Fidelity {
	case preserved.Unrepresentable:
		if new(encoder).value(n, p) {
			return ""
		}
		return f.JSON
	case preserved.InElements:
		return newFinder(f.List).formless(n, p)
	default:
		return ""
	}
}

// selfOf returns what the struct at p was decoded from, if that was no object
// and is written still.
func selfOf(k *preserved.Preserved, n *node, p mem.Ptr) string {
	if k == nil || k.Rare == nil || k.Rare.Original == "" || new(encoder).object(n.object, p) {
		return ""
	}
	return k.Rare.Original
}

// shows reports whether the field at p, which is no list, still is what was
// decoded. A text that was set anew is another one, even if it reads the same.
func shows(n *node, p mem.Ptr, f *preserved.Field) bool {
	if n.kind == KindBool {
		return *p.Uint8() == boolByte(f.JSON[1])
	}
	s := *p.String()
	return len(s) == len(f.Text) && mem.Address(s) == mem.Address(f.Text)
}
