// Package spelling finds the word that a misspelled one is meant to be.
package spelling

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// Nearest returns the candidate that word is most likely a misspelling of,
// or "" if none is near. Of several equally near ones it returns the first.
func Nearest(word string, candidates []string) string {
	best, distance := "", 1+max(1, (len(word)+1)/3)
	for _, c := range candidates {
		if strings.EqualFold(word, c) {
			return c
		}
		if len(c) == 0 || max(len(c)-len(word), len(word)-len(c)) >= distance {
			continue
		}
		if d := levenshtein.ComputeDistance(word, c); d < distance {
			best, distance = c, d
		}
	}
	return best
}
