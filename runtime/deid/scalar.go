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

// text writes what becomes of the string s of a field, which is from i to end.
func (w *walker) text(f *field, s string, i, end int) {
	f.count.Add(1)
	if s == "" {
		w.out = append(w.out, `""`...)
		return
	}
	if f.action == Keep && keeps(f, s) {
		w.out = append(w.out, w.In.Text(i, end)...)
		return
	}
	w.out = jsontext.AppendString(w.out, w.changed(f, s))
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
	case f.class == redox.ClassGeographic && f.action == Generalize:
		return region(f.name, s)
	case f.action != Pseudonym:
		return sameKind(s)
	}
	if f.class == redox.ClassFreeText || f.class == redox.ClassDocument || f.class == redox.ClassDate {
		return sameKind(s)
	}
	key := cached{f.class, f.name, s, f.person}
	if p, ok := w.cache[key]; ok {
		return p
	}
	if len(w.cache) >= mostCached {
		clear(w.cache)
	}
	key.text = strings.Clone(s) // of its own, and not of a whole message
	w.cache[key] = w.pseudonym(f, s)
	return w.cache[key]
}

// pseudonym returns the text that stands for s.
func (w *walker) pseudonym(f *field, s string) string {
	sec := &w.d.secret
	switch f.class {
	case redox.ClassName:
		return sec.name(f, s)
	case redox.ClassContact:
		return sec.contact(s)
	case redox.ClassGeographic:
		return sec.place(f.name, s)
	default:
		return sec.identifier(s)
	}
}

// number writes what becomes of the number s of a field.
func (w *walker) number(f *field, s string) {
	f.count.Add(1)
	switch {
	case f.action == Keep && f.class == redox.ClassQuantity && isQuantity(s),
		f.action == Keep && f.number && isQuantity(s):
		w.out = append(w.out, s...)
	case f.class == redox.ClassAge && f.action == Generalize:
		if age := cappedAge(s); jsontext.IsNumber(age) {
			w.out = append(w.out, age...)
		} else {
			w.out = append(w.out, '0')
		}
	case f.action == Pseudonym && (f.class == redox.ClassIdentifier || f.class == redox.ClassRouting):
		w.out = append(w.out, w.d.secret.digits(s)...)
	default:
		w.out = append(w.out, '0')
	}
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
