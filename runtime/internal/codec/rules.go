package codec

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
)

// checks is what is to be checked of a value beyond its type.
type checks struct {
	values []string // documented value set; others are a warning
	date   bool     // warn when a string is not a date

	enum    []string // canonical JSON
	pattern *regexp.Regexp
	format  string

	minLength, maxLength         int // maxLength, maxItems, maxProperties: -1 for none
	minItems, maxItems           int
	minProperties, maxProperties int
	unique                       bool

	minimum, maximum           *jsontext.Decimal
	exclusiveMin, exclusiveMax bool
	multipleOf                 *jsontext.Decimal
}

func (n *node) check() *checks {
	if n.checks == nil {
		n.checks = &checks{maxLength: -1, maxItems: -1, maxProperties: -1}
	}
	return n.checks
}

// conceptRules takes over what the concept's type says of its fields wherever
// it is used, such as documented value sets.
func (c *compiler) conceptRules(t reflect.Type, at string) {
	if c.lenient {
		return
	}
	v, ok := reflect.New(t).Interface().(interface{ RedoxRules() []SchemaRule })
	if !ok {
		return
	}
	for _, r := range v.RedoxRules() {
		abs := r.At
		if at != "" && abs != "" && abs[0] != '[' {
			abs = at + "." + abs
		} else {
			abs = at + abs
		}
		c.rules[abs] = append(c.rules[abs], r)
	}
}

// apply adds what rules say of the value at path at.
func (c *compiler) apply(n *node, at string, required bool) {
	if c.lenient {
		return
	}
	if n.kind == KindDate {
		n.check().date = true
	}
	n.required = required
	for _, r := range c.rules[at] {
		if err := n.applyRule(r.Keyword, r.Value); err != nil {
			panic(fmt.Sprintf("redox: rule %s at %q: %v", r.Keyword, at, err))
		}
	}
}

// applyRule adds one keyword, with its value as JSON text.
func (n *node) applyRule(keyword, value string) error {
	switch keyword {
	case "type":
		return n.applyType(value)
	case "schema":
		s, err := parseSchema(value)
		n.schema = s
		return err
	case "required":
		return n.applyRequired(value)
	case "additionalProperties":
		return n.applyAdditional(value)
	case "patternProperties":
		return n.applyPatterns(value)
	case "x-redox-values":
		return json.Unmarshal([]byte(value), &n.check().values)
	case "x-redox-retired":
		n.retired = true
		return nil
	case "enum":
		return n.applyEnum(value)
	case "pattern":
		return n.applyPattern(value)
	case "format":
		return json.Unmarshal([]byte(value), &n.check().format)
	}
	return n.applyLimit(keyword, value)
}

func (n *node) applyType(value string) error {
	var names []string
	if err := json.Unmarshal([]byte(value), &names); err != nil {
		var one string
		if err := json.Unmarshal([]byte(value), &one); err != nil {
			return err
		}
		names = []string{one}
	}
	if len(names) == 0 {
		n.types = jsontext.AnyType
		return nil
	}
	n.types = 0
	for _, name := range names {
		i := slices.Index(jsontext.TypeNames[:], name)
		if i < 0 {
			return fmt.Errorf("unknown type %q", name)
		}
		n.types |= 1 << i
	}
	if n.types&jsontext.TypeNumber != 0 {
		n.types |= jsontext.TypeInteger
	}
	return nil
}

func (n *node) applyRequired(value string) error {
	var names []string
	if err := json.Unmarshal([]byte(value), &names); err != nil {
		return err
	}
	if n.object == nil {
		return fmt.Errorf("not an object")
	}
	for _, name := range names {
		n.object.requireForeign(name)
	}
	return nil
}

func (n *node) applyAdditional(value string) error {
	if n.object == nil {
		return fmt.Errorf("not an object")
	}
	switch value {
	case "false":
		n.object.closed = true
		return nil
	case "true":
		return nil
	}
	s, err := parseSchema(value)
	if err == nil && !s.anything() {
		n.object.additional = s
	}
	return err
}

func (n *node) applyPatterns(value string) error {
	if n.object == nil {
		return fmt.Errorf("not an object")
	}
	var schemas map[string]json.RawMessage
	if err := json.Unmarshal([]byte(value), &schemas); err != nil {
		return err
	}
	return n.object.setPatterns(schemas)
}

func (n *node) applyEnum(value string) error {
	var list []json.RawMessage
	if err := json.Unmarshal([]byte(value), &list); err != nil {
		return err
	}
	c := n.check()
	for _, v := range list {
		c.enum = append(c.enum, jsontext.Canonical(string(v)))
	}
	return nil
}

func (n *node) applyPattern(value string) error {
	var text string
	if err := json.Unmarshal([]byte(value), &text); err != nil {
		return err
	}
	re, err := regexp.Compile(text)
	n.check().pattern = re
	return err
}

func (n *node) applyLimit(keyword, value string) (err error) {
	c := n.check()
	switch keyword {
	case "minLength":
		c.minLength, err = size(value)
	case "maxLength":
		c.maxLength, err = size(value)
	case "minItems":
		c.minItems, err = size(value)
	case "maxItems":
		c.maxItems, err = size(value)
	case "minProperties":
		c.minProperties, err = size(value)
		n.walkMembers()
	case "maxProperties":
		c.maxProperties, err = size(value)
		n.walkMembers()
	case "uniqueItems":
		c.unique = value == "true"
	case "minimum":
		c.minimum, err = jsontext.ParseDecimal(value)
	case "maximum":
		c.maximum, err = jsontext.ParseDecimal(value)
	case "exclusiveMinimum":
		c.exclusiveMin = value == "true"
	case "exclusiveMaximum":
		c.exclusiveMax = value == "true"
	case "multipleOf":
		c.multipleOf, err = jsontext.ParseDecimal(value)
	default:
		err = fmt.Errorf("no such keyword")
	}
	return err
}

// walkMembers makes the decoder walk an object's members although none has a
// schema, so that it can count them.
func (n *node) walkMembers() {
	if n.object == nil {
		n.object = emptyObject()
	}
}

// size reads a keyword's value that counts something; JSON may spell it 2.0.
func size(value string) (int, error) {
	f, err := strconv.ParseFloat(value, 64)
	switch {
	case err != nil || f < 0 || f != math.Trunc(f):
		return 0, fmt.Errorf("not a count")
	case f >= math.MaxInt:
		return math.MaxInt, nil // nothing has as many
	}
	return int(f), nil
}
