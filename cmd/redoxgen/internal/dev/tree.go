package dev

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/reference"
	"github.com/redoxgen/redoxgen/generator"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// How much of a message a page shows: values, levels, and bytes of a text.
const (
	maxNodes = 5_000
	maxDepth = 100
	maxText  = 64 << 10
)

// node is a value of a message, with what there is to say about it.
type node struct {
	Name     string // of the member, or the index
	Path     string // as reports word it
	Value    string // as JSON, of what is no object and no array
	Kind     string // "object", "array" or "value"
	Children []*node
	Missing  bool // a member that is not there, and should be
	Element  bool // of a list, which says what its elements are

	Field      *generator.Explanation // nil if the schema does not know it
	Link       string                 // to the reference
	Unknown    bool
	Extension  bool
	Violations []redox.Violation
}

// tree is a message as a page shows it.
type tree struct {
	Root     *node
	Report   redox.Report
	Cut      bool   // there are more values than are shown
	Problem  string // why there is no tree
	Unplaced []redox.Violation

	dec    *json.Decoder
	depth  int
	nodes  map[string]*node
	event  string
	schema *eventSchema // nil without a schema
}

// tree returns a message of an event, "" for one without a schema.
func (s *Server) tree(body []byte) *tree {
	t := &tree{dec: json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff")))), nodes: map[string]*node{}}
	t.dec.UseNumber()
	e := s.eventOf(body)
	if e == nil {
		e = &redox.EventInfo{}
	} else {
		t.event, t.schema = e.String(), s.schemaOf(e.String())
	}
	var err error
	if t.Report, err = e.ValidateJSON(body); err != nil {
		t.Problem = err.Error()
		return t
	}
	t.Root = &node{Name: "message"}
	if err := t.read(t.Root, "", false); err != nil {
		t.Problem = err.Error()
	}
	for v := range t.Report.All() {
		t.place(v)
	}
	return t
}

// read reads the next value into n. where is its path without indexes.
func (t *tree) read(n *node, where string, extension bool) error {
	t.nodes[n.Path] = n
	t.explain(n, where, extension)
	token, err := t.dec.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('{'):
		n.Kind = "object"
		for t.dec.More() {
			name, err := t.dec.Token()
			if err != nil {
				return err
			}
			text, _ := name.(string)
			child := &node{Name: text, Path: join(n.Path, text)}
			// What is below an extension, or an unknown member, has no schema.
			below := extension || text == "Extensions"
			if err := t.child(n, child, join(where, text), below); err != nil {
				return err
			}
		}
		_, err = t.dec.Token()
	case json.Delim('['):
		n.Kind = "array"
		for i := 0; t.dec.More(); i++ {
			child := &node{Name: strconv.Itoa(i), Path: fmt.Sprintf("%s[%d]", n.Path, i), Element: true}
			if err := t.child(n, child, where+"[]", extension); err != nil {
				return err
			}
		}
		_, err = t.dec.Token()
	default:
		n.Kind, n.Value = "value", shortened(literal(token))
	}
	return err
}

func (t *tree) child(parent, n *node, where string, extension bool) error {
	if len(t.nodes) >= maxNodes || t.depth >= maxDepth {
		t.Cut = true
		var skipped json.RawMessage
		return t.dec.Decode(&skipped)
	}
	parent.Children = append(parent.Children, n)
	t.depth++
	defer func() { t.depth-- }()
	return t.read(n, where, extension)
}

// explain says what the schema says of a value.
func (t *tree) explain(n *node, where string, extension bool) {
	n.Extension = extension
	if t.schema == nil || n.Path == "" || extension {
		return
	}
	field := t.schema.byPath[where]
	if field == nil {
		field = t.schema.byPath[strings.TrimSuffix(where, "[]")] // an element of a list
	}
	if field != nil {
		n.Field = field.Explanation
	}
	n.Unknown = n.Field == nil
	if n.Field != nil {
		n.Link = "/reference/" + reference.EventPath(t.event) + "#" + strings.ReplaceAll(n.Field.Path, "[]", "")
	}
}

// place puts a violation where it belongs: a member that is missing gets a place.
func (t *tree) place(v redox.Violation) {
	if n := t.nodes[v.Path]; n != nil {
		n.Violations = append(n.Violations, v)
		return
	}
	parent := t.nodes[v.Path[:max(0, strings.LastIndexByte(v.Path, '.'))]]
	if parent == nil || parent.Kind != "object" {
		t.Unplaced = append(t.Unplaced, v)
		return
	}
	name := v.Path[strings.LastIndexByte(v.Path, '.')+1:]
	n := &node{Name: name, Path: v.Path, Kind: "value", Missing: true, Violations: []redox.Violation{v}}
	t.explain(n, withoutIndexes(v.Path), false)
	t.nodes[v.Path] = n
	parent.Children = append(parent.Children, n)
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// withoutIndexes turns Identifiers[0].ID into Identifiers[].ID.
func withoutIndexes(path string) string {
	var b strings.Builder
	inside := false
	for _, c := range path {
		if c == ']' {
			inside = false
		}
		if !inside {
			b.WriteRune(c)
		}
		if c == '[' {
			inside = true
		}
	}
	return b.String()
}

// shortened cuts a text that is too long for a page.
func shortened(text string) string {
	if len(text) <= maxText {
		return text
	}
	return strings.ToValidUTF8(text[:maxText], "") + fmt.Sprintf("… (%d bytes in all)", len(text))
}

func literal(token json.Token) string {
	switch v := token.(type) {
	case nil:
		return "null"
	case string:
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		_ = e.Encode(v) // a string always encodes
		return strings.TrimSuffix(b.String(), "\n")
	default:
		return fmt.Sprint(v)
	}
}
