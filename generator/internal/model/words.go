package model

import (
	"strings"
	"unicode"
)

// PackageKey reduces the name of a data model, or of a file of definitions, to
// lower-case letters and digits: "Clinical Summary" becomes "clinicalsummary".
func PackageKey(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// ConceptKey returns the key of the concept that a schema calls common.Address.
func ConceptKey(concept string) string {
	pkg, word, _ := strings.Cut(concept, ".")
	return PackageKey(pkg) + "." + Word(word)
}

// Word joins the words of a schema's name: "visit-location" becomes "VisitLocation".
func Word(name string) string {
	var b strings.Builder
	for _, w := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		r := []rune(w)
		b.WriteRune(unicode.ToUpper(r[0]))
		b.WriteString(string(r[1:]))
	}
	return b.String()
}

// Singular returns the singular of an English plural by its ending; other words it
// returns as they are.
func Singular(plural string) string {
	lower := strings.ToLower(plural)
	for _, e := range endings {
		switch {
		case !strings.HasSuffix(lower, e.plural):
		case e.plural == e.singular:
			return plural
		case len(plural) > len(e.plural):
			return plural[:len(plural)-len(e.plural)] + e.singular
		}
	}
	return plural
}

// endings are tried in order.
var endings = []struct{ plural, singular string }{
	{"series", "series"}, {"species", "species"}, {"ies", "y"},
	{"noses", "nosis"}, {"lyses", "lysis"}, {"theses", "thesis"},
	{"tuses", "tus"}, {"ruses", "rus"}, {"sses", "ss"}, {"xes", "x"}, {"ches", "ch"}, {"shes", "sh"},
	{"ss", "ss"}, {"us", "us"}, {"is", "is"}, {"s", ""},
}
