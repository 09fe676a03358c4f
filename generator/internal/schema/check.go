package schema

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/source"
	"github.com/redoxgen/redoxgen/internal/spelling"
)

// checker reports everything that is wrong with the schemas of one file taken
// by themselves: unknown and refused keywords, values that draft-04's
// meta-schema does not allow, and constraints that contradict each other.
type checker struct {
	keywords map[string]*keyword
	diags    *diag.List
	root     *source.Value
}

// checkFile checks every schema of a file, used or not.
func checkFile(table map[string]*keyword, f *source.File, diags *diag.List) {
	c := &checker{keywords: table, diags: diags, root: f.Root}
	c.schema(f.Root)
}

func (c *checker) errorf(v *source.Value, code, hint, format string, args ...any) {
	c.diags.Errorf(v.Pos(), code, hint, format, args...)
}

// want reports a keyword value of the wrong kind.
func (c *checker) want(v *source.Value, ok bool, wanted string) bool {
	if !ok {
		c.errorf(v, "invalid-keyword", instead(v), "the value of %q must be %s, not %s", lastSegment(v), wanted, describe(v))
	}
	return ok
}

// describe says what v is, with the value itself where it is short.
func describe(v *source.Value) string {
	if len(v.Members)+len(v.Items) == 0 && len(v.Text) <= 40 {
		return compact(v)
	}
	return v.Kind.String()
}

func lastSegment(v *source.Value) string {
	pointer := v.Pointer()
	return source.UnescapeSegment(pointer[strings.LastIndexByte(pointer, '/')+1:])
}

// schema checks a schema and everything inside it.
func (c *checker) schema(v *source.Value) {
	if v.Kind != source.Object {
		c.errorf(v, "invalid-schema", insteadOfSchema(v), "a schema must be an object, not %s", describe(v))
		return
	}
	if v.Get("$ref") != nil {
		c.besideRef(v)
		return
	}
	for i := range v.Members {
		c.member(&v.Members[i])
	}
	c.contradictions(v)
}

// member checks one keyword of a schema.
func (c *checker) member(m *source.Member) {
	k := c.keywords[m.Name]
	switch {
	case k == nil:
		c.unknown(m)
	case k.refused != "":
		c.diags.Errorf(m.NamePos(), "unsupported-keyword", k.refused, "the keyword %q is not supported", m.Name)
	default:
		k.check(c, m.Value)
	}
}

// besideRef checks a schema with a $ref. Draft-04 ignores everything beside
// it, so only what cannot change the meaning may stand there.
func (c *checker) besideRef(v *source.Value) {
	for i := range v.Members {
		m := &v.Members[i]
		switch k := c.keywords[m.Name]; {
		case k == nil || k.refused != "" || k.build == nil:
			c.member(m)
		default:
			c.diags.Errorf(m.NamePos(), "beside-ref", "move it into the schema that $ref names, or write a schema of its own",
				"the keyword %q has no effect beside $ref", m.Name)
		}
	}
}

// unknown reports a keyword that is not in the table.
func (c *checker) unknown(m *source.Member) {
	if instead, ok := later[m.Name]; ok {
		c.diags.Errorf(m.NamePos(), "unsupported-keyword", instead, "the keyword %q is not part of draft-04", m.Name)
		return
	}
	if strings.HasPrefix(m.Name, "x-") && !strings.HasPrefix(m.Name, "x-redox") {
		c.diags.Warnf(m.NamePos(), "ignored-extension", "", "the extension %q is ignored", m.Name)
		return
	}
	hint := `if it is meant for other tools, call it "x-…"`
	if near := spelling.Nearest(m.Name, keywordOrder); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	c.diags.Errorf(m.NamePos(), "unknown-keyword", hint, "unknown keyword %q", m.Name)
}

// The check functions of the keyword table.

func (c *checker) anything(*source.Value) {}

func (c *checker) str(v *source.Value) { c.want(v, v.Kind == source.String, "a string") }

func (c *checker) boolean(v *source.Value) { c.want(v, v.Kind == source.Bool, "true or false") }

func (c *checker) number(v *source.Value) { c.want(v, v.Kind == source.Number, "a number") }

func (c *checker) positive(v *source.Value) {
	c.want(v, v.Kind == source.Number && rat(v).Sign() > 0, "a number greater than 0")
}

func (c *checker) count(v *source.Value) {
	_, ok := integer(v)
	c.want(v, ok, "a whole number from 0 on, written without fraction or exponent")
}

func (c *checker) metaSchema(v *source.Value) {
	const draft4 = "http://json-schema.org/draft-04/schema"
	if c.want(v, v.Kind == source.String, "a string") && strings.TrimSuffix(v.Text, "#") != draft4 {
		c.errorf(v, "unsupported-draft", fmt.Sprintf("state the schema in draft-04 and write %q", draft4+"#"), "only draft-04 schemas are supported, not %q", v.Text)
	}
}

// id allows what has no effect: the name of a file without references into others.
func (c *checker) id(v *source.Value) {
	if !c.want(v, v.Kind == source.String, "a string") {
		return
	}
	if c.root.Get("id") != v || refersToFiles(c.root) {
		c.errorf(v, "unsupported-keyword", "remove it; files refer to each other by relative path", `the keyword "id" is not supported where it changes what a $ref means`)
	}
}

// refersToFiles reports whether any $ref inside v names another file.
func refersToFiles(v *source.Value) bool {
	if ref := v.Get("$ref"); ref != nil && ref.Kind == source.String && !strings.HasPrefix(ref.Text, "#") {
		return true
	}
	for i := range v.Members {
		if refersToFiles(v.Members[i].Value) {
			return true
		}
	}
	return slices.ContainsFunc(v.Items, refersToFiles)
}

func (c *checker) schemas(v *source.Value) {
	if !c.want(v, v.Kind == source.Object, "an object of schemas") {
		return
	}
	for i := range v.Members {
		c.schema(v.Members[i].Value)
	}
}

func (c *checker) patternSchemas(v *source.Value) {
	c.schemas(v)
	for i := range v.Members {
		m := &v.Members[i]
		c.regexp(m.NamePos(), m.Name)
	}
}

func (c *checker) schemaOrBool(v *source.Value) {
	if v.Kind == source.Object {
		c.schema(v)
		return
	}
	c.want(v, v.Kind == source.Bool, "a schema, true or false")
}

func (c *checker) items(v *source.Value) {
	if v.Kind == source.Object {
		c.schema(v)
		return
	}
	if c.want(v, v.Kind == source.Array && len(v.Items) > 0, "a schema or a non-empty array of schemas") {
		for _, item := range v.Items {
			c.schema(item)
		}
	}
}

func (c *checker) typeNames(v *source.Value) {
	known := func(t *source.Value) bool { return t.Kind == source.String && typeNames[t.Text] != 0 }
	if v.Kind != source.Array || len(v.Items) == 0 {
		if c.want(v, v.Kind == source.String, "a type or a non-empty array of types") {
			c.typeName(v, known(v))
		}
		return
	}
	seen := Types(0)
	for _, t := range v.Items {
		c.typeName(t, known(t))
		// The published schemas state ["null","null"] where any string occurs.
		if onlyNull := len(v.Items) == 2 && t.Text == "null"; seen&typeNames[t.Text] != 0 && !onlyNull {
			c.errorf(t, "invalid-keyword", "remove it", "the type %q occurs twice", t.Text)
		}
		seen |= typeNames[t.Text]
	}
}

func (c *checker) typeName(t *source.Value, known bool) {
	if known {
		return
	}
	hint := "the types are " + strings.Join(typeOrder, ", ")
	if near := spelling.Nearest(t.Text, typeOrder); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	c.errorf(t, "unknown-type", hint, "unknown type %s", describe(t))
}

func (c *checker) required(v *source.Value) {
	if !c.want(v, v.Kind == source.Array && len(v.Items) > 0, "a non-empty array of member names") {
		return
	}
	seen := map[string]bool{}
	for _, name := range v.Items {
		switch {
		case name.Kind != source.String:
			c.errorf(name, "invalid-keyword", "", `"required" lists member names, not %s`, describe(name))
		case seen[name.Text]:
			c.errorf(name, "invalid-keyword", "remove it", "the required member %q is listed twice", name.Text)
		}
		seen[name.Text] = true
	}
}

func (c *checker) enum(v *source.Value) {
	if !c.want(v, v.Kind == source.Array && len(v.Items) > 0, "a non-empty array of values") {
		return
	}
	seen := make(map[string]bool, len(v.Items))
	for _, item := range v.Items {
		key := canonical(item)
		if seen[key] {
			c.errorf(item, "invalid-keyword", "remove it", "the value is listed twice")
		}
		seen[key] = true
	}
}

func (c *checker) pattern(v *source.Value) {
	if c.want(v, v.Kind == source.String, "a regular expression") {
		c.regexp(v.Pos(), v.Text)
	}
}

func (c *checker) regexp(pos diag.Pos, pattern string) {
	if _, err := regexp.Compile(pattern); err != nil {
		c.diags.Errorf(pos, "unsupported-pattern", "use the syntax of Go's regexp package; it has no look-around and no back-references",
			"the pattern cannot be used: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
}

func (c *checker) format(v *source.Value) {
	if !c.want(v, v.Kind == source.String, "a string") || formats[v.Text] {
		return
	}
	supported := strings.Join(slices.Sorted(maps.Keys(formats)), ", ")
	if otherFormats[v.Text] {
		c.errorf(v, "unsupported-format", "supported are "+supported, "the format %q is not supported", v.Text)
		return
	}
	c.diags.Warnf(v.Pos(), "unknown-format", "checked are "+supported, "the format %q is unknown and not checked", v.Text)
}
