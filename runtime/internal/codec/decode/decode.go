package decode

import (
	"slices"
	"sync"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/alloc"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// decoder is the state of one pass over one input.
type decoder struct {
	jsontext.Scanner
	src []byte // the input as the caller has it, untouched

	report.Collector
	alloc.Message

	Written       // of a message that a program is about to send
	outgoing bool // text that is not UTF-8 is an error, wherever it is
	learning bool // the message is a sample
	count    uint // of messages that this decoder decoded
	spare    []*rareMembers

	memory     int64 // how much the message may take, in bytes; see limit.go
	remaining  int64 // what is left of that
	stores     bool  // there is a destination
	exceeded   bool
	exceededAt int

	lastList *preserved.List // of the array that was decoded last
}

// learnEvery says which share of the messages is a sample: the order of members,
// and allocation groups, are learned from one of so many.
const learnEvery = 16

// maxSpare is how many rareMembers are left for the next message, and
// maxSpareNames how many names they may have had.
const (
	maxSpare      = 16
	maxSpareNames = 1 << 10
)

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
	if cap(scratch) > alloc.MaxPooled {
		scratch = nil
	}
	spare := d.spare
	if len(spare) > maxSpare || slices.ContainsFunc(spare, (*rareMembers).large) {
		spare = nil
	}
	d.Collector.Reset()
	*d = decoder{Scanner: jsontext.Scanner{Scratch: scratch}, Collector: d.Collector, Message: d.Message, spare: spare, count: d.count}
	decoders.Put(d)
}

// Message decodes data into the struct at dst, which must be new. The error is for
// data that is not a JSON object, or takes too much memory; the struct is zero
// then.
func Message(p *program.Program, data []byte, dst mem.Ptr) (report.Findings, error) {
	d := newDecoder(data)
	defer d.release()
	d.stores = true
	d.Begin(p.Learned, len(data))
	found, err := d.run(p.Root, dst)
	if err != nil {
		p.Root.Type.SetZero(dst)
		if d.exceeded {
			err = d.revalidate(func(v *decoder) error { _, err := v.run(p.Root, mem.Ptr{}); return err })
		}
		return report.Findings{}, err
	}
	d.Message.Learn(len(data), d.learning)
	return found, nil
}

// Replace is Message into a struct that may hold anything.
func Replace(p *program.Program, data []byte, dst mem.Ptr) (report.Findings, error) {
	p.Root.Type.SetZero(dst)
	return Message(p, data, dst)
}

// Unmarshal is Message without findings, into a struct that stays as it was if there
// is an error.
func Unmarshal(p *program.Program, data []byte, dst mem.Ptr) error {
	fresh := p.Root.Type.New()
	if _, err := Message(p, data, fresh); err != nil {
		return err
	}
	p.Root.Type.Copy(dst, fresh)
	return nil
}

// Validate is Message without a destination.
func Validate(p *program.Program, data []byte) (report.Findings, error) {
	d := newDecoder(data)
	defer d.release()
	return d.run(p.Root, mem.Ptr{})
}

// run decodes and reports. It reads a padded copy of the input, whose memory
// serves one message after the other.
func (d *decoder) run(root *program.Node, dst mem.Ptr) (report.Findings, error) {
	buf := alloc.TakeBuffer()
	defer alloc.ReturnBuffer(buf)
	*buf = append((*buf)[:0], d.src...)
	d.In, *buf = mem.Borrow(*buf)
	if err := d.document(root, dst); err != nil {
		return report.Findings{}, err
	}
	return d.report(root), nil
}

// document decodes the whole input, which must be one object.
func (d *decoder) document(root *program.Node, p mem.Ptr) error {
	if i := d.StartObject(); d.Reason == "" {
		i, _ = d.value(root, p, i)
		d.End(i)
	}
	return d.err(root)
}

// err returns why the input, a message of root's schema, was not decoded.
func (d *decoder) err(root *program.Node) error {
	if d.Reason == "" && d.exceeded {
		return d.tooLarge(root)
	}
	return d.Err(d.src)
}
