package decode

import (
	"fmt"
	"math"
	"sync/atomic"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
)

// DefaultMemoryLimit leaves room for 100,000 of the largest structs that a list
// of the published schemas has, which are 3.5 KB.
const DefaultMemoryLimit = 512 << 20

// unlimited is for what is in memory already.
const unlimited = math.MaxInt64

var memoryLimit atomic.Int64

func init() { memoryLimit.Store(DefaultMemoryLimit) }

// SetMemoryLimit sets how much memory decoding a message may take, and returns
// what it was before; see package redox.
func SetMemoryLimit(bytes int64) int64 {
	if bytes <= 0 {
		return memoryLimit.Load()
	}
	return memoryLimit.Swap(bytes)
}

// What counts against the limit: every element of a list by the size of its
// type, and at these estimates what is kept beside the fields. The count is the
// same whether the message is stored or only validated, and does not depend on
// white space or on how slices grow. Texts are left out, since they take no more
// than a few times the message's own size.
const (
	costPreserved  = 32  // of an object that is an element
	costMismatch   = 200 // of a value of a wrong type, and of an element that is null
	costAdditional = 160 // of a member without a field
)

// costOf is what an element of a list counts.
func costOf(n *program.Node) int64 {
	cost := max(n.Slice.ElemSize(), 1)
	if n.Elem.Kind == program.KindObject {
		cost += costPreserved
	}
	return int64(cost)
}

// limitTo is called before decoding.
func (d *decoder) limitTo(memory int64) { d.memory, d.room = memory, memory }

// charge counts what the value at i takes.
func (d *decoder) charge(cost int64, i int) {
	if d.room -= cost; d.room < 0 {
		d.exceed(i)
	}
}

// exceed notes where the limit was exceeded first. What is being stored ends
// there; what is only validated is read to its end, since text that is no JSON
// is refused for that.
func (d *decoder) exceed(i int) {
	if !d.exceeded {
		d.exceeded, d.exceededAt = true, i
	}
	if d.stores {
		d.Fail(i, "memory limit")
	}
}

// revalidate returns the error for a message whose storing ended at the limit. What
// else is wrong with it, and where the limit was exceeded, validating tells the
// same way for everyone.
func (d *decoder) revalidate(validate func(*decoder) error) error {
	v := newDecoder(d.src)
	defer v.release()
	v.limitTo(d.memory)
	if err := validate(v); err != nil {
		return err
	}
	return &TooLargeError{Limit: d.memory}
}

// TooLargeError is returned for a message that would take too much memory.
type TooLargeError struct {
	Path  string // of the list, object or value at which the limit was exceeded; "" is the message
	Limit int64  // in bytes
}

// Error returns the place and the limit.
func (e *TooLargeError) Error() string {
	at := e.Path
	if at == "" {
		at = "(message)"
	}
	return fmt.Sprintf("redox: decoding takes more than %d bytes of memory, exceeded at %s: redox.SetMemoryLimit sets the limit", e.Limit, at)
}

// tooLarge is the error for a message that exceeded the limit and is JSON.
func (d *decoder) tooLarge(root *program.Node) error {
	e := &TooLargeError{Limit: d.memory}
	for _, v := range report.Locate(d.src, []report.Finding{{At: d.exceededAt}}, root) {
		e.Path = v.Path
	}
	return e
}
