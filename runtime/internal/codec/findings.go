package codec

import (
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// report returns what is wrong with the message, in its order.
func (d *decoder) report(root *node) report.Findings {
	if d.Duplicates > 0 {
		d.validateLast(root)
	}
	for _, v := range d.invalid {
		d.Note(report.Finding{At: v.at, Rule: report.RuleType, Want: v.want, Got: v.got})
	}
	if d.outgoing {
		d.noteNotUTF8()
	}
	return d.Findings(d.src, root)
}

// validateLast redoes the findings of a message in which a member occurs twice:
// the last one counts, but decoding checked all in passing. To pass over such a
// message once more keeps all others fast.
func (d *decoder) validateLast(root *node) {
	last := jsontext.StripDuplicates(d.src, d.Duplicates)
	again := newDecoder(d.src)
	defer again.release()
	again.spare, d.spare = d.spare, nil
	again.limitTo(unlimited) // d's was
	again.In = mem.NewInput(last.Text)
	again.sending, again.replaced = d.sending, last.Positions(d.replaced)
	if again.document(root, mem.Ptr{}) == nil {
		d.ReplaceBy(&again.Collector, last.Origin)
	}
}
