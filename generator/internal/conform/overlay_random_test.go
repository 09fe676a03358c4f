package conform

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generator"
	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/model"
	"github.com/redoxgen/redoxgen/generator/internal/schema"
	"github.com/redoxgen/redoxgen/internal/testenv"
	"github.com/redoxgen/redoxgen/runtime/drift"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// TestDriftProposesTheChange: the overlay that drift proposes, from messages of a schema
// that has gained a random member, generates the API that the changed schema generates.
// What no message shows is listed, and then is in neither.
func TestDriftProposesTheChange(t *testing.T) {
	changes := 8
	if testenv.Long() {
		changes = 1000
	}
	all := events(t)
	base, err := generator.Inspect(t.Context(), generator.Options{})
	require.NoError(t, err)
	files := make(map[string]string)
	for _, d := range base.Events {
		files[d.Name()] = d.File
	}
	for i := range changes {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			r := random(t, 43, i)
			e := all[r.IntN(len(all))]
			c := randomChange(r, e.node)
			collector := drift.New([]*redox.EventInfo{e.info})
			for range 60 {
				text, err := json.Marshal(c.message(e.node, r))
				require.NoError(t, err)
				require.NoError(t, collector.MessageOf(e.info, text))
			}
			proposed, err := base.Overlay(collector.Tally())
			require.NoError(t, err)
			want := fstest.MapFS{}
			shown := c.member.shown()
			if shown != nil {
				text, err := json.Marshal(map[string]any{"x-redox-overlay": true, "properties": map[string]any{c.path: shown}})
				require.NoError(t, err)
				want[files[e.info.String()]] = &fstest.MapFile{Data: text}
			}
			got := fstest.MapFS{}
			for _, f := range proposed.Files {
				got[f.Path] = &fstest.MapFile{Data: f.Content}
			}
			assert.Equal(t, c.member.unseen(), len(proposed.Open), "%s %v", c.path, proposed.Open)
			assert.Equal(t, api(t, e.info.String(), want), api(t, e.info.String(), got), "%s %s", e.info, c.path)
		})
	}
}

// growth is a member that a schema gains.
type growth struct {
	path   string // as overlays word it
	steps  []string
	member *gained
}

// gained is the schema of a member that is new, or of what is in it.
type gained struct {
	// kind is a type of JSON, date, date-time, a text that is a date by its name (named),
	// mixed, or null where no message shows the type.
	kind    string
	members map[string]*gained
	element *gained
}

var (
	newNames  = []string{"Pronouns", "Pets", "Priority", "Note", "Since", "EffectiveDate", "RecordedDateTime", "Kind", "Level_2", "sub-type"}
	newValues = []string{"", "a", "MR", "12", "Müller", "2023 or later"}
)

// randomChange adds a member to a random object below n.
func randomChange(r *rand.Rand, n *schema.Node) growth {
	var c growth
	for {
		var below []schema.Property
		for _, p := range n.Properties {
			if object, _ := objectOf(p.Node); object != nil {
				below = append(below, p)
			}
		}
		if len(below) == 0 || r.IntN(3) == 0 {
			break
		}
		p := below[r.IntN(len(below))]
		var lists string
		n, lists = objectOf(p.Node)
		c.steps = append(c.steps, p.Name+lists)
	}
	name := newNames[r.IntN(len(newNames))]
	for slices.ContainsFunc(n.Properties, func(p schema.Property) bool { return p.Name == name }) {
		name += "X"
	}
	c.steps = append(c.steps, name)
	c.path = strings.Join(c.steps, ".")
	c.member = randomMember(r, name, 0)
	return c
}

// objectOf returns the object that a value is, or an array has, with members.
func objectOf(n *schema.Node) (object *schema.Node, lists string) {
	for n.Types.Has(schema.Array) && n.Items != nil {
		n, lists = n.Items, lists+"[]"
	}
	if len(n.Properties) == 0 || !n.Types.Has(schema.Object) {
		return nil, ""
	}
	return n, lists
}

func randomMember(r *rand.Rand, name string, depth int) *gained {
	if model.IsDateName(name) {
		return &gained{kind: "named"}
	}
	kinds := []string{"string", "number", "boolean", "date", "date-time", "mixed", "null", "object", "array", "object", "array"}
	g := &gained{kind: kinds[r.IntN(len(kinds)-2*depth)]}
	switch g.kind {
	case "object":
		g.members = make(map[string]*gained)
		for range 1 + r.IntN(4) {
			name := newNames[r.IntN(len(newNames))]
			g.members[name] = randomMember(r, name, depth+1)
		}
	case "array":
		g.element = randomMember(r, "", depth+1)
	}
	return g
}

// shown returns the schema of what messages show; nil for nothing.
func (g *gained) shown() map[string]any {
	switch g.kind {
	case "null":
		return nil
	case "mixed":
		return map[string]any{"type": []string{"number", "string"}}
	case "named":
		return map[string]any{"type": "string"}
	case "date", "date-time":
		return map[string]any{"type": "string", "x-redox-date": g.kind}
	}
	s := map[string]any{"type": g.kind}
	if g.element != nil && g.element.shown() != nil {
		s["items"] = g.element.shown()
	}
	properties := make(map[string]any)
	for name, m := range g.members {
		if shown := m.shown(); shown != nil {
			properties[name] = shown
		}
	}
	if len(properties) > 0 {
		s["properties"] = properties
	}
	return s
}

// unseen counts what messages do not show.
func (g *gained) unseen() int {
	n := 0
	if g.kind == "null" {
		n = 1
	}
	shown := g.shown()
	if g.kind == "object" && shown["properties"] == nil {
		n++
	}
	if g.element != nil {
		n += g.element.unseen()
	}
	for _, m := range g.members {
		n += m.unseen()
	}
	return n
}

// message returns a message of the changed schema.
func (c *growth) message(n *schema.Node, r *rand.Rand) any {
	doc := instance(n, r, 0.5)
	c.put(doc.(map[string]any), c.steps, r)
	return doc
}

// put adds the member to all objects that the steps lead to, of which there is one at least.
func (c *growth) put(at map[string]any, steps []string, r *rand.Rand) {
	if len(steps) == 1 {
		if r.IntN(8) > 0 {
			at[steps[0]] = c.member.value(r)
		}
		return
	}
	name, lists, _ := strings.Cut(steps[0], "[")
	depth := strings.Count("["+lists, "]")
	if !descend(at[name]) {
		at[name] = map[string]any{}
		for range depth {
			at[name] = []any{at[name]}
		}
	}
	var each func(v any)
	each = func(v any) {
		switch v := v.(type) {
		case []any:
			if len(v) == 0 {
				return
			}
			for _, below := range v {
				each(below)
			}
		case map[string]any:
			c.put(v, steps[1:], r)
		}
	}
	each(at[name])
}

func (g *gained) value(r *rand.Rand) any {
	if g.kind == "null" || r.IntN(10) == 0 {
		return nil
	}
	switch g.kind {
	case "string":
		return newValues[r.IntN(len(newValues))]
	case "number":
		return json.Number(numbers[r.IntN(len(numbers))])
	case "boolean":
		return r.IntN(2) == 0
	case "date":
		return "2015-01-01"
	case "date-time", "named":
		return []any{"2023-02-27T22:09:03.585Z", "2023-02-27T22:09Z"}[r.IntN(2)]
	case "mixed":
		return []any{"x", 7}[r.IntN(2)]
	case "array":
		list := []any{}
		for range r.IntN(4) {
			list = append(list, g.element.value(r))
		}
		return list
	}
	m := make(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(g.members)) {
		if r.IntN(8) > 0 {
			m[name] = g.members[name].value(r)
		}
	}
	return m
}

// api returns the exported declarations that the catalog with an overlay generates for
// an event, with the names and types of fields, in order and without comments.
func api(t *testing.T, event string, overlay fstest.MapFS) []string {
	t.Helper()
	sources := []generator.Source{generator.Catalog()}
	if len(overlay) > 0 {
		sources = append(sources, generator.FS("overlay", overlay))
	}
	result, err := generator.Generate(t.Context(), generator.Options{Sources: sources, Events: []string{event}})
	require.NoError(t, err)
	for _, d := range result.Diagnostics {
		require.NotEqual(t, diag.Error, d.Severity, "%s", d)
		require.NotContains(t, d.String(), "overlay", "%s", d)
	}
	var list []string
	for _, f := range result.Files {
		if !strings.HasSuffix(f.Path, ".go") || strings.HasSuffix(f.Path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), f.Path, f.Content, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, d := range file.Decls {
			list = append(list, declared(t, file.Name.Name, d)...)
		}
	}
	slices.Sort(list)
	return list
}

// declared lists what a declaration exports.
func declared(t *testing.T, pkg string, d ast.Decl) (list []string) {
	text := func(n any) string {
		var b bytes.Buffer
		require.NoError(t, printer.Fprint(&b, token.NewFileSet(), n))
		return b.String()
	}
	if f, ok := d.(*ast.FuncDecl); ok && f.Name.IsExported() {
		receiver := ""
		if f.Recv != nil {
			receiver = text(f.Recv.List[0].Type)
		}
		return []string{pkg + " " + receiver + " " + f.Name.Name + text(f.Type)}
	}
	g, ok := d.(*ast.GenDecl)
	if !ok {
		return nil
	}
	for _, s := range g.Specs {
		spec, ok := s.(*ast.TypeSpec)
		if !ok {
			continue
		}
		fields, ok := spec.Type.(*ast.StructType)
		if !ok {
			list = append(list, pkg+"."+spec.Name.Name+" "+text(spec.Type))
			continue
		}
		for _, f := range fields.Fields.List {
			for _, name := range f.Names {
				if name.IsExported() {
					list = append(list, fmt.Sprintf("%s.%s.%s %s %s", pkg, spec.Name.Name, name.Name, text(f.Type), f.Tag.Value))
				}
			}
		}
	}
	return list
}
