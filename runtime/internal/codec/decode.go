package codec

import (
	"slices"
	"sync"

	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// decoder is the state of one pass over one input.
type decoder struct {
	in  mem.Input
	src []byte // the input as the caller has it, untouched

	reason   string // of the first syntax error; "" while there is none
	failedAt int

	found      []finding
	total      int  // of found, and of those that it has no room for
	errors     int  // of total
	onlyErrors bool // found is full, and has no warning to make room
	duplicates int  // of total: members that occurred before

	sending  bool        // the input is what we are about to send
	outgoing bool        // text that is not UTF-8 is an error, wherever it is
	replaced []int       // positions of strings that are not what their fields say; see encoder.replaced
	invalid  []unwritten // see encoder.invalid
	learning bool        // the order of members is remembered for later messages
	count    uint        // of messages that this decoder had
	depth    int         // of the value being decoded
	scratch  []byte
	spare    []*moreMembers

	held     mem.Text // what texts of the message are cut from
	chunk    int      // how many bytes of text to expect
	slabs    []*slab  // what slices of the message are cut from, by node.slab
	touched  []int    // indices of slabs in use
	expected slabSizes
	shelves  *shelves // that slabs may stand on; nil for none
	taken    uint8    // which shelves this message has, by bit

	memory     int64 // how much the message may take, in bytes; see limit.go
	room       int64 // what is left of that
	stores     bool  // there is a destination
	exceeded   bool
	exceededAt int

	lastList *keptList // of the array that was decoded last
	kepts    []Kept    // what objects keep is cut from
	keepers  int       // objects that keep something
	keeping  int       // how many to expect
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
	d.dropSlabs()
	found, scratch := d.found[:0], d.scratch[:0]
	if cap(scratch) > maxPooled {
		scratch = nil
	}
	spare := d.spare
	if len(spare) > maxSpare || slices.ContainsFunc(spare, (*moreMembers).large) {
		spare = nil
	}
	*d = decoder{found: found, scratch: scratch, spare: spare, slabs: d.slabs, touched: d.touched, count: d.count}
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
func (p *Program) Decode(data []byte, dst mem.Ptr) (Findings, error) {
	d := newDecoder(data)
	defer d.release()
	d.stores = true
	d.chunk, d.expected, d.keeping = p.text.expect(len(data)), p.elements, p.kept.expect()
	d.shelves = p.shelves.Load()
	found, err := d.run(p.root, dst)
	if err != nil {
		p.root.typ.SetZero(dst)
		if d.exceeded {
			err = d.judge(func(v *decoder) error { _, err := v.run(p.root, mem.Ptr{}); return err })
		}
		return Findings{}, err
	}
	p.text.learn(d.held.Len(), len(data))
	p.elements.learn(d)
	p.learnShelves(d)
	p.kept.learn(d.keepers)
	return found, nil
}

// Replace is Decode into a struct that may hold anything.
func (p *Program) Replace(data []byte, dst mem.Ptr) (Findings, error) {
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
func (p *Program) Validate(data []byte) (Findings, error) {
	d := newDecoder(data)
	defer d.release()
	return d.run(p.root, mem.Ptr{})
}

// ValidateOutgoing reports which text of the object in data is not UTF-8. The
// error is for data that is not a JSON object.
func ValidateOutgoing(data []byte) (Findings, error) {
	d := newDecoder(data)
	defer d.release()
	d.outgoing = true
	return d.run(anyNode, mem.Ptr{})
}

// run decodes and reports. It reads a padded copy of the input, whose memory
// serves one message after the other.
func (d *decoder) run(root *node, dst mem.Ptr) (Findings, error) {
	buf := buffers.Get().(*[]byte)
	defer putBuffer(buf)
	*buf = append((*buf)[:0], d.src...)
	d.in, *buf = mem.Borrow(*buf)
	if err := d.document(root, dst); err != nil {
		return Findings{}, err
	}
	return d.report(root), nil
}

// byteOrderMark may come before JSON, which is no part of it (RFC 8259, 8.1).
const byteOrderMark = "\ufeff"

// start returns where a document begins.
func (d *decoder) start() int {
	switch n := d.in.Len(); {
	case d.in.At(0)-1 < 0x7f && d.in.At(1) != 0: // ASCII, as nearly always
		return d.space(0)
	case n >= 3 && d.in.Text(0, 3) == byteOrderMark:
		return d.space(3)
	case n >= 2 && (d.in.Text(0, 2) == "\xff\xfe" || d.in.Text(0, 2) == "\xfe\xff" || (d.in.At(0) == 0) != (d.in.At(1) == 0)):
		return d.fail(0, "UTF-8 expected, found UTF-16")
	default:
		return d.space(0)
	}
}

// document decodes the whole input, which must be one object.
func (d *decoder) document(root *node, p mem.Ptr) error {
	i := d.start()
	if d.in.At(i) != '{' {
		if t := typeOf(d.in.At(i)); t != 0 {
			d.skip(i)
			d.fail(i, "object expected, found "+t.String())
		}
		d.fail(i, "object expected")
		return syntaxError(d.src, d.failedAt, d.reason)
	}
	i, _ = d.value(root, p, i)
	i = d.space(i)
	if i != d.in.Len() {
		d.fail(i, "end of input expected")
	}
	return d.err()
}

// err is what was wrong with the whole input.
func (d *decoder) err() error {
	switch {
	case d.reason != "":
		return syntaxError(d.src, d.failedAt, d.reason)
	case d.exceeded:
		return d.tooLarge()
	default:
		return nil
	}
}

// Valid reports whether s is JSON text.
func Valid(s string) bool { return FirstFault(s) < 0 }

// FirstFault returns where s stops being JSON text, -1 if it does not.
func FirstFault(s string) int {
	d := decoder{}
	d.in = mem.NewInput([]byte(s))
	i := d.space(d.skip(d.space(0)))
	switch {
	case d.reason != "":
		return min(d.failedAt, len(s))
	case i < len(s):
		return i
	default:
		return -1
	}
}

// CheckObject returns an error unless data is a JSON object.
func CheckObject(data []byte) error {
	d := newDecoder(data)
	defer d.release()
	d.in = mem.NewInput(data)
	return d.document(anyNode, mem.Ptr{})
}

// PointerOf returns the pointer that v holds, for Decode and its like.
func PointerOf(v any) mem.Ptr { return mem.Of(v) }
