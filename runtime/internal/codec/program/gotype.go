package program

import (
	"reflect"
	"strings"
	"sync"
)

// redoxPath is the import path of package redox, which this package cannot
// import: the types of that name are what fields of generated structs have.
var redoxPath = strings.TrimSuffix(reflect.TypeFor[Program]().PkgPath(), "internal/codec/program") + "redox"

// redoxKinds are the kinds of the types of package redox.
var redoxKinds = map[string]Kind{
	"Number": KindNumber, "Bool": KindBool, "Raw": KindRaw, "Date": KindDate, "DateTime": KindDate, "Object": KindPreserved,
}

// kindOf returns how the codec reads and writes a Go type of a generated struct.
func kindOf(t reflect.Type) Kind {
	if t.PkgPath() == redoxPath {
		if kind, ok := redoxKinds[t.Name()]; ok {
			return kind
		}
	}
	switch t.Kind() {
	case reflect.String:
		return KindString
	case reflect.Struct:
		return KindObject
	case reflect.Slice:
		return KindSlice
	default:
		return KindNone
	}
}

// IsGenerated reports whether t is a struct as generated code has them:
// redox.Object, and fields with JSON names that the codec can read.
func IsGenerated(t reflect.Type) bool {
	if t.Kind() != reflect.Struct || t.NumField() == 0 || kindOf(t.Field(0).Type) != KindPreserved {
		return false
	}
	for i := 1; i < t.NumField(); i++ {
		f := t.Field(i)
		if kind := kindOf(f.Type); kind == KindNone || kind == KindPreserved {
			return false
		}
		if _, ok := f.Tag.Lookup("json"); !ok {
			return false
		}
	}
	return true
}

// plainPrograms holds the program of every type that Plain was called for.
var plainPrograms sync.Map // reflect.Type → *Program

// Plain returns the program of the generated struct t outside of any event; nil
// if t is not one.
func Plain(t reflect.Type) *Program {
	if p, ok := plainPrograms.Load(t); ok {
		return p.(*Program)
	}
	if !IsGenerated(t) {
		return nil
	}
	n := plainNode(t)
	p, _ := plainPrograms.LoadOrStore(t, newProgram(n, func() *Node { return n }))
	return p.(*Program)
}
