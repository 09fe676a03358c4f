package redox

import (
	"fmt"
	"iter"
	"log/slog"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/preserved"
)

// Object is embedded in every generated struct. It keeps what the fields
// cannot show: extensions, unknown members, values of a wrong type, and whether
// a member was null or empty rather than absent. Encoding writes all of it back,
// unless the field in question was set to something else meanwhile. Extensions,
// SetExtension and SetUnknownMember read and change what is beside the fields.
//
// What is kept of a value goes with that value. A field that is set anew is
// written as it was set, even if it reads the same: ID, decoded from the number 7,
// is the text "7" once it is set to "7". An element of a list that came in another
// form, such as an object in a list of texts, is written as it came wherever it is
// moved in its list, and is gone when it is removed or replaced; so a list that is
// replaced is written as it was set.
//
// Go cannot tell whether two kinds of values were set anew. Booleans in lists, and
// lists in lists, are written as they came while their list has the same elements in
// the same places. If a member had a type that its field cannot show, the field is
// zero and encoding writes the original; setting the field and zeroing it again
// writes the original, too. Call DiscardUnknown to drop it.
//
// Copying a struct copies what it keeps, which is never changed after decoding.
// Its slices are shared between the copies, as those of any struct are; Clone
// returns a copy that shares none. A decoded text shares a block of memory with
// others of its message, of up to 48 KB, as an element does with its list. To
// hold a small part of large messages for long, Clone the part, or the text with
// strings.Clone.
//
// Object also keeps the struct's values out of the output of package fmt, and
// of log/slog where the struct is the value of an attribute. Two ways around it
// remain: a JSON handler of log/slog encodes what is inside of slices, maps and
// other structs, see RedactAttr; and no method is asked of what is behind an
// unexported field of another struct. Redact prints the outline of a message.
type Object struct {
	// Generated structs are never comparable, so that one that gains its first
	// slice does not lose a property that users had come to rely on.
	_ [0]func()

	preserved *preserved.Preserved
}

// UnknownMembers yields the members that a struct has no field for, in the
// order of the message. Extensions is one of them, see Extensions for what it says:
//
//	for name, value := range redox.UnknownMembers(ev.Patient.Object) { … }
//
// It is no method: every method of Object exists anew in every generated type.
func UnknownMembers(o Object) iter.Seq2[string, Raw] {
	return func(yield func(string, Raw) bool) {
		for _, m := range o.preserved.Unknown() {
			if !yield(m.Name, Raw(m.JSON)) {
				return
			}
		}
	}
}

// UnknownMember returns the member called name that a struct has no field for;
// it is unset when there is none.
func UnknownMember(o Object, name string) Raw {
	for n, raw := range UnknownMembers(o) {
		if n == name {
			return raw
		}
	}
	return ""
}

// withheld is what stands for a message's content in logs.
const withheld = "(content withheld)"

// Format writes a placeholder for every verb.
//
//go:noinline
func (o Object) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(withheld)) }

// LogValue is a placeholder.
//
//go:noinline
func (o Object) LogValue() slog.Value { return slog.StringValue(withheld) }
