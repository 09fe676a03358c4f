package decode

import (
	"github.com/redoxgen/redoxgen/runtime/internal/codec/alloc"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// countFrom is how many bytes a list has before its elements are counted ahead,
// and it gets a capacity of exactly as many. Shorter lists grow by doubling.
const countFrom = 64 << 10

// array decodes the array at i.
func (d *decoder) array(n *program.Node, p mem.Ptr, i int) (int, preserved.Fidelity) {
	start := i
	if d.In.At(i+1) == ']' && n.Checks == nil && n.Types&jsontext.TypeArray != 0 {
		if !p.IsNil() {
			n.Slice.SetEmpty(p)
		}
		return i + 2, preserved.Exact
	}
	i = d.SkipSpace(i + 1)
	a := arrayState{node: n, dst: p, start: start, cost: costOf(n)}
	if !p.IsNil() {
		n.Slice.SetEmpty(p)
	}
	if d.In.At(i) != ']' {
		if !p.IsNil() {
			a.slab = d.Open(n.SliceID)
			a.onSlab = a.slab != nil
		}
		d.Depth++
		i = d.elements(&a, i)
		d.Depth--
		if a.slab != nil {
			a.slab.Close(p, a.count, a.onSlab)
		}
		if d.Reason != "" {
			return i, preserved.Exact
		}
	}
	end := i + 1
	if n.Checks != nil || n.Types&jsontext.TypeArray == 0 {
		d.checkType(n, jsontext.TypeArray, start, end)
		if n.Checks != nil {
			d.checkElements(n.Checks, a.count, start, end)
		}
	}
	if d.lastList = a.list(); d.lastList != nil {
		return end, preserved.InElements
	}
	return end, preserved.Exact
}

// arrayState is the state of decoding one array.
type arrayState struct {
	node      *program.Node
	dst       mem.Ptr
	slab      *alloc.Slab // for dst's elements; nil when they are put into dst
	onSlab    bool        // the elements are on the slab still
	start     int         // of the array
	count     int         // of elements so far
	cost      int64       // of an element
	preserved *preserved.List
	elements  []preserved.Element
}

// elements decodes the elements from i on and returns the position of the
// closing bracket.
func (d *decoder) elements(a *arrayState, i int) int {
	n := a.node
	for {
		if d.charge(a.cost, a.start); d.Reason != "" {
			return d.In.Len()
		}
		if d.In.At(i) == 'n' {
			d.charge(costMismatch, a.start)
		}
		var q mem.Ptr
		if !a.dst.IsNil() {
			if q = d.next(a, i); d.Reason != "" {
				return d.In.Len()
			}
		}
		end, fidelity := d.value(n.Elem, q, i)
		if fidelity != preserved.Exact && !q.IsNil() {
			d.preserveElement(a, q, fidelity, i, end)
		}
		if d.Reason != "" {
			return end
		}
		a.count++
		if !a.dst.IsNil() && !a.onSlab {
			n.Slice.SetLen(a.dst, a.count)
		}
		if i = end; d.In.At(i) != ',' {
			if i = d.SkipSpace(i); d.In.At(i) == ']' {
				return i
			}
			if d.In.At(i) != ',' {
				return d.Fail(i, "comma or ] expected")
			}
		}
		i = d.SkipSpace(i + 1)
	}
}

// next returns where the next element goes, which is at i.
func (d *decoder) next(a *arrayState, i int) mem.Ptr {
	s := &a.node.Slice
	if a.onSlab {
		q, ok := d.Message.Element(a.slab, a.dst, a.count)
		if ok {
			return q
		}
		a.onSlab = false
	}
	if a.count == s.Cap(a.dst) {
		more := d.growth(a, i)
		if d.Reason != "" {
			return mem.Ptr{}
		}
		s.Grow(a.dst, more)
	}
	return s.Index(a.dst, a.count)
}

// growth returns by how many elements the list grows: by as many again if it is
// short, and by those that follow if it is long.
func (d *decoder) growth(a *arrayState, i int) int {
	if a.count*int(a.cost) < countFrom {
		return max(a.count, 1)
	}
	more := 1
	for ; d.Reason == ""; more++ {
		if i = d.SkipSpace(d.SkipValue(i)); d.In.At(i) != ',' {
			break
		}
		i = d.SkipSpace(i + 1)
	}
	if int64(more-1)*a.cost > d.remaining { // the one at i is counted
		d.exceed(a.start)
	}
	return more
}
