package encode

import (
	"unicode/utf8"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/alloc"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/decode"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Validate returns what is wrong with the message that the struct at src is encoded
// to.
func Validate(p *program.Program, src mem.Ptr) report.Findings {
	buf := alloc.TakeBuffer()
	defer alloc.ReturnBuffer(buf)
	e := encoder{buf: (*buf)[:0]}
	e.root(p.Root, src)
	*buf = e.buf
	return e.validate(p)
}

// validate returns what is wrong with the message that was encoded.
func (e *encoder) validate(p *program.Program) report.Findings {
	e.Warnings = true
	found, err := decode.ValidateWritten(p, e.buf, e.Written)
	if err != nil {
		return report.Findings{Listed: []report.Violation{{Rule: report.RuleType, Want: "JSON"}}, Total: 1, Errors: 1}
	}
	return found
}

// AppendValid is Append, and validates what was appended if that may violate the
// schema, or is not UTF-8: a field's text would be sent as another text, and what is
// preserved as it came would not be JSON. dst may be written to in any case.
func AppendValid(p *program.Program, dst []byte, src mem.Ptr) ([]byte, report.Findings, error) {
	e := encoder{buf: dst}
	e.root(p.Root, src)
	text := e.buf[len(dst):]
	if e.mayViolate == 0 && e.Replaced == nil && e.Invalid == nil && (!e.copied || utf8.Valid(text)) {
		return e.buf, report.Findings{}, nil
	}
	for i := range e.Replaced {
		e.Replaced[i] -= len(dst)
	}
	for i := range e.Invalid {
		e.Invalid[i].At -= len(dst)
	}
	found, err := decode.ValidateWritten(p, text, e.Written)
	return e.buf, found, err
}
