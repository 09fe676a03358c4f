package schema

import (
	"fmt"
	"strconv"
	"strings"
)

// JoinPath appends a member to a path in messages, as reports write paths:
// Patient.Identifiers[].ID, with names that need quotes as ["a b"].
func JoinPath(path, name string) string {
	if !isPlain(name) {
		name = "[" + strconv.Quote(name) + "]"
	}
	return JoinPaths(path, name)
}

// JoinPaths appends a path below another to it.
func JoinPaths(path, below string) string {
	if path == "" || strings.HasPrefix(below, "[") {
		return path + below
	}
	return path + "." + below
}

// QuoteName returns name as lists of members write it: in quotes if it needs them.
func QuoteName(name string) string {
	if isPlain(name) {
		return name
	}
	return strconv.Quote(name)
}

// isPlain reports whether name consists of the characters that need no quotes.
func isPlain(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-'
	})
}

// SplitPath returns the member names of a path, without the indexes in it.
func SplitPath(path string) ([]string, error) {
	var names []string
	for rest := path; rest != ""; {
		switch {
		case rest[0] == '.':
			rest = rest[1:]
		case strings.HasPrefix(rest, `["`):
			quoted, err := strconv.QuotedPrefix(rest[1:])
			if err != nil || !strings.HasPrefix(rest[1+len(quoted):], "]") {
				return nil, fmt.Errorf("path %q: a quoted name does not end", path)
			}
			name, err := strconv.Unquote(quoted)
			if err != nil {
				return nil, fmt.Errorf("path %q: %s is not a quoted name", path, quoted)
			}
			names, rest = append(names, name), rest[len(quoted)+2:]
		case rest[0] == '[':
			end := strings.IndexByte(rest, ']')
			if end < 0 || strings.Trim(rest[1:end], "0123456789") != "" {
				return nil, fmt.Errorf("path %q: brackets hold an index or nothing", path)
			}
			rest = rest[end+1:]
		default:
			end := strings.IndexAny(rest, ".[")
			if end < 0 {
				end = len(rest)
			}
			names, rest = append(names, rest[:end]), rest[end:]
		}
	}
	return names, nil
}
