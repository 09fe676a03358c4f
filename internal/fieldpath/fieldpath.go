// Package fieldpath writes and reads paths of values in messages, as reports word them:
//
//	Patient.Identifiers[0].ID      a member of an element
//	Patient.Identifiers[].ID       that of any element
//	Patient["a b"]                 a member whose name is no plain word
//	Patient[name withheld]         a member whose name may be content
package fieldpath

import (
	"fmt"
	"strconv"
	"strings"
)

// Withheld stands in a path for the name of a member that is not shown.
const Withheld = "[name withheld]"

// IsPlain reports whether a path can hold name as it is.
func IsPlain(name string) bool {
	for i := range len(name) {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_', c == '-':
		default:
			return false
		}
	}
	return name != ""
}

// AppendMember appends a member to a path.
func AppendMember(path []byte, name string) []byte {
	if !IsPlain(name) {
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

// Member returns the path of a member of the object at path.
func Member(path, name string) string { return string(AppendMember([]byte(path), name)) }

// Join appends a path below another to it.
func Join(path, below string) string {
	if path == "" || strings.HasPrefix(below, "[") {
		return path + below
	}
	return path + "." + below
}

// Steps cuts a path into members, such as Patient and .Contacts and ["a b"], and elements,
// such as [0] and [].
func Steps(path string) []string {
	var list []string
	for path != "" {
		end := stepEnd(path)
		list, path = append(list, path[:end]), path[end:]
	}
	return list
}

// stepEnd returns where the first step of a path ends.
func stepEnd(path string) int {
	if !strings.HasPrefix(path, `["`) {
		if end := strings.IndexAny(path[1:], ".["); end >= 0 {
			return end + 1
		}
		return len(path)
	}
	for i := 2; i < len(path); i++ {
		switch path[i] {
		case '\\':
			i++
		case '"':
			return min(i+2, len(path))
		}
	}
	return len(path)
}

// IsIndex reports whether a step is an element, or any element.
func IsIndex(step string) bool {
	return step[0] == '[' && step[len(step)-1] == ']' && strings.Trim(step[1:len(step)-1], "0123456789") == ""
}

// Parent returns the path of the object or array that path is in, and the step from
// there; nothing for a message itself.
func Parent(path string) (of, step string) {
	list := Steps(path)
	if len(list) == 0 {
		return "", ""
	}
	step = list[len(list)-1]
	return strings.TrimSuffix(path, step), step
}

// Names returns the names of the members in a path that people wrote.
func Names(path string) ([]string, error) {
	var names []string
	for _, s := range Steps(path) {
		switch {
		case strings.HasPrefix(s, `["`):
			if !strings.HasSuffix(s, `"]`) {
				return nil, fmt.Errorf("path %q: a quoted name does not end", path)
			}
			name, err := strconv.Unquote(s[1 : len(s)-1])
			if err != nil {
				return nil, fmt.Errorf("path %q: %s is not a quoted name", path, s[1:len(s)-1])
			}
			names = append(names, name)
		case s[0] == '[' && !IsIndex(s):
			return nil, fmt.Errorf("path %q: brackets hold an index or nothing", path)
		case s[0] != '[' && s != ".":
			names = append(names, strings.TrimPrefix(s, "."))
		}
	}
	return names, nil
}
