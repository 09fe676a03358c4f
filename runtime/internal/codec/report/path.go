package report

import "strconv"

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

// NameWithheld stands in a path for [] around a name that is not shown.
const NameWithheld = "[name withheld]"

// IsShown reports whether name looks like that of a member: letters, digits,
// - and _ behind a letter.
func IsShown(name string) bool {
	if len(name) > maxShownName || !plainName(name) || name[0]|0x20 < 'a' || name[0]|0x20 > 'z' {
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

// MemberPath returns the path of a member, which the schema knows, of the object
// at path.
func MemberPath(path, name string) string { return string(AppendMember([]byte(path), name)) }

// AppendMember appends a member that the schema knows to a path. Names that are
// not plain words are quoted.
func AppendMember(path []byte, name string) []byte {
	if !plainName(name) {
		return append(strconv.AppendQuote(append(path, '['), name), ']')
	}
	if len(path) > 0 {
		path = append(path, '.')
	}
	return append(path, name...)
}

// AppendIndex appends an element of an array to a path.
func AppendIndex(path []byte, index int) []byte {
	return append(strconv.AppendInt(append(path, '['), int64(index), 10), ']')
}

// AppendName appends a member to a path that the schema may not know.
func AppendName(path []byte, name string, known bool) []byte {
	if !known && !IsShown(name) {
		return append(path, NameWithheld...)
	}
	return AppendMember(path, name)
}

// plainName reports whether a path can hold name as it is.
func plainName(name string) bool {
	if name == "" {
		return false
	}
	for i := range len(name) {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_', c == '-':
		default:
			return false
		}
	}
	return true
}
