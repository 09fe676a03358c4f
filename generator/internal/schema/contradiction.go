package schema

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/source"
)

// contradictions reports keywords that cannot have the effect they were
// written for: an error where no value can satisfy them, a warning otherwise.
func (c *checker) contradictions(v *source.Value) {
	types := statedTypes(v)
	c.withoutEffect(v, types)
	c.limits(v)
	c.enumTypes(v, types)
	if types == 0 || types.Has(Object) {
		c.forbiddenMembers(v)
	}
}

// statedTypes returns what the type keyword of v says; 0: nothing.
func statedTypes(v *source.Value) Types {
	n := &Node{}
	if t := v.Get("type"); t != nil {
		buildType(nil, n, t)
	}
	return n.Types
}

func (c *checker) withoutEffect(v *source.Value, types Types) {
	for i := range v.Members {
		m := &v.Members[i]
		if k := c.keywords[m.Name]; k != nil && k.types != 0 && types != 0 && types&k.types == 0 {
			c.diags.Warnf(m.NamePos(), "contradiction", `remove it, or correct "type"`,
				"the keyword %q has no effect on a value of type %s", m.Name, types.JSON())
		}
	}
	if a, items := v.Get("additionalItems"), v.Get("items"); a != nil && (items == nil || items.Kind != source.Array) {
		c.diags.Warnf(a.Pos(), "contradiction", "remove it", `the keyword "additionalItems" has no effect unless "items" is an array`)
	}
}

// limits reports lower limits that exceed upper ones.
func (c *checker) limits(v *source.Value) {
	for _, pair := range [...][2]string{{"minLength", "maxLength"}, {"minItems", "maxItems"}, {"minProperties", "maxProperties"}} {
		low, okLow := integer(v.Get(pair[0]))
		high, okHigh := integer(v.Get(pair[1]))
		if okLow && okHigh && low > high {
			c.impossiblef(v.Get(pair[0]), "%s %d is more than %s %d", pair[0], low, pair[1], high)
		}
	}
	low, high := v.Get("minimum"), v.Get("maximum")
	for _, name := range [...]string{"minimum", "maximum"} {
		exclusive := v.Get("exclusiveM" + name[1:])
		if exclusive != nil && exclusive.Kind == source.Bool && v.Get(name) == nil {
			c.errorf(exclusive, "invalid-keyword", "add it", "%q needs %q", lastSegment(exclusive), name)
		}
	}
	if low == nil || high == nil || low.Kind != source.Number || high.Kind != source.Number {
		return
	}
	switch order := rat(low).Cmp(rat(high)); {
	case order > 0:
		c.impossiblef(low, "minimum %s is more than maximum %s", low.Text, high.Text)
	case order == 0 && (isTrue(v.Get("exclusiveMinimum")) || isTrue(v.Get("exclusiveMaximum"))):
		c.impossiblef(low, "minimum and maximum are both %s, and one of them is excluded", low.Text)
	}
}

func isTrue(v *source.Value) bool  { return v != nil && v.Kind == source.Bool && v.Text == "true" }
func isFalse(v *source.Value) bool { return v != nil && v.Kind == source.Bool && v.Text == "false" }

func (c *checker) impossiblef(at *source.Value, format string, args ...any) {
	c.errorf(at, "impossible", "no value can satisfy both", format, args...)
}

// enumTypes compares listed values with the types.
func (c *checker) enumTypes(v *source.Value, types Types) {
	enum := v.Get("enum")
	if types == 0 || enum == nil || len(enum.Items) == 0 {
		return
	}
	var outside []*source.Value
	for _, item := range enum.Items {
		if types&typesOf(item) == 0 {
			outside = append(outside, item)
		}
	}
	if len(outside) == len(enum.Items) {
		c.impossiblef(enum, `no value of "enum" is of type %s`, types.JSON())
		return
	}
	for _, item := range outside {
		c.diags.Warnf(item.Pos(), "contradiction", `remove it, or correct "type"`, `a value of "enum" is not of type %s`, types.JSON())
	}
}

// typesOf returns the types that a JSON value has.
func typesOf(v *source.Value) Types {
	switch v.Kind {
	case source.Null:
		return Null
	case source.Bool:
		return Boolean
	case source.Number:
		if rat(v).IsInt() {
			return Number | Integer
		}
		return Number
	case source.String:
		return String
	case source.Array:
		return Array
	default:
		return Object
	}
}

// forbiddenMembers reports members that are required but not allowed, and
// numbers of members or items that cannot be reached.
func (c *checker) forbiddenMembers(v *source.Value) {
	required, properties, patterns := v.Get("required"), v.Get("properties"), v.Get("patternProperties")
	if required != nil {
		if high, ok := integer(v.Get("maxProperties")); ok && len(required.Items) > high {
			c.impossiblef(required, "%d members are required, and maxProperties is %d", len(required.Items), high)
		}
	}
	if !isFalse(v.Get("additionalProperties")) {
		return
	}
	if required != nil {
		for _, name := range required.Items {
			if !declares(properties, name.Text) && !matchesAny(patterns, name.Text) {
				c.errorf(name, "impossible", `add it to "properties"`, `the member %q is required, and "additionalProperties" forbids it`, name.Text)
			}
		}
	}
	if low, ok := integer(v.Get("minProperties")); ok && patterns == nil {
		known := 0
		if properties != nil {
			known = len(properties.Members)
		}
		if low > known {
			c.impossiblef(v.Get("minProperties"), "minProperties is %d, and only %d members are allowed", low, known)
		}
	}
}

func declares(properties *source.Value, name string) bool {
	return properties != nil && properties.Get(name) != nil
}

func matchesAny(patterns *source.Value, name string) bool {
	if patterns == nil {
		return false
	}
	for i := range patterns.Members {
		// A pattern that does not compile was reported; it may match anything.
		if re, err := regexp.Compile(patterns.Members[i].Name); err != nil || re.MatchString(name) {
			return true
		}
	}
	return false
}

// instead returns what to write for a keyword's value that draft-04 does not
// allow, where people are likely to have meant what another draft allows.
func instead(v *source.Value) string {
	keyword := lastSegment(v)
	switch {
	case keyword == "required" && v.Kind == source.Bool:
		return `true is draft-03: write "required" with the member's name, as in ["ID"], in the object that has the member`
	case keyword == "required" && v.Kind == source.Array:
		return "leave it out where no member is required"
	case strings.HasPrefix(keyword, "exclusiveM") && v.Kind == source.Number:
		return fmt.Sprintf("in draft-04 the bound itself is in another keyword: write %q: %s, %q: true", "m"+keyword[len("exclusiveM"):], v.Text, keyword)
	case isCount(keyword) && v.Kind == source.Number:
		if n := rat(v); n.IsInt() && n.Sign() >= 0 && n.Num().BitLen() < 32 {
			return "write " + n.RatString()
		}
		return ""
	case keyword == "properties" || keyword == "definitions" || keyword == "patternProperties":
		return `write {"Name": {"type": "string"}}, or leave it out where there are none`
	case keyword == "items" && v.Kind == source.Bool:
		return insteadOfSchema(v)
	default:
		return ""
	}
}

// isCount reports whether a keyword is the likes of minLength.
func isCount(keyword string) bool {
	of := strings.TrimPrefix(strings.TrimPrefix(keyword, "min"), "max")
	return of == "Length" || of == "Items" || of == "Properties"
}

// insteadOfSchema returns what to write for something that is not a schema.
func insteadOfSchema(v *source.Value) string {
	switch {
	case isTrue(v):
		return "write {}, which any value satisfies: draft-04 has no boolean schemas"
	case isFalse(v):
		return `leave it out, and forbid what is not listed with "additionalProperties": false: draft-04 has no boolean schemas`
	case v.Kind == source.String && typeNames[v.Text] != 0:
		return fmt.Sprintf(`write {"type": %q}`, v.Text)
	case v.Pointer() == "":
		return `a file holds an object such as {"type": "object", "properties": {…}}`
	default:
		return "write {} if any value will do"
	}
}
