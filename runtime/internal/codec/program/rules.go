package program

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

// Checks is what is to be checked of a value beyond its type.
type Checks struct {
	Values []string // documented value set; others are a warning
	Date   bool     // warn when a string is not a date

	Enum    []string // canonical JSON
	Pattern *regexp.Regexp
	Format  string

	MinLength, MaxLength         int // maxLength, maxItems, maxProperties: -1 for none
	MinItems, MaxItems           int
	MinProperties, MaxProperties int
	Unique                       bool

	Minimum, Maximum           *jsontext.Decimal
	ExclusiveMin, ExclusiveMax bool
	MultipleOf                 *jsontext.Decimal
}

func (n *Node) check() *Checks {
	if n.Checks == nil {
		n.Checks = &Checks{MaxLength: -1, MaxItems: -1, MaxProperties: -1}
	}
	return n.Checks
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
		abs := joinPaths(at, r.At)
		c.rules[abs] = append(c.rules[abs], r)
	}
}

// apply adds what rules say of the value at path at.
func (c *compiler) apply(n *Node, at string, required bool) {
	if c.lenient {
		return
	}
	if n.Kind == KindDate {
		n.check().Date = true
	}
	n.Required = required
	for _, r := range c.rules[at] {
		if err := n.applyRule(r.Keyword, r.Value); err != nil {
			panic(fmt.Sprintf("redox: rule %s at %q: %v", r.Keyword, at, err))
		}
	}
}

// applyRule adds one keyword, with its value as JSON text.
func (n *Node) applyRule(keyword, value string) error {
	switch keyword {
	case "type":
		return n.applyType(value)
	case "schema":
		s, err := parseSchema(value)
		n.Schema = s
		return err
	case "required":
		return n.applyRequired(value)
	case "additionalProperties":
		return n.applyAdditional(value)
	case "patternProperties":
		return n.applyPatterns(value)
	case "x-redox-values":
		return json.Unmarshal([]byte(value), &n.check().Values)
	case "x-redox-retired":
		n.retired = true
		return nil
	case "enum":
		return n.applyEnum(value)
	case "pattern":
		return n.applyPattern(value)
	case "format":
		return json.Unmarshal([]byte(value), &n.check().Format)
	}
	return n.applyLimit(keyword, value)
}

func (n *Node) applyType(value string) error {
	var names []string
	if err := json.Unmarshal([]byte(value), &names); err != nil {
		var one string
		if err := json.Unmarshal([]byte(value), &one); err != nil {
			return err
		}
		names = []string{one}
	}
	if len(names) == 0 {
		n.Types = jsontext.AnyType
		return nil
	}
	n.Types = 0
	for _, name := range names {
		i := slices.Index(jsontext.TypeNames[:], name)
		if i < 0 {
			return fmt.Errorf("unknown type %q", name)
		}
		n.Types |= 1 << i
	}
	if n.Types&jsontext.TypeNumber != 0 {
		n.Types |= jsontext.TypeInteger
	}
	return nil
}

func (n *Node) applyRequired(value string) error {
	var names []string
	if err := json.Unmarshal([]byte(value), &names); err != nil {
		return err
	}
	if n.Object == nil {
		return fmt.Errorf("not an object")
	}
	for _, name := range names {
		n.Object.requireUndeclared(name)
	}
	return nil
}

func (n *Node) applyAdditional(value string) error {
	if n.Object == nil {
		return fmt.Errorf("not an object")
	}
	switch value {
	case "false":
		n.Object.Closed = true
		return nil
	case "true":
		return nil
	}
	s, err := parseSchema(value)
	if err == nil && !s.anything() {
		n.Object.Additional = s
	}
	return err
}

func (n *Node) applyPatterns(value string) error {
	if n.Object == nil {
		return fmt.Errorf("not an object")
	}
	var schemas map[string]json.RawMessage
	if err := json.Unmarshal([]byte(value), &schemas); err != nil {
		return err
	}
	return n.Object.setPatterns(schemas)
}

func (n *Node) applyEnum(value string) error {
	var list []json.RawMessage
	if err := json.Unmarshal([]byte(value), &list); err != nil {
		return err
	}
	c := n.check()
	for _, v := range list {
		c.Enum = append(c.Enum, jsontext.Canonical(string(v)))
	}
	return nil
}

func (n *Node) applyPattern(value string) error {
	var text string
	if err := json.Unmarshal([]byte(value), &text); err != nil {
		return err
	}
	re, err := regexp.Compile(text)
	n.check().Pattern = re
	return err
}

func (n *Node) applyLimit(keyword, value string) (err error) {
	c := n.check()
	switch keyword {
	case "minLength":
		c.MinLength, err = size(value)
	case "maxLength":
		c.MaxLength, err = size(value)
	case "minItems":
		c.MinItems, err = size(value)
	case "maxItems":
		c.MaxItems, err = size(value)
	case "minProperties":
		c.MinProperties, err = size(value)
		n.walkMembers()
	case "maxProperties":
		c.MaxProperties, err = size(value)
		n.walkMembers()
	case "uniqueItems":
		c.Unique = value == "true"
	case "minimum":
		c.Minimum, err = jsontext.ParseDecimal(value)
	case "maximum":
		c.Maximum, err = jsontext.ParseDecimal(value)
	case "exclusiveMinimum":
		c.ExclusiveMin = value == "true"
	case "exclusiveMaximum":
		c.ExclusiveMax = value == "true"
	case "multipleOf":
		c.MultipleOf, err = jsontext.ParseDecimal(value)
	default:
		err = fmt.Errorf("no such keyword")
	}
	return err
}

// walkMembers makes the decoder walk an object's members although none has a
// schema, so that it can count them.
func (n *Node) walkMembers() {
	if n.Object == nil {
		n.Object = emptyObject()
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
