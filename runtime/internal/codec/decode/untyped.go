package decode

import (
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// untyped validates the value at i by a node that has no Go value.
func (d *decoder) untyped(n *program.Node, i int) int {
	t := jsontext.TypeOf(d.In.At(i))
	var end int
	switch {
	case t == jsontext.TypeObject && n.Object != nil && n.Types&jsontext.TypeObject != 0:
		end, _ = d.object(n, mem.Ptr{}, i)
	case t == jsontext.TypeArray && n.Types&jsontext.TypeArray != 0 && (n.Elem != nil || n.Tuple != nil || n.Checks != nil):
		end = d.untypedArray(n, i)
	default:
		end = d.SkipValue(i)
	}
	if d.Reason == "" {
		d.checkType(n, t, i, end)
	}
	return end
}

func (d *decoder) untypedArray(n *program.Node, i int) int {
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
	if t := n.Tuple; t != nil && t.Rest == nil && count > len(t.Items) && d.Reason == "" {
		d.limit(start, "additionalItems", len(t.Items), count)
	}
	if n.Checks != nil && d.Reason == "" {
		d.checkElements(n.Checks, count, start, i+1)
	}
	return i + 1
}

// element validates element number index, at i.
func (d *decoder) element(n *program.Node, index, i int) int {
	switch {
	case n.Elem != nil:
		return d.untyped(n.Elem, i)
	case n.Tuple == nil:
		return d.SkipValue(i)
	case index < len(n.Tuple.Items):
		return d.untyped(n.Tuple.Items[index], i)
	case n.Tuple.Rest != nil:
		return d.untyped(n.Tuple.Rest, i)
	default:
		return d.SkipValue(i)
	}
}
