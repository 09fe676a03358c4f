package schema

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/source"
)

// builder makes nodes of the schemas in a tree. What is wrong with a single
// schema was reported when its file was checked, so the builder skips
// whatever it cannot use and reports only what concerns several schemas.
type builder struct {
	tree     *source.Tree
	diags    *diag.List
	keywords map[string]*keyword
	infos    map[string]Info // of the catalog's events, by file

	overlaid map[*source.Value]*source.Value // by $ref: what it names where an overlay says more of that
	resolved map[*source.Value]*Node         // by target of a $ref: what several uses share
	chain    []*source.Value                 // the targets that are being resolved
}

// node returns the node of the schema v.
func (b *builder) node(v *source.Value) *Node {
	if ref := v.Get("$ref"); ref != nil && ref.Kind == source.String {
		return annotated(b.ref(ref), v)
	}
	n := &Node{Pos: v.Pos(), File: v.File().Path, Overlaid: overlaid(v)}
	for i := range v.Members {
		m := &v.Members[i]
		if k, ok := b.keywords[m.Name]; ok && k.build != nil {
			k.build(b, n, m.Value)
		}
	}
	if items := v.Get("items"); items == nil || items.Kind != source.Array {
		n.more = slices.DeleteFunc(n.more, func(c child) bool { return c.keyword == "additionalItems" })
		n.rules = slices.DeleteFunc(n.rules, func(r Rule) bool { return r.Keyword == "additionalItems" })
	}
	annotate(n, v)
	return n
}

// ref returns the node that a $ref names. Every use of a definition gets the same node.
func (b *builder) ref(ref *source.Value) *Node {
	target := b.target(ref)
	if target == nil {
		return &Node{Pos: ref.Pos(), File: ref.File().Path}
	}
	if i := slices.Index(b.chain, target); i >= 0 {
		b.circular(ref, b.chain[i:])
		return &Node{Pos: ref.Pos(), File: ref.File().Path}
	}
	return b.definition(target)
}

// definition returns the one node of a schema that has a name of its own.
func (b *builder) definition(v *source.Value) *Node {
	if n, ok := b.resolved[v]; ok {
		return n
	}
	b.chain = append(b.chain, v)
	n := b.node(v)
	b.chain = b.chain[:len(b.chain)-1]
	if n.Concept == "" && describesObject(n) && v.Get("$ref") == nil {
		n.Concept = definitionConcept(v)
	}
	b.resolved[v] = n
	return n
}

func describesObject(n *Node) bool { return n.Types.Has(Object) || len(n.Properties) > 0 }

// annotated returns n with the annotations that stand beside its $ref. The
// description is not among them: it belongs to the Property.
func annotated(n *Node, v *source.Value) *Node {
	if v.Get(keyConcept) == nil && v.Get(keyDate) == nil && v.Get(keyValues) == nil {
		return n
	}
	use := *n
	annotate(&use, v)
	use.Title, use.Description = n.Title, n.Description
	return &use
}

// annotate sets what v says in annotations.
func annotate(n *Node, v *source.Value) {
	n.Title = cmp.Or(text(v, "title"), n.Title)
	n.Description = cmp.Or(text(v, "description"), n.Description)
	n.Date = cmp.Or(text(v, keyDate), dateFormat(v), n.Date)
	if word := text(v, keyConcept); word != "" {
		n.Concept = qualify(word, v.File())
	}
	if values := v.Get(keyValues); values != nil {
		n.Values = nil
		for _, item := range values.Items {
			n.Values = append(n.Values, item.Text)
		}
	}
}

// dateFormat returns what "format" says of strings that hold dates, or "".
func dateFormat(v *source.Value) string {
	if f := text(v, "format"); f == "date" || f == "date-time" {
		return f
	}
	return ""
}

// text returns the string member called name, or "".
func text(v *source.Value, name string) string {
	if m := v.Get(name); m != nil && m.Kind == source.String {
		return m.Text
	}
	return ""
}

// qualify puts the vocabulary of the file before a concept's word, unless it names one itself.
func qualify(word string, f *source.File) string {
	if strings.Contains(word, ".") {
		return word
	}
	return vocabulary(f) + "." + word
}

// vocabulary returns the name under which a file's concepts are known: the
// data model's directory, or the name of a file of definitions.
func vocabulary(f *source.File) string {
	if roleOf(f) == eventFile {
		return path.Dir(f.Key)
	}
	return strings.TrimSuffix(path.Base(f.Key), ".json")
}

// definitionConcept returns the concept that a definition's key suggests, or "" if it is not a name.
func definitionConcept(target *source.Value) string {
	key, ok := strings.CutPrefix(target.Pointer(), "/definitions/")
	if !ok || !isConceptWord(key) {
		return ""
	}
	return qualify(key, target.File())
}

// The build functions of the keyword table.

func buildType(_ *builder, n *Node, v *source.Value) {
	if v.Kind == source.String {
		n.Types = typeNames[v.Text]
		return
	}
	for _, item := range v.Items {
		n.Types |= typeNames[item.Text]
	}
	n.onlyNull = n.Types == Null && len(v.Items) > 1
}

func buildRequired(_ *builder, n *Node, v *source.Value) {
	for _, item := range v.Items {
		n.Required = append(n.Required, item.Text)
		if pos := item.Pos(); pos.File != n.Pos.File {
			if n.requiredAt == nil {
				n.requiredAt = make(map[string]diag.Pos)
			}
			n.requiredAt[item.Text] = pos
		}
	}
	slices.Sort(n.Required)
}

func buildProperties(b *builder, n *Node, v *source.Value) {
	n.Properties = make([]Property, 0, len(v.Members))
	for i := range v.Members {
		m := &v.Members[i]
		p := Property{Name: m.Name, Node: b.node(m.Value), Retired: text(m.Value, keyRetired), Class: classOf(m.Value)}
		p.Overlaid = p.Node.Overlaid
		if m.Value.Get("$ref") != nil {
			p.Overlaid = append(overlaid(m.Value), p.Overlaid...)
		}
		p.Description = cmp.Or(text(m.Value, "description"), p.Node.Description)
		n.Properties = append(n.Properties, p)
	}
}

// classOf returns the class that a member's schema states for it, or for its elements.
func classOf(v *source.Value) string {
	for v != nil {
		if class := text(v, keyClass); class != "" {
			return class
		}
		v = v.Get("items")
	}
	return ""
}

func buildItems(b *builder, n *Node, v *source.Value) {
	if v.Kind == source.Object {
		n.Items = b.node(v)
		return
	}
	n.Untyped = true
	for i, item := range v.Items {
		n.more = append(n.more, child{"items", strconv.Itoa(i), b.node(item)})
	}
}

func buildPatternProperties(b *builder, n *Node, v *source.Value) {
	n.Untyped = true
	for i := range v.Members {
		m := &v.Members[i]
		n.more = append(n.more, child{"patternProperties", m.Name, b.node(m.Value)})
	}
}

// buildAdditional serves additionalProperties and additionalItems; true says nothing.
func buildAdditional(keyword string) func(*builder, *Node, *source.Value) {
	return func(b *builder, n *Node, v *source.Value) {
		switch {
		case v.Kind == source.Object:
			n.more = append(n.more, child{keyword: keyword, node: b.node(v)})
		case v.Text == "false":
			n.rules = append(n.rules, Rule{keyword, "false"})
		}
	}
}

// buildRule keeps the keyword's value as it is.
func buildRule(keyword string) func(*builder, *Node, *source.Value) {
	return func(_ *builder, n *Node, v *source.Value) {
		if v.Kind == source.Bool && v.Text == "false" {
			return // exclusiveMinimum, exclusiveMaximum, uniqueItems: the default
		}
		n.rules = append(n.rules, Rule{keyword, compact(v)})
	}
}

func buildFormat(_ *builder, n *Node, v *source.Value) {
	if formats[v.Text] {
		n.rules = append(n.rules, Rule{"format", compact(v)})
	}
}
