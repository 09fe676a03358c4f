package decode

import (
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// value decodes the value at i into p, which may point to nothing. It returns
// the position behind the value, and how much of it p shows. The caller preserves
// the rest.
func (d *decoder) value(n *program.Node, p mem.Ptr, i int) (int, preserved.Fidelity) {
	if n.Schema != nil && n.Kind != program.KindRaw {
		d.untyped(n.Schema, i)
	}
	c := d.In.At(i)
	switch n.Kind {
	case program.KindString, program.KindDate:
		if c == '"' {
			return d.stringValue(n, p, i)
		}
	case program.KindNumber:
		if c == '-' || '0' <= c && c <= '9' {
			return d.numberValue(n, p, i)
		}
	case program.KindBool:
		if c == 't' || c == 'f' {
			return d.boolValue(n, p, i)
		}
	case program.KindObject:
		if c == '{' {
			end, fidelity := d.object(n, p, i)
			if n.Checks != nil || n.Types&jsontext.TypeObject == 0 {
				d.checkType(n, jsontext.TypeObject, i, end)
			}
			return end, fidelity
		}
	case program.KindSlice:
		if c == '[' {
			return d.array(n, p, i)
		}
	case program.KindRaw:
		return d.rawValue(n, p, i)
	case program.KindNone:
		return d.untyped(n, i), preserved.Exact
	}
	return d.mismatch(n, p, i)
}

func (d *decoder) stringValue(n *program.Node, p mem.Ptr, i int) (int, preserved.Fidelity) {
	if !p.IsNil() && n.Checks == nil && n.Types&jsontext.TypeString != 0 {
		if end := d.escapedString(p, i+1); end > 0 {
			return end, preserved.Exact
		}
	}
	end, flags := d.SkipString(i)
	if d.Reason != "" {
		return end, preserved.Exact
	}
	if n.Checks != nil || n.Types&jsontext.TypeString == 0 {
		d.checkType(n, jsontext.TypeString, i, end)
	}
	bad := flags != 0 && d.encoding(i, end, flags)
	if !p.IsNil() {
		*p.String() = d.holdText(i, end, flags, bad)
	}
	if bad {
		return end, preserved.Coerced
	}
	if end == i+2 {
		if d.Warnings && n.Required {
			d.Note(report.Finding{At: i, Rule: report.RuleEmpty, Severity: report.Warning})
		}
		return end, preserved.Empty
	}
	return end, preserved.Exact
}

func (d *decoder) numberValue(n *program.Node, p mem.Ptr, i int) (int, preserved.Fidelity) {
	end := d.SkipNumber(i)
	if n.Checks != nil || n.Types&jsontext.TypeNumber == 0 {
		d.checkType(n, jsontext.TypeNumber, i, end)
	}
	if !p.IsNil() && d.Reason == "" {
		*p.String() = d.Hold(d.In.Text(i, end))
	}
	return end, preserved.Exact
}

func (d *decoder) boolValue(n *program.Node, p mem.Ptr, i int) (int, preserved.Fidelity) {
	end := d.SkipLiteral(i)
	d.checkType(n, jsontext.TypeBoolean, i, end)
	if !p.IsNil() {
		*p.Uint8() = program.BoolOf(d.In.At(i))
	}
	return end, preserved.Exact
}

func (d *decoder) rawValue(n *program.Node, p mem.Ptr, i int) (int, preserved.Fidelity) {
	schema := n.Schema
	if schema == nil {
		schema = n
	}
	end := d.untyped(schema, i)
	if !p.IsNil() && d.Reason == "" {
		*p.String() = d.Hold(d.In.Text(i, end))
	}
	return end, preserved.Exact
}

// mismatch decodes a value that the Go type at p does not show as it is: null, or
// a value of another type.
func (d *decoder) mismatch(n *program.Node, p mem.Ptr, i int) (int, preserved.Fidelity) {
	t := jsontext.TypeOf(d.In.At(i))
	end := d.SkipValue(i)
	if d.Reason != "" {
		return end, preserved.Exact
	}
	d.checkType(n, t, i, end)
	if t != jsontext.TypeNull {
		d.charge(costMismatch, i)
	}
	if p.IsNil() {
		return end, preserved.Exact
	}
	if t == jsontext.TypeNull {
		return end, preserved.Null
	}
	if d.coerce(n, p, t, i, end) {
		return end, preserved.Coerced
	}
	return end, preserved.Unrepresentable
}

// coerce stores at p what the scalar between i and end reads as. It reports false
// if that would lose something.
func (d *decoder) coerce(n *program.Node, p mem.Ptr, t jsontext.Types, i, end int) bool {
	s, ok := n.Coerced(d.In.Text(i, end), t)
	switch {
	case !ok:
		return false
	case n.Kind == program.KindBool:
		*p.Uint8() = program.BoolOf(s[0])
	default:
		*p.String() = d.Hold(s)
	}
	return true
}
