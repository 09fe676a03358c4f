package redox

import (
	"encoding/json"
	"reflect"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/compare"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/convert"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/decode"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/encode"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/program"
)

// Marshal encodes *v outside of its event: members in schema order, with what
// decoding preserved, and none required. An *Unknown is written as it was
// received. The error is for JSON text in a Raw or Number field that is not
// valid.
func Marshal(v Struct) ([]byte, error) {
	switch p := partOf(v); {
	case p.v == nil && isNil(v):
		return []byte("null"), nil
	case p.unknown() != nil:
		return p.unknown().MarshalJSON()
	case p.program == nil:
		return nil, errNoStruct
	default:
		return encode.Append(p.program, nil, p.pointer())
	}
}

// isNil reports whether v, or all that it embeds, points to nothing.
func isNil(v Struct) bool { return v == nil || reflect.ValueOf(v).IsNil() }

// Unmarshal decodes data into *v outside of its event. Like event types it
// takes any JSON object, and on an error *v is as it was. null leaves *v alone,
// as package json asks of methods that decode.
func Unmarshal(data []byte, v Struct) error {
	if jsontext.IsNull(data) {
		return nil
	}
	switch p := partOf(v); {
	case p.unknown() != nil:
		return p.unknown().UnmarshalJSON(data)
	case p.program == nil:
		return errNoStruct
	default:
		return exported(decode.Unmarshal(p.program, data, p.pointer()))
	}
}

// Equal reports whether *a and *b hold the same data. Absent, null and empty
// are the same; numbers compare by value; members without a field and values of
// a wrong type compare as JSON, but a scalar that a field can read, such as 7
// for text, compares as what the field reads. Preserved data that encoding would
// no longer write is ignored. Structs of different types are not equal, and nil
// equals nil only.
func Equal(a, b Struct) bool {
	x, y, alike := comparables(a, b)
	return alike || x.program != nil && compare.Equal(x.program, x.pointer(), y.pointer())
}

// Diff returns the paths at which *a and *b differ, none when they are equal.
// It never returns values, nor names that may be content (see Violation), so its
// result may be printed by tests that use real messages:
//
//	assert.Empty(t, redox.Diff(want, got))
func Diff(a, b Struct) []string {
	switch x, y, alike := comparables(a, b); {
	case alike:
		return nil
	case x.program != nil:
		return compare.Diff(x.program, x.pointer(), y.pointer())
	default:
		return []string{"(message)"}
	}
}

// comparables returns structs of one type whose difference is that of a and b.
// If there are none, alike reports whether a and b are equal.
func comparables(a, b Struct) (x, y part, alike bool) {
	x, y = partOf(a), partOf(b)
	switch {
	case reflect.TypeOf(a) != reflect.TypeOf(b):
		return part{}, part{}, false
	case x.v == nil || y.v == nil:
		return part{}, part{}, x.v == nil && y.v == nil && isNil(a) == isNil(b)
	case reflect.TypeOf(x.v) != reflect.TypeOf(y.v):
		return part{}, part{}, false
	case x.v == y.v:
		return part{}, part{}, true
	case x.unknown() != nil:
		return comparableUnknown(x.unknown(), y.unknown())
	default:
		return x, y, false
	}
}

// DiscardUnknown drops everything that decoding preserved in *v beyond its
// fields, including nested structs: unknown members, values of a wrong type,
// nulls.
func DiscardUnknown(v Struct) {
	p := partOf(v)
	if u := p.unknown(); u != nil {
		p = partOf(&u.Meta) // its JSON is a field
	}
	if p.program != nil {
		convert.DiscardUnknown(p.program, p.pointer())
	}
}

// Clone returns a copy of *v that shares no memory with it, including everything
// that decoding preserved; nil for nil. The copy of a part does not retain the
// message that the part comes from. In a struct of your own, the embedded struct
// is cloned and other fields are copied as by assignment.
func Clone[S Struct](v S) S {
	c, _ := clone(v).(S)
	return c
}

func clone(v Struct) Struct {
	if isNil(v) {
		return v
	}
	c := copyOf(reflect.ValueOf(v)).Interface().(Struct)
	dst, src := partOf(c), partOf(v)
	if u := dst.unknown(); u != nil {
		u.JSON = Raw(strings.Clone(string(u.JSON)))
		dst, src = partOf(&u.Meta), partOf(&src.unknown().Meta)
	}
	if dst.program != nil {
		convert.Clone(dst.program, dst.pointer(), src.pointer())
	}
	return c
}

// copyOf returns a pointer to a copy of what r points to, with a copy of its own
// of the struct that it embeds by pointer.
func copyOf(r reflect.Value) reflect.Value {
	c := reflect.New(r.Type().Elem())
	c.Elem().Set(r.Elem())
	for at := c.Elem(); program.Plain(at.Type()) == nil; {
		f := embedded(at)
		if !f.IsValid() {
			break
		}
		if f.Kind() == reflect.Pointer {
			if f.IsNil() || !f.CanSet() {
				break
			}
			own := reflect.New(f.Type().Elem())
			own.Elem().Set(f.Elem())
			f.Set(own)
			f = own.Elem()
		}
		at = f
	}
	return c
}

// Convert returns what *v holds as another type with members of the same names,
// such as Demographics. Members without a field there are UnknownMembers.
func Convert[R any, P interface {
	*R
	Struct
}](v Struct) R {
	var r R
	to, from := partOf(P(&r)), partOf(v)
	if to.program != nil && from.program != nil && convert.Struct(to.program, to.pointer(), from.program, from.pointer()) {
		return r
	}
	r = *new(R)
	if data, err := Marshal(v); err == nil {
		_ = Unmarshal(data, P(&r))
	}
	return r
}

// Redact returns v as indented JSON in which every value is replaced by the
// name of its kind, so that it can be printed. Names of members are shown if they
// look like such (see Violation). Below 32 levels only kinds are shown, and a
// member "…" ends what is longer than 4 MB. Redact is made for generated structs
// and pointers to them, takes anything that package json can encode, and never
// panics: it returns a placeholder for what cannot be encoded.
func Redact(v any) (outline string) {
	defer func() {
		if recover() != nil { // of a method that package json called
			outline = withheld
		}
	}()
	encode := func() ([]byte, error) { return json.Marshal(v) }
	if p, ok := structOf(v); ok && p != nil {
		encode = func() ([]byte, error) { return Marshal(p) }
	}
	data, err := encode()
	if err != nil {
		return withheld
	}
	return convert.Redact(data)
}
