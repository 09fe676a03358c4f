package decode

import (
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Written is what encoding knows of a message that it wrote.
type Written struct {
	Warnings bool      // report what deserves a warning in a message that is sent
	Replaced []int     // positions of strings whose fields hold text that is not UTF-8; U+FFFD stands in them
	Invalid  []Invalid // values whose fields hold text that is not JSON; null stands in their place
}

// Invalid is a value whose field holds text that is not JSON of its kind.
type Invalid struct {
	At        int
	Want, Got string
}

// ValidateWritten is Validate for a message that a program is about to send.
func ValidateWritten(p *program.Program, data []byte, w Written) (report.Findings, error) {
	d := newDecoder(data)
	defer d.release()
	d.limitTo(unlimited)
	d.outgoing, d.Written = true, w
	return d.run(p.Root, mem.Ptr{})
}

// ValidateUTF8 reports which text of the object in data is not UTF-8. The error
// is for data that is not a JSON object.
func ValidateUTF8(data []byte) (report.Findings, error) {
	d := newDecoder(data)
	defer d.release()
	d.outgoing = true
	return d.run(program.AnyNode, mem.Ptr{})
}
