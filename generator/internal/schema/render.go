package schema

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/source"
)

// finish completes Rules and Raw of a node and of everything below it.
func finish(n *Node) {
	if n.finished {
		return
	}
	n.finished = true
	n.nodes, n.depth = 1, 0
	below := func(c *Node) {
		finish(c)
		n.nodes = min(n.nodes+c.nodes, 1<<29) // a saturating sum: definitions can double at each level
		n.depth = max(n.depth, c.depth)
	}
	for i := range n.Properties {
		below(n.Properties[i].Node)
	}
	if n.Items != nil {
		below(n.Items)
	}
	for _, c := range n.more {
		below(c.node)
	}
	n.depth++
	if n.nodes > maxNodes || n.depth > maxExpandedDepth {
		return // reported for the event; its text would be as large
	}
	n.Rules = append(slices.Clone(n.rules), schemaRules(n)...)
	sortRules(n.Rules)
	n.Raw = render(n)
}

// schemaRules returns the rules whose values are made of schemas.
func schemaRules(n *Node) []Rule {
	var rules []Rule
	var patterns, tuple []byte
	for _, c := range n.more {
		raw := c.node.Raw
		switch c.keyword {
		case "patternProperties":
			patterns = append(separate(patterns, '{'), quote(c.key)...)
			patterns = append(append(patterns, ':'), raw...)
		case "items":
			tuple = append(separate(tuple, '['), raw...)
		default:
			if string(raw) != "{}" { // {} allows anything, as does leaving the keyword out
				rules = append(rules, Rule{c.keyword, string(raw)})
			}
		}
	}
	if patterns != nil {
		rules = append(rules, Rule{"patternProperties", string(append(patterns, '}'))})
	}
	if tuple != nil {
		rules = append(rules, Rule{"items", string(append(tuple, ']'))})
	}
	return rules
}

// render writes the schema of n, whose children are finished.
func render(n *Node) json.RawMessage {
	size := 32
	for i := range n.Properties {
		size += len(n.Properties[i].Name) + 4 + len(n.Properties[i].Node.Raw)
	}
	if n.Items != nil {
		size += len(n.Items.Raw)
	}
	b := make([]byte, 0, size)
	if n.Types != 0 {
		b = append(separate(b, '{'), `"type":`...)
		b = append(b, n.Types.JSON()...)
	}
	if len(n.Required) > 0 {
		b = append(separate(b, '{'), `"required":`...)
		b = appendStrings(b, n.Required)
	}
	if len(n.Properties) > 0 {
		b = append(separate(b, '{'), `"properties":`...)
		for i := range n.Properties {
			p := &n.Properties[i]
			if i == 0 {
				b = append(b, '{')
			} else {
				b = append(b, ',')
			}
			b = append(append(appendQuoted(b, p.Name), ':'), p.Node.Raw...)
		}
		b = append(b, '}')
	}
	if n.Items != nil {
		b = append(separate(b, '{'), `"items":`...)
		b = append(b, n.Items.Raw...)
	}
	for _, r := range n.Rules {
		b = appendQuoted(separate(b, '{'), r.Keyword)
		b = append(append(b, ':'), r.Value...)
	}
	if len(b) == 0 {
		b = append(b, '{')
	}
	return append(b, '}')
}

// separate opens a composite when b is empty, and puts a comma into it otherwise.
func separate(b []byte, open byte) []byte {
	if len(b) == 0 {
		return append(b, open)
	}
	return append(b, ',')
}

// typesJSON holds what JSON returns, for every set.
var typesJSON = func() (table [1 << 7]string) {
	for set := range table {
		if names := Types(set).Names(); len(names) == 1 {
			table[set] = string(quote(names[0]))
		} else {
			table[set] = string(appendStrings(nil, names))
		}
	}
	return table
}()

// Names returns the types of the set, null last.
func (s Types) Names() []string {
	names := []string{}
	for _, name := range typeOrder {
		if s.Has(typeNames[name]) {
			names = append(names, name)
		}
	}
	return names
}

// JSON returns the set as a schema states it: "string" or ["string","null"].
func (s Types) JSON() string { return typesJSON[s] }

func appendStrings(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendQuoted(b, s)
	}
	return append(b, ']')
}

// appendJSON writes v as compact JSON, numbers as they were written.
func appendJSON(b []byte, v *source.Value) []byte {
	switch v.Kind {
	case source.Object:
		b = append(b, '{')
		for i := range v.Members {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendQuoted(b, v.Members[i].Name), ':')
			b = appendJSON(b, v.Members[i].Value)
		}
		return append(b, '}')
	case source.Array:
		b = append(b, '[')
		for i, item := range v.Items {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, item)
		}
		return append(b, ']')
	case source.String:
		return appendQuoted(b, v.Text)
	case source.Null:
		return append(b, "null"...)
	default:
		return append(b, v.Text...)
	}
}

func quote(s string) []byte { return appendQuoted(nil, s) }

// appendQuoted writes s as a JSON string, without the escapes that only HTML needs.
func appendQuoted(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	if !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' }) {
		return append(append(append(b, '"'), s...), '"')
	}
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ':
			b = append(b, `\u00`...)
			b = append(b, hex[c>>4], hex[c&0xf])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}
