package generator

import (
	"maps"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/generator/internal/naming"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
	"github.com/redoxgen/redoxgen/internal/fieldpath"
)

// schemaMember is what the schema of an event says of a path.
type schemaMember struct {
	path     string
	node     *schema.Node
	required bool
	goField  string // the field that shows it, or the field or type of what it is in
	// constants are those of the values that the field's schemas list.
	constants []string
}

// schemaMembers are the paths of an event, those of elements included.
type schemaMembers struct {
	names  *naming.Names
	list   []schemaMember // in the order of the schema
	byPath map[string]int
}

func membersOf(e *model.Event, names *naming.Names) *schemaMembers {
	m := &schemaMembers{names: names, byPath: make(map[string]int)}
	m.add(schemaMember{node: e.Schema.Root, goField: names.Ident(e.Struct).String()})
	m.object(e.Struct, m.list[0])
	return m
}

func (m *schemaMembers) add(x schemaMember) {
	m.byPath[x.path] = len(m.list)
	m.list = append(m.list, x)
}

func (m *schemaMembers) get(path string) (schemaMember, bool) {
	if m == nil {
		return schemaMember{}, false
	}
	i, ok := m.byPath[path]
	if !ok {
		return schemaMember{}, false
	}
	return m.list[i], true
}

// object adds the members of an object; s is nil where no struct stands for it.
func (m *schemaMembers) object(s *model.Struct, in schemaMember) {
	for _, p := range in.node.Properties {
		x := schemaMember{
			path: fieldpath.Member(in.path, p.Name), node: p.Node, required: in.node.IsRequired(p.Name), goField: in.goField,
		}
		kind := model.Kind{}
		if s != nil {
			if f := s.Field(p.Name); f != nil {
				x.goField = m.names.Ident(s).String() + "." + m.names.Field(f)
				kind = f.Kind
				x.constants = constantsOf(f, m.names)
			}
		}
		m.value(kind, x)
	}
}

// value adds a member and what is below it.
func (m *schemaMembers) value(kind model.Kind, x schemaMember) {
	m.add(x)
	var s *model.Struct
	if kind.Base == model.Concept && kind.Slices == 0 {
		s = kind.Concept
	}
	m.object(s, x)
	if x.node.Items != nil {
		kind.Slices--
		m.value(kind, schemaMember{path: x.path + "[]", node: x.node.Items, goField: x.goField, constants: x.constants})
	}
}

func constantsOf(f *model.Field, names *naming.Names) []string {
	var list []string
	for _, v := range f.ValueSets {
		if v.Enum {
			for _, id := range names.Constants(v) {
				list = append(list, v.Package+"."+id)
			}
		}
	}
	return list
}

// eventComparison compares the schemas of one event; one of both may be missing.
type eventComparison struct {
	event         string
	before, after *model.Event
	was, is       *schemaMembers
	changes       []SchemaChange
}

func (c *eventComparison) add(rule Rule, path, was, is, goName string) {
	c.changes = append(c.changes, SchemaChange{Rule: rule, Event: c.event, Path: path, Old: was, New: is, Go: goName})
}

func (c *eventComparison) compare(from, to *built) {
	switch {
	case c.before == nil:
		c.add(EventAdded, "", "", c.after.Schema.Info.Kind, to.names.Ident(c.after.Struct).String())
	case c.after == nil:
		c.add(EventRemoved, "", c.before.Schema.Info.Kind, "", from.names.Ident(c.before.Struct).String())
	default:
		c.info(to.names.Ident(c.after.Struct).String())
	}
	if c.was != nil {
		for _, x := range c.was.list {
			if _, ok := c.is.get(x.path); !ok && x.path != "" {
				c.add(MemberRemoved, x.path, typeWords(x.node), "", x.goField)
			}
		}
	}
	if c.is != nil {
		for _, x := range c.is.list {
			old, ok := c.was.get(x.path)
			switch {
			case ok:
				c.member(old, x)
			case x.path != "":
				c.added(x)
			}
		}
	}
}

// info compares what is known of the event as a whole.
func (c *eventComparison) info(goName string) {
	was, is := c.before.Schema.Info, c.after.Schema.Info
	if was.Kind != is.Kind {
		c.add(EventKindChanged, "", was.Kind, is.Kind, goName)
	}
	if was.Response != is.Response {
		c.add(EventResponseChanged, "", was.Response, is.Response, goName+".RedoxResponse")
	}
}

// added reports a new member, and also that it is required where the event, or the
// object that it is in, is not new.
func (c *eventComparison) added(x schemaMember) {
	c.add(MemberAdded, x.path, "", typeWords(x.node), x.goField)
	of, _ := fieldpath.Parent(x.path)
	if _, ok := c.was.get(of); ok && x.required {
		c.add(MemberRequired, x.path, "", "", x.goField)
	}
}

// member compares what two schemas say of one path.
func (c *eventComparison) member(was, is schemaMember) {
	if is.required != was.required {
		rule := MemberOptional
		if is.required {
			rule = MemberRequired
		}
		c.add(rule, is.path, "", "", is.goField)
	}
	if was.node == is.node {
		return
	}
	if a, b := typeWords(was.node), typeWords(is.node); a != b {
		c.add(MemberTypeChanged, is.path, a, b, is.goField)
	}
	// The catalog states what is a date, published schemas do not.
	if a, b := was.node.Date, is.node.Date; a != b && a != "" && b != "" {
		c.add(MemberDateChanged, is.path, a, b, is.goField)
	}
	was1, is1 := rulesOf(was.node), rulesOf(is.node)
	for _, keyword := range keysOf(was1, is1) {
		if was1[keyword] == is1[keyword] {
			continue
		}
		if keyword == "enum" {
			c.add(MemberValuesChanged, is.path, was1[keyword], is1[keyword], is.goField)
			c.changes[len(c.changes)-1].Effect = effectOfConstants(was.constants, is.constants)
		} else {
			c.add(MemberRulesChanged, is.path, ruleWords(keyword, was1), ruleWords(keyword, is1), is.goField)
		}
	}
}

func effectOfConstants(was, is []string) Effect {
	lacks := func(list []string) func(string) bool {
		return func(id string) bool { return !slices.Contains(list, id) }
	}
	switch {
	case slices.ContainsFunc(was, lacks(is)):
		return Breaking
	case slices.ContainsFunc(is, lacks(was)):
		return Additive
	default:
		return Unseen
	}
}

func rulesOf(n *schema.Node) map[string]string {
	m := make(map[string]string, len(n.Rules))
	for _, r := range n.Rules {
		m[r.Keyword] = r.Value
	}
	return m
}

func ruleWords(keyword string, rules map[string]string) string {
	if value, ok := rules[keyword]; ok {
		return keyword + " " + value
	}
	return ""
}

// typeWords words the types of a value alone; elements have a path of their own.
func typeWords(n *schema.Node) string {
	if n.Types == 0 {
		return "any value"
	}
	return strings.Join(n.Types.Names(), " or ")
}

// keysOf returns the keys of all maps in order, each once.
func keysOf[V any](list ...map[string]V) []string {
	var keys []string
	for _, m := range list {
		keys = slices.AppendSeq(keys, maps.Keys(m))
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
