package schema

import (
	"encoding/json"
	"slices"
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
	var patterns, tuple []string
	for _, c := range n.more {
		raw := string(c.node.Raw)
		switch c.keyword {
		case "patternProperties":
			patterns = append(patterns, memberText(c.key, raw))
		case "items":
			tuple = append(tuple, raw)
		default:
			if raw != "{}" { // {} allows anything, as does leaving the keyword out
				rules = append(rules, Rule{c.keyword, raw})
			}
		}
	}
	if patterns != nil {
		rules = append(rules, Rule{"patternProperties", objectText(patterns)})
	}
	if tuple != nil {
		rules = append(rules, Rule{"items", arrayText(tuple)})
	}
	return rules
}

// render writes the schema of n, whose children are finished.
func render(n *Node) json.RawMessage {
	var members []string
	add := func(keyword, value string) { members = append(members, memberText(keyword, value)) }
	if n.Types != 0 {
		add("type", n.Types.JSON())
	}
	if len(n.Required) > 0 {
		add("required", stringsText(n.Required))
	}
	if len(n.Properties) > 0 {
		properties := make([]string, len(n.Properties))
		for i := range n.Properties {
			properties[i] = memberText(n.Properties[i].Name, string(n.Properties[i].Node.Raw))
		}
		add("properties", objectText(properties))
	}
	if n.Items != nil {
		add("items", string(n.Items.Raw))
	}
	for _, r := range n.Rules {
		add(r.Keyword, r.Value)
	}
	return json.RawMessage(objectText(members))
}
