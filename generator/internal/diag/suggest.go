package diag

import "strings"

// DidYouMean returns the candidate that word is most likely a misspelling of,
// or "" if none is near. Of several equally near ones it returns the first.
func DidYouMean(word string, candidates []string) string {
	best, distance := "", 1+max(1, (len(word)+1)/3)
	for _, c := range candidates {
		if strings.EqualFold(word, c) {
			return c
		}
		if len(c) == 0 || max(len(c)-len(word), len(word)-len(c)) >= distance {
			continue
		}
		if d := editDistance(word, c); d < distance {
			best, distance = c, d
		}
	}
	return best
}

// editDistance counts the insertions, deletions and substitutions between a and b.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(row[j+1]+1, row[j]+1, cost)
		}
	}
	return row[len(b)]
}
