package codec

import (
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// untyped validates the value at i by a node that has no Go value.
func (d *decoder) untyped(n *node, i int) int {
	t := jsontext.TypeOf(d.In.At(i))
	var end int
	switch {
	case t == jsontext.TypeObject && n.object != nil && n.types&jsontext.TypeObject != 0:
		end, _ = d.object(n, mem.Ptr{}, i)
	case t == jsontext.TypeArray && n.types&jsontext.TypeArray != 0 && (n.elem != nil || n.tuple != nil || n.checks != nil):
		end = d.untypedArray(n, i)
	default:
		end = d.SkipValue(i)
	}
	if d.Reason == "" {
		d.typed(n, t, i, end)
	}
	return end
}

func (d *decoder) untypedArray(n *node, i int) int {
	start, count := i, 0
	d.Depth++
	defer func() { d.Depth-- }()
	i = d.SkipSpace(i + 1)
	for d.In.At(i) != ']' {
		i = d.SkipSpace(d.element(n, count, i))
		count++
		switch d.In.At(i) {
		case ',':
			i = d.SkipSpace(i + 1)
			if d.In.At(i) == ']' {
				return d.Fail(i, "value expected")
			}
		case ']':
		default:
			return d.Fail(i, "comma or ] expected")
		}
	}
	if t := n.tuple; t != nil && t.rest == nil && count > len(t.items) && d.Reason == "" {
		d.limit(start, "additionalItems", len(t.items), count)
	}
	if n.checks != nil && d.Reason == "" {
		d.checkElements(n.checks, count, start, i+1)
	}
	return i + 1
}

// element validates element number index, at i.
func (d *decoder) element(n *node, index, i int) int {
	switch {
	case n.elem != nil:
		return d.untyped(n.elem, i)
	case n.tuple == nil:
		return d.SkipValue(i)
	case index < len(n.tuple.items):
		return d.untyped(n.tuple.items[index], i)
	case n.tuple.rest != nil:
		return d.untyped(n.tuple.rest, i)
	default:
		return d.SkipValue(i)
	}
}
