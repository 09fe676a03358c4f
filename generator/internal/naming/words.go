package naming

import (
	"fmt"
	"hash/fnv"
	"strings"
	"unicode"
)

// initialisms are written in capitals wherever they are a word of a name.
var initialisms = set(
	"API", "CCD", "CDA", "CPT", "CSV", "CVX", "DEA", "DOB", "DRG", "EHR", "EIN", "EMR", "FHIR", "GTIN", "GUID",
	"HTML", "HTTP", "HTTPS", "ICD", "ID", "IP", "JSON", "LOINC", "MIME", "MRN", "NDC", "NPI", "OID", "PCP", "PDF",
	"SMS", "SNOMED", "SSN", "SSO", "TIN", "UDI", "UPC", "URI", "URL", "UTC", "UUID", "XML", "ZIP",
)

// punctuation spells characters that identifiers cannot have, for names that
// nothing else tells apart.
var punctuation = map[rune]string{
	' ': "Space", '-': "Dash", '_': "Underscore", '.': "Dot", ',': "Comma", ':': "Colon", ';': "Semicolon",
	'/': "Slash", '\\': "Backslash", '#': "Hash", '$': "Dollar", '@': "At", '%': "Percent", '&': "And", '*': "Star",
	'+': "Plus", '=': "Equals", '!': "Bang", '?': "Question", '~': "Tilde", '|': "Bar", '^': "Caret", '<': "Less",
	'>': "Greater", '(': "Open", ')': "Close", '[': "Open", ']': "Close", '{': "Open", '}': "Close",
	'\'': "Quote", '"': "Quote", '`': "Backquote",
}

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}

// Exported returns the exported Go identifier that reads like name:
// "visit-number" and "visitNumber" become VisitNumber, "UserId" becomes UserID.
// Names without a letter or digit are spelled out, the empty one is Empty.
func Exported(name string) string {
	if id := join(words(name)); id != "" {
		return id
	}
	if name == "" {
		return "Empty"
	}
	return spelled(name)
}

// spelled is Exported with punctuation in words: "a-b" becomes ADashB.
func spelled(name string) string {
	var b strings.Builder
	for _, r := range name {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		case punctuation[r] != "":
			b.WriteString(" " + punctuation[r] + " ")
		default:
			fmt.Fprintf(&b, " U%04X ", r)
		}
	}
	return join(words(b.String()))
}

// hashed tells names apart that differ only in the case of their letters.
func hashed(name string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name))
	return fmt.Sprintf("%s_%08x", Exported(name), h.Sum32())
}

// words cuts a name at punctuation and where lower case turns to upper case.
func words(name string) []string {
	var list []string
	for _, chunk := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		r := []rune(chunk)
		start := 0
		for i := 1; i < len(r); i++ {
			opens := unicode.IsUpper(r[i]) && !unicode.IsUpper(r[i-1])
			ends := i+1 < len(r) && unicode.IsUpper(r[i-1]) && unicode.IsUpper(r[i]) && unicode.IsLower(r[i+1])
			if opens || ends {
				list = append(list, string(r[start:i]))
				start = i
			}
		}
		list = append(list, string(r[start:]))
	}
	return list
}

// join capitalises words and makes them one identifier.
func join(words []string) string {
	var b strings.Builder
	for _, w := range words {
		upper := strings.ToUpper(w)
		switch {
		case initialisms[upper]:
			b.WriteString(upper)
		case strings.HasSuffix(w, "s") && initialisms[upper[:len(upper)-1]]:
			b.WriteString(upper[:len(upper)-1] + "s")
		default:
			r := []rune(w)
			b.WriteRune(unicode.ToUpper(r[0]))
			b.WriteString(string(r[1:]))
		}
	}
	id := b.String()
	if id != "" && !unicode.IsUpper([]rune(id)[0]) {
		id = "X" + id // a digit, or a letter of a script without cases
	}
	return id
}

// unexported returns id with its first word in lower case: idType, newPatient.
func unexported(id string) string {
	w := words(id)
	if len(w) == 0 {
		return id
	}
	return strings.ToLower(w[0]) + strings.TrimPrefix(id, w[0])
}

// FileName returns id in the lower-case ASCII letters and digits that file
// names are made of; no operating system or _test suffix can come of it.
func FileName(id string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(id) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			fmt.Fprintf(&b, "u%04x", r)
		}
	}
	return b.String()
}
