package generator

import (
	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/lock"
)

// Choices are what code was generated from. The name lock has them, so that the
// next run can do without options.
type Choices struct {
	Events     []string // patterns; none: all events
	Schemas    []string // the sources in words of the caller; none: the embedded catalog
	ImportPath string   // "" where it follows from something else
	Literal    bool
}

// LockedChoices returns the Options.Choices of the run that wrote a name lock. Lines
// that cannot be read are ignored.
func LockedChoices(text []byte) Choices {
	var c Choices
	for _, l := range lock.Parse("", text, new(diag.List)).Choices {
		switch {
		case l.Name == "events":
			c.Events = l.Values
		case l.Name == "schemas":
			c.Schemas = l.Values
		case l.Name == "import-path" && len(l.Values) == 1:
			c.ImportPath = l.Values[0]
		case l.Name == "literal":
			c.Literal = true
		}
	}
	return c
}

// locked returns c as the name lock has it.
func (c Choices) locked() []lock.Choice {
	var list []lock.Choice
	add := func(name string, made bool, values ...string) {
		if made {
			list = append(list, lock.Choice{Name: name, Values: values})
		}
	}
	add("schemas", len(c.Schemas) > 0, c.Schemas...)
	add("events", len(c.Events) > 0, c.Events...)
	add("import-path", c.ImportPath != "", c.ImportPath)
	add("literal", c.Literal)
	return list
}
