package source

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// number reads a number literal. Its text is kept as written.
func (p *parser) number(v *Value) bool {
	start := p.pos
	p.accept('-')
	if !p.accept('0') && !p.digits() {
		return p.syntax(v, "a digit")
	}
	if p.accept('.') && !p.digits() {
		return p.syntax(v, "a digit after the decimal point")
	}
	exponent := ""
	if p.accept('e') || p.accept('E') {
		if !p.accept('+') {
			p.accept('-')
		}
		from := p.pos
		if !p.digits() {
			return p.syntax(v, "a digit of the exponent")
		}
		exponent = strings.TrimLeft(p.text[from:p.pos], "0")
	}
	v.Text = p.text[start:p.pos]
	switch {
	case len(exponent) > maxExponentDigits:
		return p.fail(v.Pos(), "too-large", "leave the bound out, or write one that values reach", "the exponent of %.40s is too large for a number", v.Text)
	case len(v.Text) > maxNumberLength:
		return p.fail(v.Pos(), "too-large", "leave the bound out, or round it", "the number has %d characters, more than schemas have a use for", len(v.Text))
	}
	return true
}

// digits consumes decimal digits and reports whether there was one.
func (p *parser) digits() bool {
	start := p.pos
	for p.pos < len(p.text) && '0' <= p.text[p.pos] && p.text[p.pos] <= '9' {
		p.pos++
	}
	return p.pos > start
}

// str reads a string literal into text. Strings without escapes share the memory of the file's text.
func (p *parser) str(v *Value, text *string) bool {
	p.pos++
	start := p.pos
	var b []byte // what was read so far, once there was an escape
	escaped := false
	for p.pos < len(p.text) {
		switch c := p.text[p.pos]; {
		case c == '"':
			*text = p.text[start:p.pos]
			if escaped {
				*text = string(append(b, p.text[start:p.pos]...))
			}
			p.pos++
			return true
		case c == '\\':
			b = append(b, p.text[start:p.pos]...)
			escaped = true
			r, ok := p.escape(v)
			if !ok {
				return false
			}
			b = utf8.AppendRune(b, r)
			start = p.pos
		case c < ' ':
			return p.fail(p.at(v), "json-syntax", `write it as an escape, such as \n`, "found the control character %q inside a string", c)
		case c < utf8.RuneSelf:
			p.pos++
		default:
			r, size := utf8.DecodeRuneInString(p.text[p.pos:])
			if r == utf8.RuneError && size == 1 {
				return p.fail(p.at(v), "json-syntax", "save the file as UTF-8", "found a byte that is not UTF-8 inside a string")
			}
			p.pos += size
		}
	}
	return p.syntax(v, "the closing quote of a string")
}

const simpleEscapes = `""\\//b` + "\b" + `f` + "\f" + `n` + "\n" + `r` + "\r" + `t` + "\t"

// escape reads an escape sequence, surrogate pairs included.
func (p *parser) escape(v *Value) (rune, bool) {
	at := p.at(v)
	rest := p.text[p.pos:]
	if len(rest) < 2 {
		p.pos = len(p.text)
		return 0, p.syntax(v, "the closing quote of a string")
	}
	if rest[1] == 'u' {
		r := hex4(rest[2:])
		size := 6
		if utf16.IsSurrogate(r) && strings.HasPrefix(rest[6:], `\u`) {
			r = utf16.DecodeRune(r, hex4(rest[8:]))
			size = 12
		}
		if r < 0 || r == utf8.RuneError && size == 12 || utf16.IsSurrogate(r) {
			return 0, p.fail(at, "json-syntax", `\u takes four hex digits; characters beyond U+FFFF take a pair of them`, "found an invalid \\u escape")
		}
		p.pos += size
		return r, true
	}
	for i := 0; i < len(simpleEscapes); i += 2 {
		if simpleEscapes[i] == rest[1] {
			p.pos += 2
			return rune(simpleEscapes[i+1]), true
		}
	}
	return 0, p.fail(at, "json-syntax", `a backslash itself is written \\`, "found the invalid escape %q", rest[:2])
}

// hex4 reads four hex digits; it returns -1 when there are none.
func hex4(s string) rune {
	if len(s) < 4 {
		return -1
	}
	n, err := strconv.ParseUint(s[:4], 16, 16)
	if err != nil {
		return -1
	}
	return rune(n)
}
