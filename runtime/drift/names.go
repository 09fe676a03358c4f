package drift

import "github.com/redoxgen/redoxgen/runtime/internal/codec/report"

// Which names of members that no schema knows are shown. Names come from messages, and
// a message that has a map has data where names belong.

// maxShownDigits is how many digits a name may have: less than a year, a room, or any
// number of a person.
const maxShownDigits = 2

// isShown reports whether a name looks like that of a member.
func isShown(name string) bool {
	digits := 0
	for _, c := range []byte(name) {
		if '0' <= c && c <= '9' {
			digits++
		}
	}
	return digits <= maxShownDigits && report.IsShown(name)
}

// someKeys is how many names an object has at least for its names to be taken for keys
// because a message has few of them.
const someKeys = 17

// areKeys reports whether the names of members that the schema of an object lacks are
// the keys of a map: they are many, and most are in one message only. sum is how many
// messages have each name, added up.
func areKeys(names, sum int) bool {
	return names >= maxNames || names >= someKeys && sum < 2*names
}

// areKeysOf is areKeys for an object that no schema knows, and that so many messages
// have. Its names are also keys if each is in one message only, and if a message has
// one of several, or few of many.
func areKeysOf(names, sum, messages int) bool {
	return areKeys(names, sum) || sum == names || names > 1 && sum <= messages || names >= someKeys && sum <= 2*messages
}
