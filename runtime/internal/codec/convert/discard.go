package convert

import (
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// DiscardUnknown drops what decoding preserved in the struct at v.
func DiscardUnknown(p *program.Program, v mem.Ptr) { discard(p.Plain(), v) }

func discard(n *program.Node, p mem.Ptr) {
	switch n.Kind {
	case program.KindObject:
		*preserved.Of(p) = nil
		for i := range n.Object.Names {
			r := &n.Object.Members[i]
			discard(r.Node, p.Field(r.Field))
		}
	case program.KindSlice:
		for i := range n.Slice.Len(p) {
			discard(n.Elem, n.Slice.Index(p, i))
		}
	}
}
