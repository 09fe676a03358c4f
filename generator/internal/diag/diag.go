// Package diag has the diagnostics by which every stage of the generator reports
// what is wrong with its input: where, what, and what to do about it.
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
)

// Severity says whether a diagnostic stops generation.
type Severity uint8

// The severities, in the order in which they are printed for one position.
const (
	Error   Severity = iota // nothing is generated
	Warning                 // generated, but the user should look
	Note                    // for information
)

// String returns the word that precedes the message.
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	default:
		return "note"
	}
}

// Option is the name of an option of package generator, as findings spell it:
// in Pos.File where the option itself is wrong, in a Hint where one helps.
type Option string

// The options that findings speak of.
const (
	Events        Option = "Options.Events"
	ImportPath    Option = "Options.ImportPath"
	AllowBreaking Option = "Options.AllowBreaking"
)

// Pos is a position in an input file.
type Pos struct {
	File    string // as the user named it, slash separated
	Line    int    // 1-based; 0 when the whole file is meant
	Col     int    // 1-based, in bytes
	Pointer string // JSON pointer (RFC 6901) inside the file; "" is its root
}

// String returns file:line:col#pointer with the unknown parts left out.
func (p Pos) String() string {
	var b strings.Builder
	b.WriteString(visible(p.File))
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Col)
	}
	if p.Pointer != "" {
		b.WriteString("#" + visible(p.Pointer))
	}
	return b.String()
}

// Diagnostic is one finding about an input.
type Diagnostic struct {
	Severity Severity
	Pos      Pos
	Code     string // stable identifier of the kind of finding, such as "unknown-keyword"
	Message  string // what is wrong
	Hint     string // what to do; may be empty
}

// String returns the diagnostic as one line, and its hint as a second.
func (d Diagnostic) String() string {
	s := fmt.Sprintf("%s: %s: %s [%s]", d.Pos, d.Severity, visible(d.Message), d.Code)
	if d.Hint != "" {
		s += "\n\t" + visible(d.Hint)
	}
	return s
}

// visible writes the characters of names that no one would see, or that would
// move the cursor, as JSON escapes.
func visible(s string) string {
	hidden := func(r rune) bool { return !unicode.IsPrint(r) }
	if !strings.ContainsFunc(s, hidden) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if !hidden(r) {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.AppendRune(nil, r) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}

// List collects diagnostics, so that one run shows every problem.
// It is not safe for concurrent use: parallel stages keep a list each and Merge them.
type List struct {
	items []Diagnostic
}

// Add appends a diagnostic.
func (l *List) Add(d Diagnostic) { l.items = append(l.items, d) }

// Errorf adds an error; hint may be empty.
func (l *List) Errorf(pos Pos, code, hint, format string, args ...any) {
	l.Add(Diagnostic{Severity: Error, Pos: pos, Code: code, Hint: hint, Message: fmt.Sprintf(format, args...)})
}

// Warnf adds a warning; hint may be empty.
func (l *List) Warnf(pos Pos, code, hint, format string, args ...any) {
	l.Add(Diagnostic{Severity: Warning, Pos: pos, Code: code, Hint: hint, Message: fmt.Sprintf(format, args...)})
}

// Merge appends everything that other holds.
func (l *List) Merge(other *List) { l.items = append(l.items, other.items...) }

// HasErrors reports whether anything in the list stops generation.
func (l *List) HasErrors() bool {
	return slices.ContainsFunc(l.items, func(d Diagnostic) bool { return d.Severity == Error })
}

// Sorted returns the diagnostics by position, then severity, without duplicates.
func (l *List) Sorted() []Diagnostic {
	s := slices.Clone(l.items)
	slices.SortStableFunc(s, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.Pos.File, b.Pos.File),
			cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Col, b.Pos.Col),
			cmp.Compare(a.Severity, b.Severity),
			cmp.Compare(a.Code, b.Code),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.Compact(s)
}
