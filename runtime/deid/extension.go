package deid

import (
	"reflect"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// extensionURL is what the URL of a listed extension begins with.
const extensionURL = "https://api.redoxengine.com/extensions/"

// planExtensions plans the extensions that are kept.
func (d *Deidentifier) planExtensions() {
	for name, class := range redox.ExtensionClasses() {
		d.planExtension(name, class)
	}
	for _, name := range d.policy.Extensions {
		if d.known[name] == nil {
			d.planExtension(name, redox.ClassFreeText)
		}
	}
}

func (d *Deidentifier) planExtension(name string, class redox.Class) {
	path := "Extensions." + name
	o := d.object(reflect.TypeFor[redox.Extension](), path)
	text := o.members["string"]
	text.class, text.action = class, d.policy.action(text.path, class)
	text.kind = d.kind(text)
	d.known[name] = d.field(&field{name: name, quoted: quoted(name), path: path, action: Replace, object: o})
}

// container writes the member Extensions at i of an object, and returns the position
// behind it. It is an object of extensions by name, or itself one.
func (w *walker) container(i int, o *object) int {
	if name := w.extensionAt(i); name != "" {
		return w.value(i, w.d.known[name])
	}
	return w.members(i, &object{members: w.d.known, unknown: o.extensions})
}

// extensionAt returns the name of the known extension that the object at i itself is.
func (w *walker) extensionAt(i int) (name string) {
	w.EachMember(i, func(member string, _, value int) int {
		end := w.SkipValue(value)
		if member == "url" && w.In.At(value) == '"' {
			url := w.In.Text(value+1, end-1)
			url = url[strings.LastIndexByte(url, '/')+1:]
			if w.d.known[url] != nil {
				name = url
			}
		}
		return end
	})
	return name
}
