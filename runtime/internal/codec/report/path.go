package report

import "github.com/redoxgen/redoxgen/internal/fieldpath"

// A message can put anything where a member's name belongs, a person's name
// included, and paths go to logs. So the name of a member that no schema knows
// is shown only if it looks like one of Redox's. This is the one rule for
// reports, errors, differences and outlines.

// The longest name of the catalog has 28 bytes. Numbers of people and phones
// have more digits than names.
const (
	maxShownName   = 48
	maxShownDigits = 4
)

// IsShown reports whether name looks like that of a member: letters, digits,
// - and _ behind a letter.
func IsShown(name string) bool {
	if len(name) > maxShownName || !fieldpath.IsPlain(name) || name[0]|0x20 < 'a' || name[0]|0x20 > 'z' {
		return false
	}
	digits := 0
	for _, c := range []byte(name) {
		if '0' <= c && c <= '9' {
			digits++
		}
	}
	return digits <= maxShownDigits
}

// AppendName appends a member to a path that the schema may not know.
func AppendName(path []byte, name string, known bool) []byte {
	if !known && !IsShown(name) {
		return append(path, fieldpath.Withheld...)
	}
	return fieldpath.AppendMember(path, name)
}
