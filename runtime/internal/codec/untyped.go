package codec

import "github.com/redoxgen/redoxgen/runtime/internal/mem"

// untyped validates the value at i by a node that has no Go value.
func (d *decoder) untyped(n *node, i int) int {
	t := typeOf(d.in.At(i))
	var end int
	switch {
	case t == typeObject && n.object != nil && n.types&typeObject != 0:
		end, _ = d.object(n, mem.Ptr{}, i)
	case t == typeArray && n.types&typeArray != 0 && (n.elem != nil || n.tuple != nil || n.checks != nil):
		end = d.untypedArray(n, i)
	default:
		end = d.skip(i)
	}
	if d.reason == "" {
		d.typed(n, t, i, end)
	}
	return end
}

func (d *decoder) untypedArray(n *node, i int) int {
	start, count := i, 0
	d.depth++
	defer func() { d.depth-- }()
	i = d.space(i + 1)
	for d.in.At(i) != ']' {
		i = d.space(d.element(n, count, i))
		count++
		switch d.in.At(i) {
		case ',':
			i = d.space(i + 1)
			if d.in.At(i) == ']' {
				return d.fail(i, "value expected")
			}
		case ']':
		default:
			return d.fail(i, "comma or ] expected")
		}
	}
	if t := n.tuple; t != nil && t.rest == nil && count > len(t.items) && d.reason == "" {
		d.limit(start, "additionalItems", len(t.items), count)
	}
	if n.checks != nil && d.reason == "" {
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
		return d.skip(i)
	case index < len(n.tuple.items):
		return d.untyped(n.tuple.items[index], i)
	case n.tuple.rest != nil:
		return d.untyped(n.tuple.rest, i)
	default:
		return d.skip(i)
	}
}
