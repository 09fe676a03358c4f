package decode

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// value decodes the value at i into p, which may point to nothing. It returns
// the position behind the value, and how much of
// the value p shows, which the owner of p has to remember.
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
			end, o := d.object(n, p, i)
			if n.Checks != nil || n.Types&jsontext.TypeObject == 0 {
				d.checkType(n, jsontext.TypeObject, i, end)
			}
			return end, o
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

// encoding reports text that is not Unicode, and whether the string at i is
// such. Of what is to be sent U+FFFD tells that it was damaged before.
func (d *decoder) encoding(i, end int, flags jsontext.StringFlags) bool {
	raw := d.In.Text(i+1, end-1)
	bad := jsontext.IsDamaged(raw, flags)
	switch {
	case d.isReplaced(i):
		d.Note(report.Finding{At: i, Rule: report.RuleEncoding, Want: "UTF-8"})
	case d.outgoing && !utf8.ValidString(raw): // see noteNotUTF8
	case bad || d.Warnings && strings.ContainsRune(raw, utf8.RuneError):
		d.Note(report.Finding{At: i, Rule: report.RuleEncoding, Severity: report.Warning})
	}
	return bad
}

// noteNotUTF8 reports the names and texts that are not UTF-8, and therefore no
// JSON that may be sent, in values that have no field as well. It comes after
// all else: quotes are around strings only.
func (d *decoder) noteNotUTF8() {
	if utf8.Valid(d.src) {
		return
	}
	for i := 0; ; {
		next := strings.IndexByte(d.In.Text(i, d.In.Len()), '"')
		if next < 0 {
			return
		}
		at := i + next
		if i, _ = d.SkipString(at); !utf8.ValidString(d.In.Text(at, i)) {
			d.Note(report.Finding{At: at, Rule: report.RuleEncoding, Want: "UTF-8"})
		}
	}
}

// isReplaced reports whether the string at i is not what its field says.
func (d *decoder) isReplaced(i int) bool {
	_, found := slices.BinarySearch(d.Replaced, i)
	return found
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
	var end int
	if n.Schema != nil {
		end = d.untyped(n.Schema, i)
	} else {
		end = d.SkipValue(i)
	}
	if !p.IsNil() && d.Reason == "" {
		*p.String() = d.Hold(d.In.Text(i, end))
	}
	return end, preserved.Exact
}

// mismatch decodes a value that the Go type at p has no direct form for: null,
// or a value of another kind.
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

// coerce stores the scalar between i and end in the other form that p asks
// for, if that loses nothing.
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
