//go:build !race

package generator_test

// underRace says that the race detector makes everything slow.
const underRace = false
