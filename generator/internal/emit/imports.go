package emit

import (
	"bytes"
	"slices"
	"strings"
)

// groupImports separates the standard library's imports from all others, as
// goimports does: jennifer sorts them into one list.
func groupImports(src []byte) []byte {
	const begin, end = "\nimport (\n", "\n)\n"
	head, rest, ok := bytes.Cut(src, []byte(begin))
	if !ok {
		return src
	}
	list, tail, _ := bytes.Cut(rest, []byte(end))
	lines := strings.Split(string(list), "\n")
	isOther := func(line string) bool { return !isStandard(line) }
	standard := slices.DeleteFunc(slices.Clone(lines), isOther)
	others := slices.DeleteFunc(lines, isStandard)
	if len(standard) > 0 && len(others) > 0 {
		standard = append(standard, "")
	}
	grouped := strings.Join(append(standard, others...), "\n")
	return slices.Concat(head, []byte(begin), []byte(grouped), []byte(end), tail)
}

// isStandard reports whether goimports takes the path on an import's line for
// one of the standard library: its first element has no dot.
func isStandard(line string) bool {
	_, path, _ := strings.Cut(line, `"`)
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}
