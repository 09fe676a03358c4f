package emit

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dave/jennifer/jen"
)

// width is where lines of comments wrap.
const width = 95

// comment writes paragraphs as // lines. Together with oneLine and wrap, which
// it uses, it is the only way from the words of a schema to generated code:
// whatever they hold, they stay a comment and mean nothing to tools.
func comment(paragraphs ...string) *jen.Statement {
	var lines []string
	for _, p := range paragraphs {
		if p = oneLine(p); p == "" {
			continue
		}
		if len(lines) > 0 {
			lines = append(lines, "//")
		}
		lines = append(lines, wrap(p)...)
	}
	s := new(jen.Statement)
	for i, l := range lines {
		if i > 0 {
			s.Line()
		}
		s.Comment(l)
	}
	return s
}

// code is a comment that shows code: text is taken line by line.
func code(text string) []string {
	var lines []string
	for l := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		lines = append(lines, strings.TrimRight("//\t"+l, "\t"))
	}
	return lines
}

// oneLine makes any text fit for a line of a comment: no control or
// invisible formatting characters, single spaces, and no build constraint of the
// old kind, which gofmt moves to the top of the file from wherever it finds one.
func oneLine(text string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError, unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		default:
			return r
		}
	}, text)
	return strings.ReplaceAll(strings.Join(strings.Fields(clean), " "), "+build", "+ build")
}

// isDirective reports whether tools take words at the start of a line, or of a
// paragraph, for more than text: a directive with a space too many, a note that
// something is deprecated or generated.
func isDirective(words []string) bool {
	return words[0] == "Deprecated:" || strings.HasPrefix(words[0], "go:") ||
		words[0] == "Code" && len(words) > 1 && words[1] == "generated"
}

// wrap breaks text, which oneLine has cleaned, into // lines, none of which
// begins like a directive.
func wrap(text string) []string {
	var lines []string
	line := "//"
	words := strings.Fields(text)
	for i, w := range words {
		full := line != "//" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(w) > width
		if full && !isDirective(words[i:]) {
			lines = append(lines, line)
			line = "//"
		}
		line += " " + w
	}
	return append(lines, line)
}

// sentence makes a sentence of the words of a schema: with a full stop, unless
// they are none, and with quotes where they begin like a directive.
func sentence(text string) string {
	text = oneLine(text)
	if words := strings.Fields(text); len(words) > 0 && isDirective(words) {
		text = strconv.Quote(words[0]) + text[len(words[0]):]
	}
	if text == "" || strings.ContainsRune(".!?:", rune(text[len(text)-1])) {
		return text
	}
	return text + "."
}

// lowerFirst writes the first letter small, unless the first word is an
// abbreviation such as PDF.
func lowerFirst(text string) string {
	r, n := utf8.DecodeRuneInString(text)
	next, _ := utf8.DecodeRuneInString(text[n:])
	if unicode.IsUpper(r) && !unicode.IsUpper(next) {
		return string(unicode.ToLower(r)) + text[n:]
	}
	return text
}

// verbatim writes a string literal that shows its content: between back quotes
// where possible.
func verbatim(s string) *jen.Statement {
	if strings.ContainsAny(s, `"\`) && !strings.ContainsFunc(s, unprintable) {
		return jen.Op("`" + s + "`")
	}
	return jen.Lit(s)
}

// unprintable reports whether r cannot stand between back quotes as itself.
func unprintable(r rune) bool { return r == '`' || r == utf8.RuneError || !unicode.IsPrint(r) }
