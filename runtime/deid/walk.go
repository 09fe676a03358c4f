package deid

import (
	"strconv"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// walker writes one message, which is known to be JSON, anew.
type walker struct {
	jsontext.Scanner
	d     *Deidentifier
	out   []byte
	days  int // the offset of dates
	masks int
	cache map[cached]string // pseudonyms of this and earlier messages
}

// cached is a text, and what its pseudonym depends on.
type cached struct {
	class      redox.Class
	name, text string
	person     bool
}

// mostCached is how many pseudonyms a walker remembers.
const mostCached = 4096

func (w *walker) message(i int, root *object) {
	w.days, w.masks = w.d.secret.days(""), 0
	end := w.object(i, root)
	w.out = append(w.out, w.In.Text(end, w.SkipSpace(end))...)
}

// value writes the value at i of a field, and returns the position behind it.
func (w *walker) value(i int, f *field) int {
	switch w.In.At(i) {
	case '{':
		if f.object == nil { // what is not to be here has no member that is known
			return w.members(i, func(string) *field { return nil })
		}
		return w.object(i, f.object)
	case '[':
		return w.array(i, f)
	case '"':
		end, flags := w.SkipString(i)
		w.text(f, w.Unquote(i, end, flags), i, end)
		return end
	case 'n', 't', 'f':
		end := w.SkipValue(i)
		w.out = append(w.out, w.In.Text(i, end)...)
		return end
	default:
		end := w.SkipValue(i)
		w.number(f, w.In.Text(i, end))
		return end
	}
}

// object writes the object at i, of which o is known.
func (w *walker) object(i int, o *object) int {
	if o.patient && w.d.shifts {
		defer func(days int) { w.days = days }(w.days)
		if key := w.patientKey(i); key != "" {
			w.days = w.d.secret.days(key)
		}
	}
	return w.members(i, func(name string) *field {
		f := o.members[name]
		switch {
		case f != nil:
			return f
		case name == "Extensions":
			return o.container
		default:
			return o.unknown
		}
	})
}

// members writes the object at i with the members that find knows.
func (w *walker) members(i int, find func(name string) *field) int {
	w.out = append(w.out, '{')
	at, written := i+1, false
	for {
		start := at
		at = w.SkipSpace(at)
		if w.In.At(at) != '"' { // the object is empty
			w.out = append(append(w.out, w.In.Text(start, at)...), '}')
			return at + 1
		}
		nameEnd, flags := w.SkipString(at)
		name := w.Unquote(at, nameEnd, flags)
		value := w.SkipColon(nameEnd)
		end := 0
		if f, as := w.kept(find(name), name, value); f != nil {
			if written {
				w.out = append(w.out, ',')
			}
			written = true
			w.out = append(w.out, w.In.Text(start, at)...)
			w.out = append(append(append(w.out, '"'), as...), '"') // it needs no escape
			w.out = append(w.out, w.In.Text(nameEnd, value)...)
			if f.extensionsOf != nil {
				end = w.container(value, f.extensionsOf)
			} else {
				end = w.value(value, f)
			}
		} else {
			end = w.SkipValue(value)
		}
		behind := w.SkipSpace(end)
		if w.In.At(behind) == '}' {
			w.out = append(append(w.out, w.In.Text(end, behind)...), '}')
			return behind + 1
		}
		at = behind + 1
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

// array writes the array at i, whose elements are those of a list, or are in place of
// a single value.
func (w *walker) array(i int, f *field) int {
	w.out = append(w.out, '[')
	at := i + 1
	for {
		start := at
		at = w.SkipSpace(at)
		w.out = append(w.out, w.In.Text(start, at)...)
		if w.In.At(at) == ']' {
			w.out = append(w.out, ']')
			return at + 1
		}
		end := w.value(at, f)
		at = w.SkipSpace(end)
		w.out = append(w.out, w.In.Text(end, at)...)
		if w.In.At(at) == ',' {
			w.out = append(w.out, ',')
			at++
		}
	}
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
