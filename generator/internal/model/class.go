package model

import "github.com/redoxgen/redoxgen/runtime/redox"

// moreCareful returns the class that needs the most care of those that the uses of a
// member state; "" is none.
func moreCareful(a, b string) string {
	x, okA := redox.ParseClass(a)
	y, okB := redox.ParseClass(b)
	if okA && (!okB || x <= y) {
		return a
	}
	return b
}

// attachClasses settles what every field holds: what its schemas state, or else what
// the catalog knows, or else what its kind tells.
func (b *builder) attachClasses() {
	for _, s := range b.drafts() {
		for _, f := range s.Fields {
			if f.Kind.Base == Concept {
				f.Class = redox.ClassNone
				continue
			}
			stated := ""
			if fd := s.fields[f.Name]; fd != nil {
				stated = fd.class
			}
			if stated == "" {
				stated = b.in.Classes[s.Key][f.Name]
			}
			f.Class = f.Kind.class()
			if c, ok := redox.ParseClass(stated); ok {
				f.Class = c
			}
		}
	}
}

// class returns what a field of the kind holds unless somebody says otherwise.
func (k Kind) class() redox.Class {
	if k.Base == Date || k.Base == DateTime {
		return redox.ClassDate
	}
	return redox.ClassFreeText
}

// StatedClass returns the class of a field that its kind does not tell; "" if it does.
func (f *Field) StatedClass() string {
	if f.Kind.Base == Concept || f.Class == f.Kind.class() {
		return ""
	}
	return f.Class.String()
}
