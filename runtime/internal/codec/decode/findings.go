package decode

import (
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// report returns what is wrong with the message, in its order.
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

// validateLast redoes the findings of a message in which a member occurs twice:
// the last one counts, but decoding checked all in passing. To pass over such a
// message once more keeps all others fast.
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
