package codec

import (
	"math/bits"

	"github.com/redoxgen/redoxgen/runtime/redox/internal/mem"
)

// Decoding takes at most this much memory for slices: so many bytes for each
// byte of input, and a constant. What does not fit stays JSON text.
const (
	budgetFactor   = 20
	budgetConstant = 256 << 10

	// What objects of a slice keep counts as well, at these estimates.
	costKept  = 160
	costOther = 288
)

// budgetNotes is how many places beyond the budget are reported even when the
// report is full.
const budgetNotes = 8

// array decodes the array at i.
func (d *decoder) array(n *node, p mem.Ptr, i int) (int, odd) {
	start := i
	if d.in.At(i+1) == ']' && n.checks == nil && n.types&typeArray != 0 {
		if !p.IsNil() {
			n.slice.SetEmpty(p)
		}
		return i + 2, plain
	}
	i = d.space(i + 1)
	a := arrayState{node: n, dst: p, storing: !p.IsNil()}
	if a.storing {
		n.slice.SetEmpty(p)
	}
	if d.in.At(i) != ']' {
		if a.storing && n.slice.Cap(p) == 0 {
			a.slab = d.slabOf(n)
			a.onSlab = a.slab != nil
		}
		d.depth++
		i = d.elements(&a, i)
		d.depth--
		if a.slab != nil {
			a.slab.close(p, a.stored, a.onSlab)
		}
		if d.reason != "" {
			return i, plain
		}
	}
	end := i + 1
	if n.checks != nil || n.types&typeArray == 0 {
		d.typed(n, typeArray, start, end)
		if n.checks != nil {
			d.checkElements(n.checks, a.count, start, end)
		}
	}
	if a.tail > 0 && a.odd != plain {
		// Two things to remember, and one place: keep all of it as text.
		n.typ.SetZero(p)
		return end, oddAside
	}
	if a.tail > 0 {
		return end, oddTail
	}
	return end, a.odd
}

// arrayState is what array and elements share.
type arrayState struct {
	node    *node
	dst     mem.Ptr
	slab    *slab // for dst's elements; nil when they are put into dst
	onSlab  bool  // the elements are on the slab still
	storing bool
	count   int // elements seen
	stored  int // elements in slab or dst
	tail    int // position of the first element that was not stored
	odd     odd
}

// elements decodes the elements from i on and returns the position of the
// closing bracket.
func (d *decoder) elements(a *arrayState, i int) int {
	n := a.node
	for {
		var q mem.Ptr
		if a.storing {
			q = d.place(a, i)
		}
		end, o := d.value(n.elem, q, i)
		if o != plain && a.storing {
			d.oddElement(a, q, o, i, end)
		}
		if d.reason != "" {
			return end
		}
		a.count++
		if a.storing {
			a.stored++
			if !a.onSlab {
				n.slice.SetLen(a.dst, a.stored)
			}
		}
		if i = end; d.in.At(i) != ',' {
			if i = d.space(i); d.in.At(i) == ']' {
				return i
			}
			if d.in.At(i) != ',' {
				return d.fail(i, "comma or ] expected")
			}
		}
		i = d.space(i + 1)
	}
}

// place is where the next element goes; nowhere when the budget is used up: the
// elements from position i on then stay text. The budget is charged for slices
// that double, whatever slabs save, so that a verdict does not depend on
// earlier messages.
func (d *decoder) place(a *arrayState, i int) mem.Ptr {
	s := &a.node.slice
	cost := 0
	if n := a.stored; n&(n-1) == 0 {
		cost = max(2*n, 1) * max(s.ElemSize(), 1)
	}
	if d.budget < cost {
		a.storing, a.tail = false, i
		d.note(finding{at: i, rule: RuleBudget, severity: Warning})
		return mem.Ptr{}
	}
	d.budget -= cost
	if a.onSlab {
		if q, ok := d.placeOnSlab(a); ok {
			return q
		}
	}
	if a.stored == s.Cap(a.dst) {
		s.Grow(a.dst, 1<<bits.Len(uint(a.stored))-a.stored) // to a power of two, as charged
	}
	return s.Index(a.dst, a.stored)
}

func (d *decoder) placeOnSlab(a *arrayState) (mem.Ptr, bool) {
	s := a.slab
	if s.used+a.stored == s.slice.Cap(s.at) {
		if a.stored > 0 {
			s.leave(a.dst, a.stored)
			a.onSlab = false
			return mem.Ptr{}, false
		}
		if !d.takeShelf(a.node.slab) {
			s.extend(d.expected.expect(a.node.slab))
		}
	}
	return s.slice.Index(s.at, s.used+a.stored), true
}

// oddElement remembers what an element was. A struct remembers it itself; for
// anything else the text of the whole array is kept.
func (d *decoder) oddElement(a *arrayState, q mem.Ptr, o odd, i, end int) {
	switch {
	case o == oddEmpty:
		// An element is always written, so its zero value says enough.
	case o == oddTail:
		d.clear(a.node.elem, q)
		a.node.elem.typ.SetZero(q)
		a.storing, a.tail = false, i
	case a.node.elem.kind == KindObject:
		d.keep(q).more().self = d.hold(d.in.Text(i, end))
	default:
		a.odd = oddRaw
	}
}
