package redox

import (
	"iter"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/convert"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/decode"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/encode"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/extension"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Extension is what one extension says. Any object of any message may have
// extensions, in a member Extensions that is in no schema: an object in which each
// has a name. An extension has one value, in the form that its documentation at Redox
// asks for; the constants name those of which that is known.
//
//	role := redox.ExtensionOf(&ev.Meta, redox.ExtensionUserRole).Coding
//
// A value of any other form is among the UnknownMembers of the extension's Object,
// and SetUnknownMember sets it.
type Extension struct {
	Object

	// URL identifies the extension. SetExtension fills it in from the name.
	URL string `json:"url" class:"none"`

	String       string              `json:"string"`
	Coding       Coding              `json:"coding"`
	DateTime     DateTime            `json:"dateTime"`
	Address      Address             `json:"address"`
	HumanName    HumanName           `json:"humanName"`
	Identifier   ExtensionIdentifier `json:"identifier"`
	Participants []Participant       `json:"participants"`
	Number       Number              `json:"number" class:"quantity"`
	Boolean      Bool                `json:"boolean" class:"code"`
}

// Coding is an extension's value: a code, and what it means.
type Coding struct {
	Object

	System  string `json:"system" class:"code"`
	Code    string `json:"code" class:"code"`
	Display string `json:"display"`
}

// Address is an extension's value: a postal address.
type Address struct {
	Object

	Line       string `json:"line" class:"geographic"`
	City       string `json:"city" class:"geographic"`
	State      string `json:"state" class:"geographic"`
	PostalCode string `json:"postalCode" class:"geographic"`
}

// HumanName is an extension's value: the name of a person.
type HumanName struct {
	Object

	Use    string   `json:"use" class:"code"`
	Text   string   `json:"text" class:"name"`
	Family string   `json:"family" class:"name"`
	Given  []string `json:"given" class:"name"`
}

// ExtensionIdentifier is an extension's value: an identifier, and what kind it is.
type ExtensionIdentifier struct {
	Object

	Value string `json:"value" class:"direct identifier"`
	Type  string `json:"type" class:"code"`
}

// Participant is one of the people in an extension's value.
type Participant struct {
	Object

	ID     string            `json:"id" class:"direct identifier"`
	IDType string            `json:"idType" class:"code"`
	Person ParticipantPerson `json:"person"`
}

// ParticipantPerson is who a Participant is.
type ParticipantPerson struct {
	Object

	Name HumanName `json:"name"`
}

// IsSet reports whether there is anything in e.
func (e Extension) IsSet() bool { return !partOf(&e).program.Root.Type.IsZero(mem.Of(&e)) }

// MarshalJSON returns e with everything that decoding kept.
func (e Extension) MarshalJSON() ([]byte, error) { return Marshal(&e) }

// UnmarshalJSON decodes any JSON object.
func (e *Extension) UnmarshalJSON(data []byte) error { return Unmarshal(data, e) }

// Equal reports whether e and o hold the same data.
func (e Extension) Equal(o Extension) bool { return Equal(&e, &o) }

// Extensions yields the extensions of *v by name, in the order of the message:
//
//	for name, e := range redox.Extensions(&ev.Orders[0]) { … }
//
// Of several of one name the last counts. Where the member Extensions is itself one
// extension, its name is what its URL ends with. A member Extensions that is not an
// object yields nothing; as an UnknownMember it is there as it came.
func Extensions(v Struct) iter.Seq2[string, Extension] {
	return func(yield func(string, Extension) bool) {
		extension.Each(containerOf(v), func(n extension.Entry) bool { return yield(n.Name, extensionOf(n.JSON)) })
	}
}

// ExtensionOf returns the extension of *v called name; it is not set if there is none.
func ExtensionOf(v Struct, name string) Extension {
	found := ""
	extension.Each(containerOf(v), func(n extension.Entry) bool {
		if n.Name == name {
			found = n.JSON
		}
		return true
	})
	if found == "" {
		return Extension{}
	}
	return extensionOf(found)
}

// extensionOf decodes an extension. What is not an object is kept as it is.
func extensionOf(text string) Extension {
	e := new(Extension)
	if p := partOf(e); decode.Unmarshal(p.program, []byte(text), p.pointer()) != nil {
		e.preserved = &preserved.Preserved{Rare: &preserved.Rare{Original: text}}
	}
	return *e
}

// SetExtension gives *v the extension called name, in place of one that it has. If its
// URL is empty it becomes that of Redox's extension of the name. What is wrong with the
// extension is found by Validate, Build and Send, as it is for fields. SetExtension
// panics if v is nil, as an assignment to a field would.
func SetExtension(v Struct, name string, e Extension) {
	SetExtensions(v, func(yield func(string, Extension) bool) { yield(name, e) })
}

// SetExtensions is SetExtension for several, such as those of another object:
//
//	redox.SetExtensions(&flowsheet.Visit, redox.Extensions(&order.Visit))
func SetExtensions(v Struct, extensions iter.Seq2[string, Extension]) {
	var entries []extension.Entry
	for name, e := range extensions {
		if e.URL == "" && (e.preserved == nil || e.preserved.Rare == nil || e.preserved.Rare.Original == "") {
			e.URL = extension.URLBase + name
		}
		entries = append(entries, extension.Entry{Name: name, JSON: string(encode.AsIs(partOf(&e).program, mem.Of(&e)))})
	}
	editExtensions(v, entries)
}

// MetaExtension returns a function that sets an extension of a Meta section, for the
// method Meta of builders:
//
//	q, err := patientsearch.BuildQuery().To(carequality).
//		Meta(redox.MetaExtension(redox.ExtensionUserID, redox.Extension{String: "jdoe"})).
func MetaExtension(name string, e Extension) func(*Meta) {
	return func(m *Meta) { SetExtension(m, name, e) }
}

// RemoveExtension removes the extension of *v called name, if there is one.
func RemoveExtension(v Struct, name string) { editExtensions(v, []extension.Entry{{Name: name}}) }

func editExtensions(v Struct, entries []extension.Entry) {
	was := containerOf(v)
	if is := extension.Edit(was, entries); is != was {
		SetUnknownMember(v, extension.Member, Raw(is))
	}
}

// containerOf returns the member Extensions of *v; "" if there is none. It is an
// unknown member, unless the struct was generated from a schema that has it.
func containerOf(v Struct) string {
	p := partOf(v)
	if p.v == nil && isNil(v) {
		return ""
	}
	o := v.redoxObject()
	if p.unknown() != nil || p.program != nil && p.program.Root.Object.Lookup(extension.Member) >= 0 {
		var all members
		if text, err := Marshal(v); err == nil {
			_ = Unmarshal(text, &all) // what is not an object has no members
		}
		o = &all.Object
	}
	return string(UnknownMember(*o, extension.Member))
}

// SetUnknownMember sets the member of *v called name, for what a destination agreed to
// beyond its schema. It is sent, and Validate warns of it (see RuleUnknown). An unset
// value removes the member. Where the struct has a field for the member, be it since it
// was generated anew, that is set instead, as decoding would set it: null shows as
// zero and is sent as null. A value that is not JSON is found by Validate, Build and
// Send. SetUnknownMember panics if v is nil, as an assignment to a field would.
func SetUnknownMember(v Struct, name string, value Raw) {
	p := partOf(v)
	if u := p.unknown(); u != nil {
		m := new(members)
		if Unmarshal([]byte(textOf(u)), m) == nil { // else it is refused anyway
			SetUnknownMember(m, name, value)
			u.JSON = Raw(encode.AsIs(partOf(m).program, mem.Of(m)))
		}
		return
	}
	if p.program != nil {
		convert.SetMember(p.program, p.pointer(), name, string(value))
		return
	}
	o := v.redoxObject()
	o.preserved = o.preserved.Copy()
	o.preserved.SetUnknown(convert.SetMemberOf(name, string(value)))
}
