package codec

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/alloc"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Outline is one object of an event's schema; see package redox.
type Outline struct {
	At  string
	Has string
	As  []Outline
}

// SchemaRule is a keyword that Outline does not show; see package redox.
type SchemaRule struct {
	At      string
	Keyword string
	Value   string
}

// Program is what a struct type was compiled to. It is safe for concurrent use.
type Program struct {
	root *node
	// own returns the node of the type without the event's schema.
	own func() *node

	learned *alloc.Learned
}

func newProgram(root *node, own func() *node) *Program {
	return &Program{root: root, own: own, learned: alloc.NewLearned()}
}

// Classify tells the kind of a Go type.
type Classify func(reflect.Type) Kind

// Compile compiles an event's struct. Outline and rules come from generated
// code, so a contradiction between them and the type is a fault of the
// generator, and Compile panics.
func Compile(t reflect.Type, classify Classify, outline []Outline, rules []SchemaRule) *Program {
	c := &compiler{classify: classify, outline: make(map[string][]outlineName, len(outline)), rules: make(map[string][]SchemaRule)}
	c.addOutline(outline, "")
	for _, r := range rules {
		c.rules[r.At] = append(c.rules[r.At], r)
	}
	root := c.node(t, "", jsontext.TypeObject, false)
	root.markDoubts(make(map[*node]bool))
	return newProgram(root, func() *node { return plainNode(t, classify) })
}

// CompilePlain compiles a struct outside of any event: nothing is required,
// and no type is wrong.
func CompilePlain(t reflect.Type, classify Classify) *Program {
	n := plainNode(t, classify)
	return newProgram(n, func() *node { return n })
}

// outlineName is a member as an Outline lists it.
type outlineName struct {
	name     string
	required bool
}

// parseHas reads a list such as `ID! IDType "odd name"!`.
func parseHas(has string) []outlineName {
	var list []outlineName
	for has != "" {
		var n outlineName
		if has[0] == '"' {
			quoted, err := strconv.QuotedPrefix(has)
			if err != nil {
				panic(fmt.Sprintf("redox: outline has a broken name: %v", err))
			}
			n.name, _ = strconv.Unquote(quoted)
			has = has[len(quoted):]
		} else {
			end := strings.IndexAny(has, " !")
			if end < 0 {
				end = len(has)
			}
			n.name, has = has[:end], has[end:]
		}
		if strings.HasPrefix(has, "!") {
			n.required, has = true, has[1:]
		}
		list = append(list, n)
		has = strings.TrimPrefix(has, " ")
	}
	return list
}

// addOutline notes the objects of rows, whose paths begin at a path.
func (c *compiler) addOutline(rows []Outline, at string) {
	for _, o := range rows {
		path := at + o.At
		if at != "" && o.At != "" && o.At[0] != '[' {
			path = at + "." + o.At
		}
		if o.As != nil {
			c.addOutline(o.As, path)
		} else {
			c.outline[path] = parseHas(o.Has)
		}
	}
}

type compiler struct {
	classify Classify
	outline  map[string][]outlineName
	rules    map[string][]SchemaRule
	// lenient is set for what no schema governs: everything is allowed.
	lenient  bool
	interned map[string]*node
}

// node compiles the value of type t at path at. allowed is what the schema
// allows there unless a rule says otherwise.
func (c *compiler) node(t reflect.Type, at string, allowed jsontext.Types, required bool) *node {
	if c.lenient {
		return plainNode(t, c.classify)
	}
	return c.intern(c.compile(t, at, allowed, required))
}

// compile makes the node that node shares.
func (c *compiler) compile(t reflect.Type, at string, allowed jsontext.Types, required bool) *node {
	if n := c.bySchema(t, at); n != nil {
		return n
	}
	n := &node{kind: c.classify(t), types: allowed, goType: t, typ: mem.TypeOf(t)}
	if c.lenient {
		n.types = jsontext.AnyType
	}
	switch n.kind {
	case KindObject:
		n.object = c.object(t, at)
	case KindSlice:
		n.slice, n.sliceID = mem.SliceOf(t), alloc.SliceID(t)
		n.elem = c.node(t.Elem(), at+"[]", c.defaultTypes(t.Elem(), false), false)
	case KindNone, KindKept:
		panic(fmt.Sprintf("redox: %s: no codec for Go type %s", at, t))
	}
	c.apply(n, at, required)
	return n
}

// bySchema compiles a value whose Go type does not go with what the schema says
// of it, as when a field keeps its type although the schema changed. The rule
// "schema" decides then what is valid, and the Go type takes what it can. It
// returns nil for all others.
func (c *compiler) bySchema(t reflect.Type, at string) *node {
	i := slices.IndexFunc(c.rules[at], func(r SchemaRule) bool { return r.Keyword == "schema" })
	if i < 0 || c.classify(t) == KindRaw {
		return nil
	}
	n := *plainNode(t, c.classify)
	if err := n.applyRule("schema", c.rules[at][i].Value); err != nil {
		panic(fmt.Sprintf("redox: rule schema at %q: %v", at, err))
	}
	return &n
}

// defaultTypes is what an Outline says of the types of a member: its kind, and
// null for scalars unless they are required.
func (c *compiler) defaultTypes(t reflect.Type, required bool) jsontext.Types {
	var s jsontext.Types
	switch c.classify(t) {
	case KindString, KindDate:
		s = jsontext.TypeString
	case KindNumber:
		s = jsontext.TypeNumber | jsontext.TypeInteger
	case KindBool:
		s = jsontext.TypeBoolean
	case KindObject:
		return jsontext.TypeObject
	case KindSlice:
		return jsontext.TypeArray
	default:
		return jsontext.AnyType
	}
	if !required {
		s |= jsontext.TypeNull
	}
	return s
}

// object compiles the members of struct t: first those that the outline lists,
// in its order, then those that the event does not carry.
func (c *compiler) object(t reflect.Type, at string) *object {
	o := &object{plain: c.lenient}
	fields := c.fields(t)
	c.conceptRules(t, at)
	carried := c.outline[at]
	for _, m := range carried {
		f, ok := fields.byName[m.name]
		if !ok {
			panic(fmt.Sprintf("redox: outline of %q names %q, which %s does not have", at, m.name, t))
		}
		var r row
		if m.required {
			r.flags |= rowRequired
			o.require(len(o.names))
		}
		c.add(o, r, f, t, fields, at, m.required)
		fields.done[f] = true
	}
	for f := range fields.names {
		if fields.done[f] {
			continue
		}
		if c.lenient {
			c.add(o, row{}, f, t, fields, at, false)
			continue
		}
		free := &compiler{classify: c.classify, lenient: true}
		free.add(o, row{flags: rowNotCarried}, f, t, fields, at, false)
	}
	o.finish()
	return o
}

// structFields is a generated struct's fields without redox.Object.
type structFields struct {
	names  []string
	index  []int // of reflect
	byName map[string]int
	done   []bool
}

func (c *compiler) fields(t reflect.Type) structFields {
	s := structFields{byName: make(map[string]int, t.NumField())}
	if t.NumField() == 0 || c.classify(t.Field(0).Type) != KindKept {
		panic(fmt.Sprintf("redox: %s does not begin with redox.Object", t))
	}
	for i := 1; i < t.NumField(); i++ {
		name, ok := t.Field(i).Tag.Lookup("json")
		if !ok {
			panic(fmt.Sprintf("redox: field %s of %s has no json tag", t.Field(i).Name, t))
		}
		s.byName[name] = len(s.names)
		s.names = append(s.names, name)
		s.index = append(s.index, i)
	}
	s.done = make([]bool, len(s.names))
	return s
}

// add appends r as the member of struct t that is its field f.
func (c *compiler) add(o *object, r row, f int, t reflect.Type, fields structFields, at string, required bool) {
	ft := t.Field(fields.index[f])
	r.place = mem.FieldOf(t, fields.index[f])
	r.node = c.node(ft.Type, report.MemberPath(at, fields.names[f]), c.defaultTypes(ft.Type, required), required)
	r.kind = r.node.kind
	if r.node.retired {
		r.flags |= rowRetired
	}
	o.append(r, fields.names[f], f)
}

// append adds a row; its node may still change until finish.
func (o *object) append(r row, name string, field int) {
	o.middles = append(o.middles, r.setName(name))
	o.fields = append(o.fields, int32(field))
	o.rows = append(o.rows, r)
	o.names = append(o.names, name)
	o.keys = append(o.keys, newKey(name))
}

// require notes that the row's member is required.
func (o *object) require(index int) {
	if index < 64 {
		o.required |= 1 << index
	} else {
		o.requiredMore = append(o.requiredMore, index)
		o.special = true
	}
}

// requireForeign notes that a member is required that is no property. It has a
// row nevertheless if the Go struct has it for other events.
func (o *object) requireForeign(name string) {
	o.alien = true
	if index := o.lookup(name); index >= 0 {
		o.require(index)
		return
	}
	o.foreign = append(o.foreign, name)
	o.special = true
}

// finish is called when all rows are there.
func (o *object) finish() {
	for i := range o.rows {
		o.rows[i].setFirst(i)
	}
	for range ahead {
		var r row
		r.matchNothing()
		o.rows = append(o.rows, r)
	}
	o.follows = make([]atomic.Uint32, len(o.rows))
	for i := range o.follows {
		o.follows[i].Store(uint32(i))
	}
	o.buildIndex()
}

// setFirst lets members take the short way that need no more care than their
// type or a string's content.
func (r *row) setFirst(index int) {
	r.first = ' '
	n := r.node
	if index >= 64 || r.flags&(rowNotCarried|rowRetired) != 0 || n.schema != nil || n.checks != nil && n.checks.enum != nil {
		return
	}
	switch r.kind {
	case KindString, KindDate:
		if n.types&jsontext.TypeString != 0 {
			r.first = '"'
		}
		if n.checks != nil {
			r.flags |= rowChecks
		}
	case KindObject:
		if n.types&jsontext.TypeObject != 0 && n.checks == nil {
			r.first = '{'
		}
	case KindSlice:
		r.first = '['
		if n.checks == nil && n.types&jsontext.TypeArray != 0 {
			r.flags |= rowEmpties
		}
	}
}
