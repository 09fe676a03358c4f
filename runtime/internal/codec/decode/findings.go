package decode

import (
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// report returns what is wrong with the message, in the order of the message.
func (d *decoder) report(root *program.Node) report.Findings {
	if d.Duplicates > 0 {
		d.validateLast(root)
	}
	for _, v := range d.Invalid {
		d.Note(report.Finding{At: v.At, Rule: report.RuleType, Want: v.Want, Got: v.Got})
	}
	if d.outgoing {
		d.noteNotUTF8()
	}
	return d.Findings(d.src, root)
}

// validateLast replaces the findings of a message with duplicate members. The last
// of them counts, but decoding checked all of them. A second pass over such a
// message keeps the first one fast for all others.
func (d *decoder) validateLast(root *program.Node) {
	last := jsontext.StripDuplicates(d.src, d.Duplicates)
	again := newDecoder(d.src)
	defer again.release()
	again.spare, d.spare = d.spare, nil
	again.limitTo(unlimited) // d's was
	again.In = mem.NewInput(last.Text)
	again.Warnings, again.Replaced = d.Warnings, last.Positions(d.Replaced)
	if again.document(root, mem.Ptr{}) == nil {
		d.ReplaceBy(&again.Collector, last.Origin)
	}
}
