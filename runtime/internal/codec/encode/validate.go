package encode

import (
	"unicode/utf8"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/alloc"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/decode"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Validate reports what is wrong with what the struct at src encodes to.
func Validate(p *program.Program, src mem.Ptr) report.Findings {
	buf := alloc.TakeBuffer()
	defer alloc.ReturnBuffer(buf)
	e := encoder{buf: (*buf)[:0]}
	e.root(p.Root, src)
	*buf = e.buf
	found, err := decode.ValidateWritten(p, e.buf, decode.Written{Warnings: true, Replaced: e.replaced, Invalid: e.invalid})
	if err != nil {
		return report.Findings{Listed: []report.Violation{{Rule: report.RuleType, Want: "JSON"}}, Total: 1, Errors: 1}
	}
	return found
}

// AppendValid is Append, and validates what was appended if that may violate the
// schema. Text that is not UTF-8 does: that of a field would not be sent as the
// field says it, and what is preserved as it came would be no JSON.
func AppendValid(p *program.Program, dst []byte, src mem.Ptr) ([]byte, report.Findings, error) {
	e := encoder{buf: dst}
	e.root(p.Root, src)
	text := e.buf[len(dst):]
	if e.mayViolate == 0 && e.replaced == nil && e.invalid == nil && (!e.copied || utf8.Valid(text)) {
		return e.buf, report.Findings{}, nil
	}
	for i := range e.replaced {
		e.replaced[i] -= len(dst)
	}
	for i := range e.invalid {
		e.invalid[i].At -= len(dst)
	}
	found, err := decode.ValidateWritten(p, text, decode.Written{Replaced: e.replaced, Invalid: e.invalid})
	return e.buf, found, err
}
