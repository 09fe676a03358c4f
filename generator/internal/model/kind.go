package model

import (
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/lock"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
)

// Base is what a member holds, slices aside.
type Base uint8

// The bases. Raw stands for anything that no other describes.
const (
	Raw Base = iota
	String
	Date
	DateTime
	Number
	Bool
	Concept
)

// lockedScalars are the bases of the name lock; a concept is there by its Go type.
var lockedScalars = [...]string{
	Raw: lock.Raw, String: lock.String, Date: lock.Date, DateTime: lock.DateTime, Number: lock.Number, Bool: lock.Bool,
}

// Kind is the kind of a member: a base, a number of slices around it, and for
// the base Concept which one.
type Kind struct {
	Base    Base
	Slices  int
	Concept *Struct
}

// String spells the kind as the name lock does, with a concept by its key.
func (k Kind) String() string {
	return string(k.Lock(func(concept *Struct) string { return concept.Key }))
}

// Lock returns the kind as the name lock has it; goType names a concept's type.
func (k Kind) Lock(goType func(*Struct) string) lock.Kind {
	if k.Base == Concept {
		return lock.SlicesOf(k.Slices, goType(k.Concept))
	}
	return lock.SlicesOf(k.Slices, lockedScalars[k.Base])
}

// isText reports whether values are strings in JSON.
func (b Base) isText() bool { return b == String || b == Date || b == DateTime }

// like reports whether values of k and o look the same in JSON, as far as kinds
// say: all concepts are objects.
func (k Kind) like(o Kind) bool {
	return k.Slices == o.Slices && (k.Base == o.Base || k.Base.isText() && o.Base.isText())
}

// natural returns the kind that a schema suggests by itself for the member
// called name. For the base Concept the concept is left open.
func natural(n *schema.Node, name string) Kind {
	types := n.Types &^ schema.Null
	switch {
	case n.Untyped:
		return Kind{}
	case types == schema.String:
		return Kind{Base: textBase(n.Date, name)}
	case types != 0 && types&^(schema.Integer|schema.Number) == 0:
		return Kind{Base: Number}
	case types == schema.Boolean:
		return Kind{Base: Bool}
	case isObject(n):
		return Kind{Base: Concept}
	case types == schema.Array && n.Items == nil:
		return Kind{Slices: 1}
	case types == schema.Array:
		k := natural(n.Items, "")
		k.Slices++
		return k
	default:
		return Kind{}
	}
}

// isObject reports whether a struct can stand for the values of n.
func isObject(n *schema.Node) bool {
	return !n.Untyped && len(n.Properties) > 0 && (n.Types&^schema.Null == schema.Object || n.Types == 0)
}

// isOpen reports whether n lets any value pass that its rules do not refuse,
// and so leaves the choice of a kind to other uses of the same member.
func isOpen(n *schema.Node) bool {
	return !n.Untyped && n.Types == 0 && len(n.Properties) == 0 && len(n.Required) == 0 && n.Items == nil
}

// Fits reports whether values that n accepts can be seen through kind k.
func (k Kind) Fits(n *schema.Node) bool {
	switch {
	case k.Base == Raw && k.Slices == 0, isOpen(n):
		return true
	case n.Untyped:
		return false
	case k.Slices > 0:
		k.Slices--
		return n.Types.Has(schema.Array) && (n.Items == nil || k.Fits(n.Items))
	case k.Base == Concept:
		return len(n.Properties) > 0 && (n.Types == 0 || n.Types.Has(schema.Object))
	case k.Base == Number:
		return n.Types&(schema.Integer|schema.Number) != 0
	case k.Base == Bool:
		return n.Types.Has(schema.Boolean)
	default:
		return n.Types.Has(schema.String)
	}
}

// Covers reports whether a field of kind k and the rules beside it say all that
// n says: nothing of the elements of arrays unless k is a slice, and nothing of
// the members of objects unless k is a struct. Of scalars rules say everything.
func (k Kind) Covers(n *schema.Node) bool {
	other := n.Allowed() & (schema.Array | schema.Object)
	switch {
	case k.Slices > 0:
		other &^= schema.Array
	case k.Base == Concept:
		other &^= schema.Object
	}
	if other.Has(schema.Array) && n.Items != nil || other.Has(schema.Object) && len(n.Properties)+len(n.Required) > 0 {
		return false
	}
	return !slices.ContainsFunc(n.Rules, func(r schema.Rule) bool {
		return r.Types() != schema.Any && r.Types()&other != 0
	})
}

// textBase returns the base of a text: a date by the schema's word, or by name.
func textBase(date, name string) Base {
	switch {
	case date == "date":
		return Date
	case date == "date-time":
		return DateTime
	case strings.HasSuffix(name, "DateTime"), strings.HasPrefix(name, "DateTime"), strings.HasSuffix(name, "StartDate"),
		strings.HasSuffix(name, "EndDate"), name == "Expiration", name == "IssuedAt", name == "LastUpdated":
		return DateTime
	case strings.HasSuffix(name, "Date"), name == "DOB":
		return Date
	default:
		return String
	}
}

// IsDateName reports whether the name of a member makes its texts dates.
func IsDateName(name string) bool { return textBase("", name) != String }

// Element returns the schema of what so many slices hold, or nil.
func Element(n *schema.Node, slices int) *schema.Node {
	for ; slices > 0 && n != nil; slices-- {
		n = n.Items
	}
	return n
}
