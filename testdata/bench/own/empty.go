package main

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// addEmpty gives the structs of a message that hold anything the lists that they
// leave out, empty, as the published examples have them; not those that the event
// does not carry.
func addEmpty(m redox.Message) {
	v := reflect.ValueOf(m).Elem()
	addLists(v)
	for {
		found := false
		for w := range m.Validate().Warnings() {
			if w.Rule == redox.RuleNotInEvent {
				f := at(v, w.Path)
				f.SetZero()
				found = true
			}
		}
		if !found {
			return
		}
	}
}

func addLists(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := 1; i < v.NumField() && !v.IsZero(); i++ { // the first is redox.Object
			f := v.Field(i)
			if f.Kind() == reflect.Slice && f.IsNil() {
				f.Set(reflect.MakeSlice(f.Type(), 0, 0))
			}
			addLists(f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			addLists(v.Index(i))
		}
	}
}

// at returns what is at a path such as Patient.Contacts[0].Roles.
func at(v reflect.Value, path string) reflect.Value {
	for _, name := range strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune(".[]", r) }) {
		if v.Kind() == reflect.Slice {
			i, _ := strconv.Atoi(name)
			v = v.Index(i)
			continue
		}
		for i := 1; i < v.NumField(); i++ {
			if v.Type().Field(i).Tag.Get("json") == name {
				v = v.Field(i)
				break
			}
		}
	}
	return v
}
