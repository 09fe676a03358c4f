package eventset

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// vocabulary is what patterns may name.
type vocabulary struct {
	names         []string // as on the wire
	models        map[string]bool
	events        map[string]bool
	originalModel map[string]string // folded → as on the wire
}

func newVocabulary(known []string) *vocabulary {
	v := &vocabulary{
		names:         known,
		models:        map[string]bool{},
		events:        map[string]bool{},
		originalModel: map[string]string{},
	}
	for _, name := range known {
		model, _, _ := strings.Cut(name, ".")
		v.events[fold(name)] = true
		v.models[fold(model)] = true
		v.originalModel[fold(model)] = model
	}
	return v
}

// suggestEvent is " (did you mean …?)", or empty if nothing is near.
func (v *vocabulary) suggestEvent(folded string) string {
	near := nearest(folded, v.names, fold)
	if near == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", near)
}

func (v *vocabulary) suggestModel(folded string) string {
	var models []string
	for _, m := range v.originalModel {
		models = append(models, m)
	}
	slices.Sort(models)
	near := nearest(folded, models, fold)
	if near == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", near+".*")
}

// nearest returns the name with the smallest edit distance to word, if that is
// at most a third of its length.
func nearest(word string, names []string, key func(string) string) string {
	type candidate struct {
		name     string
		distance int
	}
	var near []candidate
	for _, n := range names {
		if d := levenshtein.ComputeDistance(word, key(n)); d <= max(1, len(key(n))/3) {
			near = append(near, candidate{n, d})
		}
	}
	if len(near) == 0 {
		return ""
	}
	return slices.MinFunc(near, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.name, b.name))
	}).name
}
