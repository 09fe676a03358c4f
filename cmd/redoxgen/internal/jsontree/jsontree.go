// Package jsontree reads JSON into values that can be changed, and writes them with
// everything else as it was spelled: numbers, escapes, the order of members, duplicates.
package jsontree

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
)

// Kind says what a Value is.
type Kind int

// The kinds of values.
const (
	Scalar Kind = iota
	Object
	Array
)

// Value is a value of a JSON text.
type Value struct {
	Kind     Kind
	Text     string // of a scalar, as it is spelled
	Members  []Member
	Elements []*Value
}

// Member is a member of an object.
type Member struct {
	Name    string
	Value   *Value
	spelled string // the name, with its quotes
}

// maxDepth is how deep values may be nested.
const maxDepth = 1_000

var errDepth = errors.New("values are nested too deep")

// Parse reads a text, perhaps behind a byte-order mark.
func Parse(text []byte) (*Value, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	p := parser{text: text, dec: json.NewDecoder(bytes.NewReader(text))}
	p.dec.UseNumber()
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := p.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is something after the value")
	}
	return v, nil
}

type parser struct {
	text []byte
	dec  *json.Decoder
}

// next returns the next token, and how it is spelled.
func (p *parser) next() (json.Token, string, error) {
	start := p.dec.InputOffset()
	token, err := p.dec.Token()
	if err != nil {
		return nil, "", err
	}
	return token, string(bytes.TrimLeft(p.text[start:p.dec.InputOffset()], " \t\r\n:,")), nil
}

func (p *parser) value(depth int) (*Value, error) {
	if depth > maxDepth {
		return nil, errDepth
	}
	token, spelled, err := p.next()
	if err != nil {
		return nil, err
	}
	v := &Value{Text: spelled}
	switch token {
	case json.Delim('{'):
		v.Kind, v.Text = Object, ""
		for p.dec.More() {
			name, spelled, err := p.next()
			if err != nil {
				return nil, err
			}
			m := Member{spelled: spelled}
			m.Name, _ = name.(string) // the decoder takes nothing else
			if m.Value, err = p.value(depth + 1); err != nil {
				return nil, err
			}
			v.Members = append(v.Members, m)
		}
		_, err = p.dec.Token()
	case json.Delim('['):
		v.Kind, v.Text = Array, ""
		for p.dec.More() {
			element, err := p.value(depth + 1)
			if err != nil {
				return nil, err
			}
			v.Elements = append(v.Elements, element)
		}
		_, err = p.dec.Token()
	}
	return v, err
}

// String returns the value of a text.
func String(text string) *Value { return &Value{Text: quote(text)} }

// quote spells a text without escaping what only HTML needs escaped.
func quote(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a string always encodes
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// Member returns the member of that name, the last if there are several, or nil.
func (v *Value) Member(name string) *Value {
	if i := v.index(name); i >= 0 {
		return v.Members[i].Value
	}
	return nil
}

func (v *Value) index(name string) int {
	for i, m := range slices.Backward(v.Members) {
		if m.Name == name {
			return i
		}
	}
	return -1
}

// Set changes the member of that name, or adds one.
func (v *Value) Set(name string, to *Value) {
	if i := v.index(name); i >= 0 {
		v.Members[i].Value = to
		return
	}
	v.Members = append(v.Members, Member{Name: name, Value: to, spelled: quote(name)})
}

// Remove removes every member of that name.
func (v *Value) Remove(name string) {
	v.Members = slices.DeleteFunc(v.Members, func(m Member) bool { return m.Name == name })
}

// Append appends the value as JSON, without space.
func (v *Value) Append(b []byte) []byte {
	switch v.Kind {
	case Object:
		b = append(b, '{')
		for i, m := range v.Members {
			if i > 0 {
				b = append(b, ',')
			}
			b = m.Value.Append(append(append(b, m.spelled...), ':'))
		}
		return append(b, '}')
	case Array:
		b = append(b, '[')
		for i, e := range v.Elements {
			if i > 0 {
				b = append(b, ',')
			}
			b = e.Append(b)
		}
		return append(b, ']')
	default:
		return append(b, v.Text...)
	}
}

// Unquoted returns the text that a scalar spells, "" for one that is no text.
func (v *Value) Unquoted() string {
	var text string
	if json.Unmarshal([]byte(v.Text), &text) != nil {
		return ""
	}
	return text
}
