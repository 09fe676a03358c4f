package redoximpl

import (
	"reflect"

	"github.com/redoxgen/redoxgen/internal/fieldpath"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/convert"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// origin is where a value of a merged message comes from.
type origin struct {
	path string // in the message that it comes from
	name string // of the member that it becomes
	in   string // of the member that this is in
}

func (p origin) member(name string) origin {
	return origin{path: fieldpath.Member(p.path, name), name: name, in: p.name}
}

// unknown returns the origin of a member without a field, to which the names lead.
func (p origin) unknown(names []string) origin {
	path := []byte(p.path)
	for _, name := range names {
		path = report.AppendName(path, name, false)
	}
	return origin{path: string(path)}
}

// merge sets what dst leaves unset to what src has. It goes into structs and
// takes slices as a whole. Where both are set, both decides; for a member without a
// field, which stays, it gets no values.
func merge(dst, src reflect.Value, at origin, both func(dst, src reflect.Value, at origin)) {
	switch {
	case src.IsZero():
	case dst.IsZero():
		dst.Set(src)
	case dst.Kind() == reflect.Struct:
		for _, names := range inherit(dst, src) {
			both(reflect.Value{}, reflect.Value{}, at.unknown(names))
		}
		for i := 1; i < dst.NumField(); i++ { // the first is Object
			merge(dst.Field(i), src.Field(i), at.member(memberName(dst.Type().Field(i))), both)
		}
	default:
		both(dst, src, at)
	}
}

// inherit gives the struct dst what decoding preserved in src besides its fields, such
// as extensions, or how a text was written that is not Unicode; see convert.Inherit.
func inherit(dst, src reflect.Value) (differing [][]string) {
	return convert.Inherit(mem.Of(dst.Addr().Interface()), mem.Of(src.Addr().Interface()))
}

// memberName is what a field of a generated struct is called in JSON.
func memberName(f reflect.StructField) string { return f.Tag.Get("json") }

// same reports whether two values of generated structs say the same.
func same(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.Struct:
		return Equal(a.Addr().Interface(), b.Addr().Interface())
	case reflect.Slice:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !same(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	default:
		return a.Equal(b)
	}
}

// areIdentifiers reports whether t is a list of structs with an ID and an IDType.
func areIdentifiers(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct && len(identifying(t.Elem())) == 2
}

// identifying returns the indices of the fields that tell identifiers apart.
func identifying(t reflect.Type) (fields []int) {
	for i := range t.NumField() {
		if name := memberName(t.Field(i)); name == "ID" || name == "IDType" {
			fields = append(fields, i)
		}
	}
	return fields
}

// addIdentifiers returns a list with those of dst, and those of src that it
// lacks. Of those in both it tells both what they say differently.
func addIdentifiers(dst, src reflect.Value, both func(dst, src reflect.Value)) reflect.Value {
	// The elements may be the application's, which are not changed.
	all := reflect.AppendSlice(reflect.MakeSlice(dst.Type(), 0, dst.Len()+src.Len()), dst)
	fields := identifying(dst.Type().Elem())
	identity := func(v reflect.Value) [2]string {
		return [2]string{v.Field(fields[0]).String(), v.Field(fields[1]).String()}
	}
	first := make(map[[2]string]int, dst.Len()+src.Len()) // of several alike, by index in all
	for i := dst.Len() - 1; i >= 0; i-- {
		first[identity(dst.Index(i))] = i
	}
	for i := range src.Len() {
		one := src.Index(i)
		id := identity(one)
		if known, ok := first[id]; ok {
			merge(all.Index(known), one, origin{}, func(dst, src reflect.Value, _ origin) { both(dst, src) })
			continue
		}
		first[id] = all.Len()
		all = reflect.Append(all, one)
	}
	return all
}
