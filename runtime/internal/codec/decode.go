package codec

import (
	"slices"
	"sync"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/alloc"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// decoder is the state of one pass over one input.
type decoder struct {
	jsontext.Scanner
	src []byte // the input as the caller has it, untouched

	report.Collector
	alloc.Message

	sending  bool        // the input is what we are about to send
	outgoing bool        // text that is not UTF-8 is an error, wherever it is
	replaced []int       // positions of strings that are not what their fields say; see encoder.replaced
	invalid  []unwritten // see encoder.invalid
	learning bool        // the order of members is remembered for later messages
	count    uint        // of messages that this decoder had
	spare    []*moreMembers

	memory     int64 // how much the message may take, in bytes; see limit.go
	room       int64 // what is left of that
	stores     bool  // there is a destination
	exceeded   bool
	exceededAt int

	lastList *preserved.List // of the array that was decoded last
}

// learnEvery is which share of the messages the order of members is learned from.
const learnEvery = 16

// maxSpare is how many moreMembers are kept for the next message, and
// maxSpareNames how many names they may have had.
const (
	maxSpare      = 16
	maxSpareNames = 1 << 10
)

// maxPooled is how large a buffer may be to be kept for the next message.
const maxPooled = 1 << 20

var decoders = sync.Pool{New: func() any { return new(decoder) }}

func newDecoder(src []byte) *decoder {
	d := decoders.Get().(*decoder)
	d.src = src
	d.count++
	d.learning = d.count%learnEvery == 1
	d.limitTo(memoryLimit.Load())
	return d
}

// release returns d to the pool without anything of the message.
func (d *decoder) release() {
	d.Message.Reset()
	scratch := d.Scratch[:0]
	if cap(scratch) > maxPooled {
		scratch = nil
	}
	spare := d.spare
	if len(spare) > maxSpare || slices.ContainsFunc(spare, (*moreMembers).large) {
		spare = nil
	}
	d.Collector.Reset()
	*d = decoder{Scanner: jsontext.Scanner{Scratch: scratch}, Collector: d.Collector, Message: d.Message, spare: spare, count: d.count}
	decoders.Put(d)
}

// buffers holds padded copies of inputs, and encoded messages that are
// validated.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

func putBuffer(b *[]byte) {
	if cap(*b) <= maxPooled {
		buffers.Put(b)
	}
}

// Decode decodes data into the struct at dst, which must be new.
func (p *Program) Decode(data []byte, dst mem.Ptr) (report.Findings, error) {
	d := newDecoder(data)
	defer d.release()
	d.stores = true
	d.Begin(p.learned, len(data))
	found, err := d.run(p.root, dst)
	if err != nil {
		p.root.typ.SetZero(dst)
		if d.exceeded {
			err = d.judge(func(v *decoder) error { _, err := v.run(p.root, mem.Ptr{}); return err })
		}
		return report.Findings{}, err
	}
	d.Message.Learn(len(data), d.learning)
	return found, nil
}

// Replace is Decode into a struct that may hold anything.
func (p *Program) Replace(data []byte, dst mem.Ptr) (report.Findings, error) {
	p.root.typ.SetZero(dst)
	return p.Decode(data, dst)
}

// Unmarshal is Decode without a report, into a struct that stays as it was if
// there is an error.
func (p *Program) Unmarshal(data []byte, dst mem.Ptr) error {
	fresh := p.root.typ.New()
	if _, err := p.Decode(data, fresh); err != nil {
		return err
	}
	p.root.typ.Copy(dst, fresh)
	return nil
}

// Validate is Decode without a destination.
func (p *Program) Validate(data []byte) (report.Findings, error) {
	d := newDecoder(data)
	defer d.release()
	return d.run(p.root, mem.Ptr{})
}

// ValidateOutgoing reports which text of the object in data is not UTF-8. The
// error is for data that is not a JSON object.
func ValidateOutgoing(data []byte) (report.Findings, error) {
	d := newDecoder(data)
	defer d.release()
	d.outgoing = true
	return d.run(anyNode, mem.Ptr{})
}

// run decodes and reports. It reads a padded copy of the input, whose memory
// serves one message after the other.
func (d *decoder) run(root *node, dst mem.Ptr) (report.Findings, error) {
	buf := buffers.Get().(*[]byte)
	defer putBuffer(buf)
	*buf = append((*buf)[:0], d.src...)
	d.In, *buf = mem.Borrow(*buf)
	if err := d.document(root, dst); err != nil {
		return report.Findings{}, err
	}
	return d.report(root), nil
}

// document decodes the whole input, which must be one object.
func (d *decoder) document(root *node, p mem.Ptr) error {
	if i := d.StartObject(); d.Reason == "" {
		i, _ = d.value(root, p, i)
		d.End(i)
	}
	return d.err(root)
}

// err is what was wrong with the whole input, a message of root's schema.
func (d *decoder) err(root *node) error {
	if d.Reason == "" && d.exceeded {
		return d.tooLarge(root)
	}
	return d.Err(d.src)
}

// PointerOf returns the pointer that v holds, for Decode and its like.
func PointerOf(v any) mem.Ptr { return mem.Of(v) }
