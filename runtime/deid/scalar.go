package deid

import (
	"strconv"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

const (
	replacement = "text" // in place of words; neither a date nor a number
	mostDigits  = 8      // of a quantity: longer ones may be identifiers
	longestCode = 64     // bytes: longer ones are no codes
)

// string writes what becomes of the string s of a field, which is from i to end.
func (w *walker) string(f *field, s string, i, end int) {
	f.count.Add(1)
	if s == "" || f.action == Keep && keeps(f, s) {
		return
	}
	w.leaveOut(i, end)
	if !hasPseudonym(f) {
		w.out = jsontext.AppendString(w.out, w.changed(f, s))
		return
	}
	if len(s) > longestKnown {
		w.out = jsontext.AppendString(w.out, w.pseudonym(f, s))
		return
	}
	k, isKnown := w.known.place(f.kind, s)
	if !isKnown {
		k.kind, k.text = f.kind, append(k.text[:0], s...)
		k.json = jsontext.AppendString(k.json[:0], w.pseudonym(f, s))
	}
	w.out = append(w.out, k.json...)
}

// hasPseudonym reports whether what becomes of a field's text depends on the text alone, and is
// worth remembering.
func hasPseudonym(f *field) bool {
	switch f.class {
	case redox.ClassFreeText, redox.ClassDocument, redox.ClassDate:
		return false
	case redox.ClassGeographic:
		return f.action == Pseudonym || f.action == Generalize
	default:
		return f.action == Pseudonym
	}
}

// keeps reports whether a text that the policy keeps looks like one of its class.
func keeps(f *field, s string) bool {
	switch {
	case f.number || f.class == redox.ClassQuantity:
		return isQuantity(s)
	case f.class == redox.ClassCode:
		return len(s) <= longestCode
	default:
		return f.path != "" && f.name != "url"
	}
}

// changed returns what becomes of a text that is not kept.
func (w *walker) changed(f *field, s string) string {
	switch {
	case f.name == "url" && f.action == Keep: // of an extension
		if name, ok := strings.CutPrefix(s, extensionURL); ok && w.d.known[name] != nil {
			return s
		}
		return replacement
	case f.class == redox.ClassDate && f.action == Generalize:
		return yearOf(s, w.d.oldest)
	case f.class == redox.ClassDate && f.action == Shift:
		return shifted(s, w.days)
	case f.class == redox.ClassAge && f.action == Generalize:
		return cappedAge(s)
	default:
		return sameKind(s)
	}
}

// pseudonym returns the text that stands for s.
func (w *walker) pseudonym(f *field, s string) string {
	switch {
	case f.class == redox.ClassName:
		return w.secret.name(f, s)
	case f.class == redox.ClassContact:
		return w.secret.contact(s)
	case f.class == redox.ClassGeographic && f.action == Generalize:
		return region(f.name, s)
	case f.class == redox.ClassGeographic:
		return w.secret.place(f.name, s)
	default:
		return w.secret.identifier(s)
	}
}

// number writes what becomes of the number of a field, which is from i to end.
func (w *walker) number(f *field, i, end int) {
	f.count.Add(1)
	s := w.In.Text(i, end)
	if f.action == Keep && (f.number || f.class == redox.ClassQuantity) && isQuantity(s) {
		return
	}
	other := "0"
	switch {
	case f.class == redox.ClassAge && f.action == Generalize:
		if age := cappedAge(s); jsontext.IsNumber(age) {
			other = age
		}
	case f.action == Pseudonym && (f.class == redox.ClassIdentifier || f.class == redox.ClassRouting):
		other = w.secret.digits(s)
	}
	w.leaveOut(i, end)
	w.out = append(w.out, other...)
}

// isQuantity reports whether s is a number of few digits, maybe with a comparison.
func isQuantity(s string) bool {
	s = strings.TrimLeft(strings.TrimSpace(s), "<>=~ +-")
	digits := 0
	for _, c := range []byte(s) {
		switch {
		case '0' <= c && c <= '9':
			digits++
		case c != '.' && c != ',':
			return false
		}
	}
	return digits > 0 && digits <= mostDigits
}

// cappedAge returns an age in years, 90 for all above 89.
func cappedAge(s string) string {
	age, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	switch {
	case err != nil || age < 0 || !isQuantity(s):
		return replacement
	case age > 89:
		return "90"
	default:
		return strconv.Itoa(int(age))
	}
}
