package emit

import (
	"reflect"
	"slices"

	"github.com/redoxgen/redoxgen/generator/internal/naming"
	runtime "github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoximpl"
)

// Reserved returns the names that generated code has whatever the schemas say.
func Reserved() naming.Reserved {
	return naming.Reserved{
		Fields: slices.Concat(methodsOf(reflect.TypeFor[*runtime.Object]()), structNames),
		Methods: slices.Concat(methodsOf(reflect.TypeFor[*redoximpl.Builder]()),
			[]string{"Builder", "Build", "Identifier"}),
		Declarations: []string{"DataModel", "Events", "Decode"},
		Files:        []string{docFile, eventsFile, outlinesFile, valueSetsFile},
	}
}

// structNames are what structs have beside fields and the methods of Object:
// Object itself, methods, and methods of other interfaces that they may get.
var structNames = []string{
	"Object", "MarshalJSON", "UnmarshalJSON", "AppendJSON", "AppendValid", "DecodeJSON", "Equal", "Validate",
	"RedoxIdentifier", "PatientIdentifiers", "PatientDemographics", "VisitID", "VisitLocation",
	"String", "GoString", "Error", "MarshalText", "UnmarshalText",
}

// methodsOf returns the names of a type's methods, which whatever embeds it has.
func methodsOf(t reflect.Type) []string {
	names := make([]string, t.NumMethod())
	for i := range names {
		names[i] = t.Method(i).Name
	}
	return names
}

// The files that a package has besides those of its events and concepts.
const (
	docFile       = "doc.go"
	eventsFile    = "events.go"
	outlinesFile  = "outlines.go"
	valueSetsFile = "valuesets.go"
)
