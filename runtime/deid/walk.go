package deid

import (
	"strconv"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// walker writes one message, which is known to be JSON, anew. What stays as it is, which is
// most of a message, is copied in long runs.
type walker struct {
	jsontext.Scanner
	d      *Deidentifier
	secret secret
	text   []byte // the message
	out    []byte
	done   int // what is before it in the message is written or left out
	days   int // the offset of dates
	masks  int
	known  *pseudonyms // of this and earlier messages
}

// mostKept is how many bytes a walker keeps of memory for the next message.
const mostKept = 1 << 20

// message appends the de-identified form of the message to dst.
func (w *walker) message(dst []byte, root *object, data []byte) ([]byte, error) {
	w.In, w.text = mem.Borrow(append(w.text[:0], data...))
	w.Scanner = jsontext.Scanner{In: w.In, Scratch: w.Scratch}
	i := w.StartObject()
	if w.Reason == "" {
		w.End(w.SkipValue(i))
	}
	if w.Reason != "" {
		return dst, syntaxError(w.Err(data))
	}
	w.out, w.done, w.masks = dst, 0, 0
	w.days = w.secret.days("")
	w.object(i, root)
	w.copyTo(len(data))
	out := w.out
	w.out, w.In = nil, mem.Input{}
	if cap(w.text) > mostKept {
		w.text = nil
	}
	return out, nil
}

// copyTo copies what is left of the message before i.
func (w *walker) copyTo(i int) { w.leaveOut(i, i) }

// leaveOut copies what is left of the message before i, and goes on at end: what is written
// now stands in place of what is between them.
func (w *walker) leaveOut(i, end int) {
	w.out = append(w.out, w.In.Text(w.done, i)...)
	w.done = end
}

// value changes the value at i of a field, and returns the position behind it.
func (w *walker) value(i int, f *field) int {
	switch w.In.At(i) {
	case '{':
		if f.object == nil { // what is not to be here has no member that is known
			return w.members(i, &object{})
		}
		return w.object(i, f.object)
	case '[':
		return w.array(i, f)
	case '"':
		end, flags := w.SkipString(i)
		w.string(f, w.Unquote(i, end, flags), i, end)
		return end
	case 'n', 't', 'f':
		return w.SkipValue(i)
	default:
		end := w.SkipValue(i)
		w.number(f, i, end)
		return end
	}
}

// object changes the object at i, of which o is known.
func (w *walker) object(i int, o *object) int {
	if o.patient && w.d.shifts {
		defer func(days int) { w.days = days }(w.days)
		if key := w.patientKey(i); key != "" {
			w.days = w.secret.days(key)
		}
	}
	return w.members(i, o)
}

// members changes the object at i, of whose members o knows.
func (w *walker) members(i int, o *object) int {
	at, next, any := i+1, 0, false
	for {
		start := at
		at = w.SkipSpace(at)
		if w.In.At(at) != '"' { // the object is empty
			return at + 1
		}
		nameEnd, flags := w.SkipString(at)
		name := w.Unquote(at, nameEnd, flags)
		value := w.SkipColon(nameEnd)
		f, as := w.kept(o.member(name, &next), name, value)
		end := 0
		switch {
		case f == nil:
			end = w.SkipValue(value)
		default:
			if w.In.Text(at+1, nameEnd-1) != as {
				w.leaveOut(at+1, nameEnd-1)
				w.out = append(w.out, as...) // it needs no escape
			}
			if f.extensionsOf != nil {
				end = w.container(value, f.extensionsOf)
			} else {
				end = w.value(value, f)
			}
		}
		at = w.SkipSpace(end)
		isLast := w.In.At(at) == '}'
		switch {
		case f != nil:
			any = true
		case any: // with the comma before it
			w.leaveOut(start-1, end)
		case isLast:
			w.leaveOut(start, end)
		default: // with the comma behind it
			w.leaveOut(start, at+1)
		}
		at++
		if isLast {
			return at
		}
	}
}

// kept returns the field of a member and the name that it is written under; nil for one
// that is dropped.
func (w *walker) kept(f *field, name string, value int) (*field, string) {
	switch {
	case f != nil && f.extensionsOf != nil && w.In.At(value) != '{':
		f = f.extensionsOf.unknown // no extensions, but a member that is unknown
	case f != nil && f.action != Drop:
		return f, f.quoted
	}
	isMember := f == nil || f.name == ""
	switch {
	case isMember && w.d.members[name]:
		return w.d.anything, quoted(name)
	case isMember && w.d.policy.MaskUnknown:
		w.masks++
		return w.d.anything, "Unknown" + strconv.Itoa(w.masks)
	}
	if f == nil {
		f = w.d.misplaced
	}
	f.count.Add(1)
	return nil, ""
}

// quoted returns a member's name as it is between quotes.
func quoted(name string) string {
	text := jsontext.AppendString(nil, name)
	return string(text[1 : len(text)-1])
}

// array changes the array at i, whose elements are those of a list, or are in place of a
// single value.
func (w *walker) array(i int, f *field) int {
	return w.EachElement(i, func(_, value int) int { return w.value(value, f) })
}

// patientKey returns what identifies the patient of the object at i: the first of the
// identifiers that say MR or MRN, or else the one whose IDType is the first.
func (w *walker) patientKey(i int) (key string) {
	best := ""
	w.EachMember(i, func(name string, _, value int) int {
		switch {
		case name == "Patient" && w.In.At(value) == '{':
			key = w.patientKey(value)
		case name == "Identifiers" && w.In.At(value) == '[':
			w.EachElement(value, func(_, element int) int {
				if w.In.At(element) == '{' {
					id, idType := w.identifier(element)
					if isMR := strings.EqualFold(idType, "MR") || strings.EqualFold(idType, "MRN"); isMR {
						idType = ""
					}
					if id != "" && (key == "" || idType < best) {
						key, best = idType+"|"+id, idType
					}
				}
				return w.SkipValue(element)
			})
		}
		return w.SkipValue(value)
	})
	return key
}

// identifier returns the texts of the identifier at i.
func (w *walker) identifier(i int) (id, idType string) {
	w.EachMember(i, func(name string, _, value int) int {
		end := w.SkipValue(value)
		text := w.In.Text(value, end)
		if w.In.At(value) == '"' {
			_, flags := w.SkipString(value)
			text = w.Unquote(value, end, flags)
		}
		switch name {
		case "ID":
			id = text
		case "IDType":
			idType = text
		}
		return end
	})
	return id, idType
}
