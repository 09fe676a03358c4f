package schema

import (
	"cmp"
	"slices"
	"sync"

	"github.com/redoxgen/redoxgen/generator/internal/source"
)

// The annotations that only this project knows.
const (
	keyEvent   = "x-redox-event"
	keyConcept = "x-redox-concept"
	keyDate    = "x-redox-date"
	keyRetired = "x-redox-retired"
	keyClass   = "x-redox-class"
	keyValues  = "x-redox-values"
)

// keyword is what the generator does with one keyword. The table is closed:
// a keyword that is not in it is reported, because ignoring it could make a
// validator accept what the schema forbids.
type keyword struct {
	check   func(*checker, *source.Value)        // reports a value that draft-04 does not allow
	build   func(*builder, *Node, *source.Value) // nil: an annotation
	types   Types                                // what it constrains; 0: no type in particular
	refused string                               // why it is not supported, as a hint; "": it is
}

const numeric = Integer | Number

// keywordOrder is the order of the table, and of Node.Rules.
var keywordOrder = []string{
	"$schema", "id", "$ref", "definitions", "title", "description", "default",
	keyEvent, keyConcept, keyDate, keyValues, keyRetired, keyClass, keyOverlay, keyRequired,
	"type", "required", "properties", "items",
	"enum", "pattern", "format", "minLength", "maxLength",
	"minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf",
	"additionalItems", "minItems", "maxItems", "uniqueItems",
	"minProperties", "maxProperties", "patternProperties", "additionalProperties",
	"allOf", "anyOf", "oneOf", "not", "dependencies",
}

// keywordRank is the index of each keyword in keywordOrder.
var keywordRank = func() map[string]int {
	rank := make(map[string]int, len(keywordOrder))
	for i, name := range keywordOrder {
		rank[name] = i
	}
	return rank
}()

// newKeywords returns the table. It is built for each run: its functions look
// keywords up in it, which a package variable could not be initialised with.
func newKeywords() map[string]*keyword {
	table := map[string]*keyword{
		"$schema":     {check: (*checker).metaSchema},
		"id":          {check: (*checker).id},
		"$ref":        {check: (*checker).str},
		"definitions": {check: (*checker).schemas},
		"title":       {check: (*checker).str},
		"description": {check: (*checker).str},
		"default":     {check: (*checker).anything},
		keyEvent:      {check: (*checker).event},
		keyConcept:    {check: (*checker).concept},
		keyDate:       {check: (*checker).date},
		keyRetired:    {check: (*checker).retired},
		keyClass:      {check: (*checker).class},
		keyValues:     {check: (*checker).values},

		keyOverlay:  {check: (*checker).ofOverlays},
		keyRequired: {check: (*checker).ofOverlays},

		"type":       {check: (*checker).typeNames, build: buildType},
		"required":   {check: (*checker).required, build: buildRequired, types: Object},
		"properties": {check: (*checker).schemas, build: buildProperties, types: Object},
		"items":      {check: (*checker).items, build: buildItems, types: Array},

		"enum":                 {check: (*checker).enum},
		"pattern":              {check: (*checker).pattern, types: String},
		"format":               {check: (*checker).format, build: buildFormat, types: String},
		"minLength":            {check: (*checker).count, types: String},
		"maxLength":            {check: (*checker).count, types: String},
		"minimum":              {check: (*checker).number, types: numeric},
		"exclusiveMinimum":     {check: (*checker).boolean, types: numeric},
		"maximum":              {check: (*checker).number, types: numeric},
		"exclusiveMaximum":     {check: (*checker).boolean, types: numeric},
		"multipleOf":           {check: (*checker).positive, types: numeric},
		"additionalItems":      {check: (*checker).schemaOrBool, build: buildAdditional("additionalItems"), types: Array},
		"minItems":             {check: (*checker).count, types: Array},
		"maxItems":             {check: (*checker).count, types: Array},
		"uniqueItems":          {check: (*checker).boolean, types: Array},
		"minProperties":        {check: (*checker).count, types: Object},
		"maxProperties":        {check: (*checker).count, types: Object},
		"patternProperties":    {check: (*checker).patternSchemas, build: buildPatternProperties, types: Object},
		"additionalProperties": {check: (*checker).schemaOrBool, build: buildAdditional("additionalProperties"), types: Object},

		"allOf":        {refused: "merge its schemas into this one"},
		"anyOf":        {refused: "state what the schemas have in common, or leave the type open"},
		"oneOf":        {refused: "state what the schemas have in common, or leave the type open"},
		"not":          {refused: "state what is allowed instead"},
		"dependencies": {refused: "list what is always required under required"},
	}
	for name, k := range table {
		if k.build == nil && keywordRank[name] >= keywordRank["enum"] {
			k.build = buildRule(name)
		}
	}
	return table
}

// ruleTypes is the types of the table's keywords.
var ruleTypes = sync.OnceValue(func() map[string]Types {
	types := make(map[string]Types)
	for name, k := range newKeywords() {
		types[name] = k.types
	}
	return types
})

// later are keywords of later drafts, with what to write instead. Draft-04
// validators ignore them, so that they look as if they had an effect.
var later = map[string]string{
	"const":                 `write "enum" with one value`,
	"contains":              "draft-04 cannot say that",
	"propertyNames":         "draft-04 cannot say that",
	"if":                    "draft-04 cannot say that",
	"then":                  "draft-04 cannot say that",
	"else":                  "draft-04 cannot say that",
	"$id":                   "remove it",
	"$anchor":               `refer to definitions by JSON pointer`,
	"$defs":                 `write "definitions"`,
	"$comment":              `write "description"`,
	"examples":              "remove it",
	"prefixItems":           `write "items" with an array`,
	"minContains":           "draft-04 cannot say that",
	"maxContains":           "draft-04 cannot say that",
	"dependentRequired":     "draft-04 cannot say that",
	"dependentSchemas":      "draft-04 cannot say that",
	"unevaluatedItems":      "draft-04 cannot say that",
	"unevaluatedProperties": "draft-04 cannot say that",
	"readOnly":              "remove it",
	"writeOnly":             "remove it",
	"deprecated":            "remove it",
	"nullable":              `add "null" to "type"`,
}

// sortRules puts rules into the order of the keyword table.
func sortRules(rules []Rule) {
	slices.SortStableFunc(rules, func(a, b Rule) int {
		return cmp.Compare(keywordRank[a.Keyword], keywordRank[b.Keyword])
	})
}

// formats are the values of "format" that generated validators assert, in the
// way of draft-04 validators. A format that is in neither list asserts nothing.
var formats = map[string]bool{
	"date-time": true, "date": true, "time": true,
	"hostname": true, "ipv4": true, "ipv6": true,
	"uri": true, "uuid": true, "regex": true,
}

// otherFormats are refused: other validators assert them, and generated ones do not.
var otherFormats = map[string]bool{
	"duration": true, "period": true, "email": true, "ip-address": true, "iri": true,
	"uri-reference": true, "uriref": true, "iri-reference": true, "uri-template": true,
	"json-pointer": true, "relative-json-pointer": true,
}
