package source

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
)

// Parse reads one JSON text (RFC 8259, strictly) and sets file.Root.
// It stops at the first syntax error; a member name that occurs twice in one
// object is an error too, but parsing goes on. What it finds is added to diags,
// and Root is nil after a syntax error.
func Parse(file *File, data []byte, diags *diag.List) {
	p := &parser{text: string(data), file: file, line: 1, diags: diags}
	if strings.HasPrefix(p.text, "\ufeff") {
		p.fail(p.at(nil), "json-syntax", "save the file as UTF-8 without a byte order mark", "the file starts with a byte order mark")
		return
	}
	if p.space(); p.pos == len(p.text) {
		p.fail(diag.Pos{File: file.Name}, "json-syntax", "write the schema into it, or remove the file", "the file is empty")
		return
	}
	root := p.newValue(nil)
	if !p.value(root, 0) {
		return
	}
	p.space()
	if p.pos < len(p.text) {
		p.fail(p.at(nil), "json-syntax", "a file holds one JSON value", "unexpected %s after the end of the value", p.found())
		return
	}
	file.Root = root
}

// parser is a recursive descent over text. Its methods return false once
// something was reported after which nothing can be read any more.
type parser struct {
	text      string
	pos       int
	line      int
	lineStart int // offset of the first byte of the line
	file      *File
	diags     *diag.List

	count int // of values
}

// newValue returns a new value that begins at the current position.
func (p *parser) newValue(parent *Value) *Value {
	p.count++
	return &Value{line: int32(p.line), col: int32(p.pos - p.lineStart + 1), parent: parent, file: p.file}
}

// at is the current position; its pointer is that of the value that is being read.
func (p *parser) at(v *Value) diag.Pos {
	pos := diag.Pos{File: p.file.Name, Line: p.line, Col: p.pos - p.lineStart + 1}
	if v != nil {
		pos.Pointer = v.Pointer()
	}
	return pos
}

func (p *parser) fail(pos diag.Pos, code, hint, format string, args ...any) bool {
	p.diags.Errorf(pos, code, hint, format, args...)
	return false
}

// syntax reports what was found instead of what was wanted.
func (p *parser) syntax(v *Value, wanted string) bool {
	hint := ""
	if p.pos >= len(p.text) && v != nil {
		open := v
		if open.Kind != Object && open.Kind != Array && open.parent != nil {
			open = open.parent
		}
		hint = fmt.Sprintf("the file looks truncated: %s that begins at line %d, column %d is not complete", open.Kind, open.line, open.col)
	}
	return p.fail(p.at(v), "json-syntax", hint, "found %s where %s was expected", p.found(), wanted)
}

// found describes what stands at the current position.
func (p *parser) found() string {
	if p.pos >= len(p.text) {
		return "the end of the file"
	}
	r, _ := utf8.DecodeRuneInString(p.text[p.pos:])
	return fmt.Sprintf("%q", r)
}

// space skips white space.
func (p *parser) space() {
	for p.pos < len(p.text) {
		switch p.text[p.pos] {
		case '\n':
			p.line++
			p.lineStart = p.pos + 1
		case ' ', '\t', '\r':
		default:
			return
		}
		p.pos++
	}
}

// value reads the value at the current position into v.
func (p *parser) value(v *Value, depth int) bool {
	if depth > MaxDepth {
		return p.fail(p.at(v), "too-deep", "", "values are nested deeper than %d levels", MaxDepth)
	}
	if p.count > MaxValues {
		return p.fail(p.at(v), "too-large", "split it, or share what repeats through $ref", "the file has more than %d values", MaxValues)
	}
	if p.pos >= len(p.text) {
		return p.syntax(v, "a value")
	}
	switch c := p.text[p.pos]; c {
	case '{':
		v.Kind = Object
		return p.object(v, depth)
	case '[':
		v.Kind = Array
		return p.array(v, depth)
	case '"':
		v.Kind = String
		return p.str(v, &v.Text)
	case 't':
		v.Kind, v.Text = Bool, "true"
		return p.word(v, "true")
	case 'f':
		v.Kind, v.Text = Bool, "false"
		return p.word(v, "false")
	case 'n':
		return p.word(v, "null")
	default:
		if c == '-' || '0' <= c && c <= '9' {
			v.Kind = Number
			return p.number(v)
		}
		return p.syntax(v, "a value")
	}
}

func (p *parser) word(v *Value, word string) bool {
	if !strings.HasPrefix(p.text[p.pos:], word) {
		return p.syntax(v, "a value")
	}
	p.pos += len(word)
	return true
}

func (p *parser) array(v *Value, depth int) bool {
	p.pos++
	p.space()
	if p.accept(']') {
		return true
	}
	for {
		p.space()
		item := p.newValue(v)
		item.index = int32(len(v.Items))
		if !p.value(item, depth+1) {
			return false
		}
		v.Items = append(v.Items, item)
		p.space()
		if p.accept(',') {
			continue
		}
		if !p.accept(']') {
			return p.syntax(v, "',' or ']'")
		}
		return true
	}
}

func (p *parser) object(v *Value, depth int) bool {
	p.pos++
	p.space()
	if p.accept('}') {
		return true
	}
	for {
		p.space()
		if p.pos >= len(p.text) || p.text[p.pos] != '"' {
			return p.syntax(v, "a member name in double quotes")
		}
		m := Member{line: int32(p.line), col: int32(p.pos - p.lineStart + 1)}
		if !p.str(v, &m.Name) {
			return false
		}
		p.space()
		if !p.accept(':') {
			return p.syntax(v, "':'")
		}
		p.space()
		m.Value = p.newValue(v)
		m.Value.name = m.Name
		if !p.value(m.Value, depth+1) {
			return false
		}
		v.Members = append(v.Members, m)
		p.space()
		if p.accept(',') {
			continue
		}
		if !p.accept('}') {
			return p.syntax(v, "',' or '}'")
		}
		p.duplicates(v)
		return true
	}
}

// accept consumes c if it comes next.
func (p *parser) accept(c byte) bool {
	if p.pos < len(p.text) && p.text[p.pos] == c {
		p.pos++
		return true
	}
	return false
}

// duplicates reports names that occur twice in v: readers of JSON disagree
// about which one counts.
func (p *parser) duplicates(v *Value) {
	seen := make(map[string]*Member, len(v.Members))
	for i := range v.Members {
		m := &v.Members[i]
		if first := seen[m.Name]; first != nil {
			p.diags.Errorf(m.NamePos(), "duplicate-member", fmt.Sprintf("the first is at line %d, column %d; remove one of them", first.line, first.col),
				"member %q occurs twice in one object", m.Name)
		} else {
			seen[m.Name] = m
		}
	}
}
