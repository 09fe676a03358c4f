package redox

import (
	"slices"
	"strings"
)

// Found states how many identifiers FindIdentifier found.
type Found int

// The counts of FindIdentifier.
const (
	FoundNone    Found = iota // no identifier of the types
	FoundOne                  // one, perhaps repeated
	FoundSeveral              // several with different IDs
)

// String returns "none", "one" or "several".
func (f Found) String() string {
	switch f {
	case FoundNone:
		return "none"
	case FoundOne:
		return "one"
	default:
		return "several"
	}
}

// FindIdentifier returns the identifier whose IDType is one of types, compared
// without case, and states whether there is none, one, or several:
//
//	mrn, found := redox.FindIdentifier(ev.Patient.Identifiers, "MR", "MRN")
//
// The list may have any generated type with the text fields ID and IDType, such as
// common.Identifier, or be what PatientMessage.PatientIdentifiers returns. The types
// are names for one kind of identifier: the same ID under two of them is one
// identifier, and two IDs are several, also under one type. An identifier without an
// ID does not count. The result is empty unless there is exactly one, so that
// nobody takes the first of several for the right one.
//
// A message without the identifier is not an error of the message: a handler that
// returns a plain error for it stops the feed.
func FindIdentifier[T any, P identifying[T]](list []T, types ...string) (T, Found) {
	var none, first T
	var firstID string
	for i := range list {
		id, idType := P(&list[i]).RedoxIdentifier()
		isWanted := slices.ContainsFunc(types, func(t string) bool { return strings.EqualFold(t, idType) })
		switch {
		case !isWanted || id == "" || id == firstID:
		case firstID == "":
			first, firstID = list[i], id
		default:
			return none, FoundSeveral
		}
	}
	if firstID == "" {
		return none, FoundNone
	}
	return first, FoundOne
}

// identifying is a pointer to a struct with an ID and an IDType.
type identifying[T any] interface {
	*T
	RedoxIdentifier() (id, idType string)
}
