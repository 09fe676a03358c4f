package redox

import (
	"log/slog"
	"reflect"
	"sync"
)

// RedactAttr is a ReplaceAttr for slog.HandlerOptions. In place of a value in
// which there is a generated struct or a Raw, however deep in slices, maps and
// structs of the program's own, it puts a placeholder:
//
//	slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{ReplaceAttr: redox.RedactAttr})
//
// Handlers withhold such values by themselves only where they are the whole of
// an attribute. Strings that were copied out of a message are not recognized.
func RedactAttr(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindAny {
		var s search
		if v := reflect.ValueOf(a.Value.Any()); v.IsValid() && s.content(v) {
			a.Value = slog.StringValue(withheld)
		}
	}
	return a
}

// holding is what values of a type hold.
type holding uint8

const (
	holdsNone    holding = iota
	holdsAny             // interfaces: it depends on the value
	holdsContent         // content of messages
)

var holdings sync.Map // reflect.Type → holding

func holdingOf(t reflect.Type) holding {
	if h, ok := holdings.Load(t); ok {
		return h.(holding)
	}
	h := typeHolding(t, make(map[reflect.Type]bool))
	holdings.Store(t, h)
	return h
}

// typeHolding is holdingOf a type that is not among those that led to it.
func typeHolding(t reflect.Type, seen map[reflect.Type]bool) holding {
	if t == reflect.TypeFor[Object]() || t == reflect.TypeFor[Raw]() {
		return holdsContent
	}
	if seen[t] {
		return holdsNone
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Interface:
		return holdsAny
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return typeHolding(t.Elem(), seen)
	case reflect.Map:
		return max(typeHolding(t.Key(), seen), typeHolding(t.Elem(), seen))
	case reflect.Struct:
		h := holdsNone
		for i := range t.NumField() {
			h = max(h, typeHolding(t.Field(i).Type, seen))
		}
		return h
	default:
		return holdsNone
	}
}

// search looks through a value that holds interfaces.
type search struct{ steps, depth int }

// What is larger or deeper than this is not looked through, but withheld. A
// value that leads back to itself is.
const (
	maxSteps = 10_000
	maxDepth = 100
)

// content reports whether there is content of a message in v.
func (s *search) content(v reflect.Value) bool {
	if h := holdingOf(v.Type()); h != holdsAny {
		return h == holdsContent
	}
	s.steps++
	s.depth++
	defer func() { s.depth-- }()
	if s.steps > maxSteps || s.depth > maxDepth {
		return true
	}
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		return !v.IsNil() && s.content(v.Elem())
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if s.content(v.Index(i)) {
				return true
			}
		}
	case reflect.Map:
		for i := v.MapRange(); i.Next(); {
			if s.content(i.Key()) || s.content(i.Value()) {
				return true
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if s.content(v.Field(i)) {
				return true
			}
		}
	}
	return false
}
