package model

import (
	"slices"
	"strings"
)

// reportMeta warns of events whose messages cannot say what they are: builders
// refuse to build them, and no reader finds out what they are.
func (b *builder) reportMeta(m *Model) {
	for _, e := range m.Events {
		missing, at := []string{"DataModel", "EventType"}, e.Schema.Root
		if p := at.Property(envelope); p != nil {
			at = p.Node
			missing = slices.DeleteFunc(missing, func(name string) bool {
				says := at.Property(name)
				return says != nil && (Kind{Base: String}).Fits(says.Node)
			})
		}
		if len(missing) > 0 {
			b.diags.Warnf(at.Pos, "no-meta", `give the event a member "Meta" with the strings "DataModel" and "EventType", as in every message of Redox`,
				"messages of %s cannot say what they are: Meta has no %s; their builder refuses them, and decoding by Meta does not find them",
				e.Schema.Info.Wire(), strings.Join(missing, " and no "))
		}
	}
}
