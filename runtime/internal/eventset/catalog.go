package eventset

import (
	_ "embed"
	"strings"
)

//go:embed catalog.txt
var catalog string

// Catalog returns the names of all events that Redox documents, as
// "DataModel.EventType". The list is separate from the generated packages, so
// that checking a name does not link all of those.
func Catalog() []string { return strings.Split(strings.TrimSpace(catalog), "\n") }
