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

// unlimited is the limit for what is in memory already.
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

// Every element of a list counts against the limit by the size of its type, and
// what is preserved beside fields by these estimates. The count is the same whether
// a message is stored or only validated, and does not depend on white space or on
// how slices grow. Texts do not count, since they take no more than a few times the
// size of the message.
const (
	costPreserved  = 32  // of an object that is an element
	costMismatch   = 200 // of a value of a wrong type, and of an element that is null
	costAdditional = 160 // of a member without a field
)

// costOf returns what an element of a list counts.
func costOf(n *program.Node) int64 {
	cost := max(n.Slice.ElemSize(), 1)
	if n.Elem.Kind == program.KindObject {
		cost += costPreserved
	}
	return int64(cost)
}

// limitTo sets the limit of the message; it is called before decoding.
func (d *decoder) limitTo(memory int64) { d.memory, d.remaining = memory, memory }

// charge counts what the value at i takes.
func (d *decoder) charge(cost int64, i int) {
	if d.remaining -= cost; d.remaining < 0 {
		d.exceed(i)
	}
}

// exceed notes where the limit was exceeded first. Storing ends there. Validating
// goes on to the end, since text that is not JSON is refused for that.
func (d *decoder) exceed(i int) {
	if !d.exceeded {
		d.exceeded, d.exceededAt = true, i
	}
	if d.stores {
		d.Fail(i, "memory limit")
	}
}

// revalidate returns the error for a message whose storing ended at the limit:
// what validating it says, which is the same for all ways to read a message.
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

// Error returns the path and the limit.
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
