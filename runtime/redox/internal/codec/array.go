package codec

import "github.com/redoxgen/redoxgen/runtime/redox/internal/mem"

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
	a := arrayState{node: n, dst: p, storing: !p.IsNil()}
	if a.storing {
		n.slice.SetEmpty(p)
	}
	i = d.space(i + 1)
	if d.in.At(i) != ']' {
		i = d.elements(&a, i)
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
	storing bool
	count   int
	tail    int // position of the first element that was not stored
	odd     odd
}

// elements decodes the elements from i on and returns the position of the
// closing bracket.
func (d *decoder) elements(a *arrayState, i int) int {
	n := a.node
	for {
		var q mem.Ptr
		if a.storing && d.fits(a, i) {
			q = n.slice.Index(a.dst, a.count)
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
			n.slice.SetLen(a.dst, a.count)
		}
		i = d.space(end)
		switch d.in.At(i) {
		case ',':
			i = d.space(i + 1)
		case ']':
			return i
		default:
			return d.fail(i, "comma or ] expected")
		}
	}
}

// fits makes sure that there is room for another element, unless the budget is
// used up.
func (d *decoder) fits(a *arrayState, i int) bool {
	if d.budget < 0 {
		d.stopStoring(a, i)
		return false
	}
	return a.count < a.node.slice.Cap(a.dst) || d.grow(a, i)
}

// grow makes room for another element, unless that exceeds the budget: the
// elements from position i on then stay text.
func (d *decoder) grow(a *arrayState, i int) bool {
	s := &a.node.slice
	size := max(s.ElemSize(), 1)
	more := max(a.count, 1)
	if a.count == 0 && size <= 64 {
		more = 4
	} else if a.count == 0 && size <= 256 {
		more = 2
	}
	if cost := (a.count + more) * size; cost <= d.budget {
		d.budget -= cost
		s.Grow(a.dst, more)
		return true
	}
	d.stopStoring(a, i)
	return false
}

func (d *decoder) stopStoring(a *arrayState, i int) {
	a.storing, a.tail = false, i
	d.note(finding{at: i, rule: RuleBudget, severity: Warning})
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
