package lock

import (
	"bytes"
	"fmt"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
)

// Signature is what every lock file begins with.
const Signature = "# redoxgen.lock"

const header = Signature + `: the names that generated code has given out. Commit this file.
# redoxgen reads and extends it, so that regenerating never renames anything.
`

// version is the first line after the comments; a later format changes it.
const version = "redoxgen lock 1"

// Format returns the text of l, with events and types in order of their Go names.
func Format(l *Lock) []byte {
	sorted := Lock{Events: append([]Event(nil), l.Events...), Types: append([]Type(nil), l.Types...), Sets: append([]Set(nil), l.Sets...)}
	sorted.sort()
	var b bytes.Buffer
	b.WriteString(header)
	b.WriteString(version + "\n")
	for _, c := range l.Choices {
		b.WriteString("choice " + word(c.Name))
		for _, v := range c.Values {
			b.WriteString(" " + word(v))
		}
		b.WriteByte('\n')
	}
	for i := range sorted.Events {
		e := &sorted.Events[i]
		fmt.Fprintf(&b, "\nevent %s %s %s\n", e.Go, strconv.Quote(e.DataModel), strconv.Quote(e.EventType))
		writeFields(&b, e.Fields)
	}
	for i := range sorted.Types {
		t := &sorted.Types[i]
		fmt.Fprintf(&b, "\ntype %s", t.Go)
		if t.Key != t.Go.String() {
			b.WriteString(" " + strconv.Quote(t.Key))
		}
		b.WriteByte('\n')
		writeFields(&b, t.Fields)
	}
	writeSets(&b, sorted.Sets)
	return b.Bytes()
}

func writeFields(b *bytes.Buffer, fields []Field) {
	for _, f := range fields {
		fmt.Fprintf(b, "field %s %s %s", word(f.JSON), f.Go, f.Kind)
		if f.Method != "" {
			b.WriteString(" " + f.Method)
		}
		b.WriteByte('\n')
		if f.Removed {
			b.WriteString("removed " + word(f.JSON) + "\n")
		}
	}
}

// word quotes s unless it reads back as one plain word.
func word(s string) string {
	odd := func(r rune) bool {
		return r == '"' || r == '#' || r == unicode.ReplacementChar || unicode.IsSpace(r) || !unicode.IsPrint(r)
	}
	if s == "" || strings.IndexFunc(s, odd) >= 0 {
		return strconv.Quote(s)
	}
	return s
}

// Parse reads the text of a lock; file is its name in diagnostics. A line that
// cannot be read is an error in diags, and skipped. A line that repeats another
// is skipped.
func Parse(file string, text []byte, diags *diag.List) *Lock {
	p := parser{file: file, diags: diags, lock: new(Lock), seen: make(map[string]int), owners: make(map[string]owner), lines: make(map[string]string)}
	for i, line := range strings.Split(string(text), "\n") {
		p.line = i + 1
		line = strings.TrimSuffix(line, "\r")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		p.text = line
		p.parse(line)
	}
	p.knownKinds()
	p.line = 1
	if !p.versioned && len(bytes.TrimSpace(text)) > 0 && !diags.HasErrors() {
		p.errorf("the line %q is missing", version)
	}
	return p.lock
}

type parser struct {
	file      string
	line      int
	text      string // of the line
	diags     *diag.List
	lock      *Lock
	seen      map[string]int    // line of each event, type, set, and of what is in them
	lines     map[string]string // the text of these lines
	conflict  bool              // a marker of a merge conflict has been reported
	kinds     []kindOf
	owners    map[string]owner // of names that nothing else may have
	fields    *[]Field         // of the event or type that the next field lines belong to
	values    *[]Value         // of the set that the next value lines belong to
	owner     string
	refused   bool // the event, type or set of the next lines was refused
	versioned bool
}

func (p *parser) errorf(format string, args ...any) {
	p.hintedf("restore the lock from version control; redoxgen writes it, people need not edit it", format, args...)
}

func (p *parser) hintedf(hint, format string, args ...any) {
	p.diags.Errorf(diag.Pos{File: p.file, Line: p.line, Col: 1}, "lock-syntax", hint, format, args...)
}

func (p *parser) parse(line string) {
	if line == version {
		p.versioned = true
		return
	}
	if p.isMarker(line) {
		return
	}
	words, err := split(line)
	if err != nil {
		p.errorf("unreadable line: %v", err)
		return
	}
	switch {
	case words[0] == "redoxgen":
		p.errorf("this redoxgen reads %q, the file says %q", version, line)
		p.versioned = true
	case words[0] == "event" && len(words) == 4:
		p.event(words)
	case words[0] == "type" && (len(words) == 2 || len(words) == 3):
		p.typ(words)
	case words[0] == "field" && (len(words) == 4 || len(words) == 5):
		p.field(words)
	case words[0] == "choice" && len(words) >= 2:
		p.choice(words)
	case words[0] == "removed" && len(words) == 2:
		p.removed(words[1])
	case words[0] == "set" && len(words) == 2:
		p.set(words)
	case words[0] == "value" && (len(words) == 2 || len(words) == 3):
		p.value(words)
	default:
		p.errorf("%.40q is neither an event, a type nor a field", line)
	}
}

func (p *parser) event(words []string) {
	p.refused, p.fields, p.values = true, nil, nil
	id, ok := p.ident(words[1])
	what := "event " + strconv.Quote(words[2]) + " " + strconv.Quote(words[3])
	if ok && p.repeats(what) {
		if i := slices.IndexFunc(p.lock.Events, func(e Event) bool { return e.Wire() == Wire{words[2], words[3]} }); i >= 0 {
			p.resume(words[1], &p.lock.Events[i].Fields)
		}
		return
	}
	if !ok || !p.first(what, "event "+words[2]+"."+words[3]) {
		return
	}
	if !p.claim("the Go type "+words[1], words[2]+"."+words[3]) || !p.samePackage(id.Package, words[2]) {
		return
	}
	p.lock.Events = append(p.lock.Events, Event{Go: id, DataModel: words[2], EventType: words[3], Line: p.line})
	p.resume(words[1], &p.lock.Events[len(p.lock.Events)-1].Fields)
}

func (p *parser) typ(words []string) {
	p.refused, p.fields, p.values = true, nil, nil
	id, ok := p.ident(words[1])
	what := "type " + words[1]
	if ok && p.repeats(what) {
		if i := slices.IndexFunc(p.lock.Types, func(t Type) bool { return t.Go == id }); i >= 0 {
			p.resume(words[1], &p.lock.Types[i].Fields)
		}
		return
	}
	if !ok || !p.first(what, what) {
		return
	}
	key := words[1]
	if len(words) == 3 {
		key = words[2]
	}
	if !p.claim("the Go type "+words[1], key) || !p.claim("the concept "+key, words[1]) {
		return
	}
	p.lock.Types = append(p.lock.Types, Type{Go: id, Key: key, Line: p.line})
	p.resume(words[1], &p.lock.Types[len(p.lock.Types)-1].Fields)
}

func (p *parser) field(words []string) {
	switch {
	case p.refused: // with the event or type that it belongs to
		return
	case p.fields == nil:
		p.errorf("field %s belongs to no event or type", words[1])
		return
	}
	names, method := []string{words[2]}, ""
	if len(words) == 5 {
		names, method = append(names, words[4]), words[4]
	}
	for _, name := range names {
		if !token.IsIdentifier(name) || !token.IsExported(name) {
			p.errorf("%q is not an exported Go name", name)
			return
		}
	}
	if kind := words[3]; word(kind) != kind {
		p.errorf("%q is not the kind of a field", kind)
		return
	}
	if what := "field " + p.owner + " " + words[1]; p.repeats(what) || !p.first(what, what) {
		return
	}
	if !p.claim("the Go field "+p.owner+"."+words[2], words[1]) {
		return
	}
	*p.fields = append(*p.fields, Field{JSON: words[1], Go: words[2], Kind: Kind(words[3]), Method: method, Line: p.line})
	p.kinds = append(p.kinds, kindOf{p.owner + "." + words[2], Kind(words[3]), p.line})
}

// choice reads what was chosen.
func (p *parser) choice(words []string) {
	p.fields, p.values = nil, nil
	if what := "choice " + words[1]; !p.repeats(what) && p.first(what, what) {
		p.lock.Choices = append(p.lock.Choices, Choice{Name: words[1], Values: words[2:]})
	}
}

// removed marks a field of the current event or type.
func (p *parser) removed(name string) {
	if p.refused {
		return
	}
	if p.fields != nil {
		for i := range *p.fields {
			if f := &(*p.fields)[i]; f.JSON == name {
				f.Removed = true
				return
			}
		}
	}
	p.errorf("there is no field %s that could be removed", name)
}

func (p *parser) ident(s string) (Ident, bool) {
	pkg, name, ok := strings.Cut(s, ".")
	if !ok || !token.IsIdentifier(pkg) || !token.IsIdentifier(name) || !token.IsExported(name) {
		p.errorf("%q is not a Go type of the form package.Name", s)
		return Ident{}, false
	}
	return Ident{Package: pkg, Name: name}, true
}

// split cuts a line at single spaces; quoted words may contain some.
func split(line string) ([]string, error) {
	var words []string
	for {
		var w string
		if strings.HasPrefix(line, `"`) {
			quoted, err := strconv.QuotedPrefix(line)
			if err != nil {
				return nil, fmt.Errorf("unfinished quote")
			}
			w, line = quoted, line[len(quoted):]
			unquoted, err := strconv.Unquote(w)
			if err != nil {
				return nil, fmt.Errorf("bad quote %s", w)
			}
			words = append(words, unquoted)
		} else {
			w, _, _ = strings.Cut(line, " ")
			words, line = append(words, w), line[len(w):]
		}
		if line == "" {
			return words, nil
		}
		if line = strings.TrimPrefix(line, " "); line == "" {
			return nil, fmt.Errorf("space at the end")
		}
	}
}
