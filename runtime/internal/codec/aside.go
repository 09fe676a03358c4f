package codec

import "github.com/redoxgen/redoxgen/runtime/internal/mem"

// What was kept of a value is part of the data if encoding writes it. So these
// functions ask what the encoder asks. They are no methods of Kept: every
// package with generated structs is compiled with all that methods of Kept lead
// to, and a node leads to package reflect.

// asideOf returns, as JSON, what is written of the field at p beyond what it
// shows; "" if there is nothing.
func asideOf(k *Kept, n *node, field int, p mem.Ptr) string {
	if k == nil || k.rest == nil {
		return ""
	}
	switch f := k.get(field); f.state {
	case stateAside:
		if new(encoder).value(n, p) {
			return ""
		}
		return f.raw
	case stateList:
		return newFinder(f.list).formless(n, p)
	default:
		return ""
	}
}

// selfOf returns what the struct at p was decoded from, if that was no object
// and is written still.
func selfOf(k *Kept, n *node, p mem.Ptr) string {
	if k == nil || k.rest == nil || k.rest.self == "" || new(encoder).object(n.object, p) {
		return ""
	}
	return k.rest.self
}

// shows reports whether the field at p, which is no list, still is what was
// decoded. A text that was set anew is another one, even if it reads the same.
func (f *keptField) shows(n *node, p mem.Ptr) bool {
	if n.kind == KindBool {
		return *p.Uint8() == boolByte(f.raw[1])
	}
	s := *p.String()
	return len(s) == len(f.was) && mem.Address(s) == mem.Address(f.was)
}
