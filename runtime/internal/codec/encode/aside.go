package encode

import (
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// What was kept of a value is part of the data if encoding writes it. So these
// functions ask what the encoder asks. They are no methods of Kept: every
// package with generated structs is compiled with all that methods of Kept lead
// to, and a node leads to package reflect.

// Unrepresentable returns, as JSON, what is written of the field at p beyond what it
// shows; "" if there is nothing.
func Unrepresentable(k *preserved.Preserved, n *program.Node, field int, p mem.Ptr) string {
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
		return NewFinder(f.List).unrepresentable(n, p)
	default:
		return ""
	}
}

// Original returns what the struct at p was decoded from, if that was no object
// and is written still.
func Original(k *preserved.Preserved, n *program.Node, p mem.Ptr) string {
	if k == nil || k.Rare == nil || k.Rare.Original == "" || new(encoder).object(n.Object, p) {
		return ""
	}
	return k.Rare.Original
}

// Shows reports whether the field at p, which is no list, still is what was
// decoded. A text that was set anew is another one, even if it reads the same.
func Shows(n *program.Node, p mem.Ptr, f *preserved.Field) bool {
	if n.Kind == program.KindBool {
		return *p.Uint8() == program.BoolOf(f.JSON[1])
	}
	s := *p.String()
	return len(s) == len(f.Text) && mem.Address(s) == mem.Address(f.Text)
}
