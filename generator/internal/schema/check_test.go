package schema

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// checks are the root members of an event schema, and what is said about them.
// Columns count from the first byte of members, which begin on line 2.
var checks = map[string]struct {
	members string
	want    []string
}{
	"valid": {`"type": "object", "title": "t", "description": "d", "default": {}, "$schema": "http://json-schema.org/draft-04/schema#"`, nil},

	"unknown keyword": {`"type": "object", "requird": ["A"]`, []string{
		"s/m/e.json:2:19#/requird: error: unknown keyword \"requird\" [unknown-keyword]\n\tdid you mean \"required\"?"}},
	"unknown keyword, deep": {`"properties": {"A": {"items": {"type": "string", "foo/bar": 1}}}`, []string{
		"s/m/e.json:2:50#/properties/A/items/foo~1bar: error: unknown keyword \"foo/bar\" [unknown-keyword]\n\tif it is meant for other tools, call it \"x-…\""}},
	"unknown keywords in unused definitions": {`"type": "object", "definitions": {"A": {"typ": 1}}`, []string{
		"s/m/e.json:2:41#/definitions/A/typ: error: unknown keyword \"typ\" [unknown-keyword]\n\tdid you mean \"type\"?"}},
	"extension": {`"type": "object", "x-internal": 1`, []string{
		"s/m/e.json:2:19#/x-internal: warning: the extension \"x-internal\" is ignored [ignored-extension]"}},
	"own extension misspelled": {`"properties": {"A": {"x-redox-dat": "date"}}`, []string{
		"s/m/e.json:2:22#/properties/A/x-redox-dat: error: unknown keyword \"x-redox-dat\" [unknown-keyword]\n\tdid you mean \"x-redox-date\"?"}},
	"refused": {`"type": "object", "allOf": [{}], "anyOf": [{}], "oneOf": [{}], "not": {}, "dependencies": {}`, []string{
		"s/m/e.json:2:19#/allOf: error: the keyword \"allOf\" is not supported [unsupported-keyword]\n\tmerge its schemas into this one",
		"s/m/e.json:2:34#/anyOf: error: the keyword \"anyOf\" is not supported [unsupported-keyword]\n\tstate what the schemas have in common, or leave the type open",
		"s/m/e.json:2:49#/oneOf: error: the keyword \"oneOf\" is not supported [unsupported-keyword]\n\tstate what the schemas have in common, or leave the type open",
		"s/m/e.json:2:64#/not: error: the keyword \"not\" is not supported [unsupported-keyword]\n\tstate what is allowed instead",
		"s/m/e.json:2:75#/dependencies: error: the keyword \"dependencies\" is not supported [unsupported-keyword]\n\tlist what is always required under required"}},
	"later drafts": {`"type": "object", "const": 1, "$defs": {}`, []string{
		"s/m/e.json:2:19#/const: error: the keyword \"const\" is not part of draft-04 [unsupported-keyword]\n\twrite \"enum\" with one value",
		"s/m/e.json:2:31#/$defs: error: the keyword \"$defs\" is not part of draft-04 [unsupported-keyword]\n\twrite \"definitions\""}},
	"other draft": {`"type": "object", "$schema": "http://json-schema.org/draft-07/schema#"`, []string{
		"s/m/e.json:2:30#/$schema: error: only draft-04 schemas are supported, not \"http://json-schema.org/draft-07/schema#\" [unsupported-draft]\n\tstate the schema in draft-04 and write \"http://json-schema.org/draft-04/schema#\""}},

	"harmless id": {`"type": "object", "id": "http://example.com/e.json"`, nil},
	"id with references into files": {`"type": "object", "id": "http://example.com/e.json", "properties": {"A": {"$ref": "e.json#"}}`, []string{
		"s/m/e.json:2:25#/id: error: the keyword \"id\" is not supported where it changes what a $ref means [unsupported-keyword]\n\tremove it; files refer to each other by relative path",
		"s/m/e.json:2:83#/properties/A/$ref: error: $ref \"e.json#\" is circular: m/e.json# → m/e.json# [circular-ref]\n\trecursive schemas are not supported: break the circle, or leave one schema's type open"}},
	"inner id": {`"properties": {"A": {"id": "#a"}}`, []string{
		"s/m/e.json:2:28#/properties/A/id: error: the keyword \"id\" is not supported where it changes what a $ref means [unsupported-keyword]\n\tremove it; files refer to each other by relative path"}},

	"no schemas": {`"properties": {"A": true, "B": null}, "definitions": [], "items": 1, "additionalProperties": "no"`, []string{
		"s/m/e.json:2:21#/properties/A: error: a schema must be an object, not true [invalid-schema]\n\twrite {}, which any value satisfies: draft-04 has no boolean schemas",
		"s/m/e.json:2:32#/properties/B: error: a schema must be an object, not null [invalid-schema]\n\twrite {} if any value will do",
		"s/m/e.json:2:54#/definitions: error: the value of \"definitions\" must be an object of schemas, not [] [invalid-keyword]\n\twrite {\"Name\": {\"type\": \"string\"}}, or leave it out where there are none",
		"s/m/e.json:2:67#/items: error: the value of \"items\" must be a schema or a non-empty array of schemas, not 1 [invalid-keyword]",
		"s/m/e.json:2:94#/additionalProperties: error: the value of \"additionalProperties\" must be a schema, true or false, not \"no\" [invalid-keyword]"}},
	"types": {`"type": "strin", "properties": {"A": {"type": []}, "B": {"type": ["string", "string", 1]}, "C": {"type": null}}`, []string{
		"s/m/e.json:2:9#/type: error: unknown type \"strin\" [unknown-type]\n\tdid you mean \"string\"?",
		"s/m/e.json:2:47#/properties/A/type: error: the value of \"type\" must be a type or a non-empty array of types, not [] [invalid-keyword]",
		"s/m/e.json:2:77#/properties/B/type/1: error: the type \"string\" occurs twice [invalid-keyword]\n\tremove it",
		"s/m/e.json:2:87#/properties/B/type/2: error: unknown type 1 [unknown-type]\n\tthe types are object, array, string, number, integer, boolean, null",
		"s/m/e.json:2:106#/properties/C/type: error: the value of \"type\" must be a type or a non-empty array of types, not null [invalid-keyword]"}},
	"null three times": {`"properties": {"A": {"type": ["null", "null", "null"]}}`, []string{
		"s/m/e.json:2:21#/properties/A: warning: the type [\"null\",\"null\"] is read as \"null\": no value but null is valid [only-null]\n\tif it stands for any text, write [\"string\",\"null\"]",
		"s/m/e.json:2:39#/properties/A/type/1: error: the type \"null\" occurs twice [invalid-keyword]\n\tremove it",
		"s/m/e.json:2:47#/properties/A/type/2: error: the type \"null\" occurs twice [invalid-keyword]\n\tremove it"}},
	"null twice": {`"properties": {"A": {"type": ["null", "null"]}}`, []string{
		"s/m/e.json:2:21#/properties/A: warning: the type [\"null\",\"null\"] is read as \"null\": no value but null is valid [only-null]\n\tif it stands for any text, write [\"string\",\"null\"]"}},
	"required": {`"type": "object", "required": [], "properties": {"A": {"required": true}, "B": {"required": ["x", 1, "x"]}}`, []string{
		"s/m/e.json:2:31#/required: error: the value of \"required\" must be a non-empty array of member names, not [] [invalid-keyword]\n\tleave it out where no member is required",
		"s/m/e.json:2:68#/properties/A/required: error: the value of \"required\" must be a non-empty array of member names, not true [invalid-keyword]\n\ttrue is draft-03: write \"required\" with the member's name, as in [\"ID\"], in the object that has the member",
		"s/m/e.json:2:99#/properties/B/required/1: error: \"required\" lists member names, not 1 [invalid-keyword]",
		"s/m/e.json:2:102#/properties/B/required/2: error: the required member \"x\" is listed twice [invalid-keyword]\n\tremove it"}},
	"enum": {`"properties": {"A": {"enum": []}, "B": {"enum": [1, 1.0]}, "C": {"enum": [{"a":1,"b":2}, {"b":2,"a":1.0}]}}`, []string{
		"s/m/e.json:2:30#/properties/A/enum: error: the value of \"enum\" must be a non-empty array of values, not [] [invalid-keyword]",
		"s/m/e.json:2:53#/properties/B/enum/1: error: the value is listed twice [invalid-keyword]\n\tremove it",
		"s/m/e.json:2:90#/properties/C/enum/1: error: the value is listed twice [invalid-keyword]\n\tremove it"}},
	"counts": {`"properties": {"A": {"minLength": -1}, "B": {"maxItems": 1.0}, "C": {"minProperties": "1"}, "D": {"maxLength": 99999999999999999999}}`, []string{
		"s/m/e.json:2:35#/properties/A/minLength: error: the value of \"minLength\" must be a whole number from 0 on, written without fraction or exponent, not -1 [invalid-keyword]",
		"s/m/e.json:2:58#/properties/B/maxItems: error: the value of \"maxItems\" must be a whole number from 0 on, written without fraction or exponent, not 1.0 [invalid-keyword]\n\twrite 1",
		"s/m/e.json:2:87#/properties/C/minProperties: error: the value of \"minProperties\" must be a whole number from 0 on, written without fraction or exponent, not \"1\" [invalid-keyword]",
		"s/m/e.json:2:112#/properties/D/maxLength: error: the value of \"maxLength\" must be a whole number from 0 on, written without fraction or exponent, not 99999999999999999999 [invalid-keyword]"}},
	"numbers": {`"properties": {"A": {"minimum": "1"}, "B": {"multipleOf": 0}, "C": {"exclusiveMinimum": true}, "D": {"maximum": 1, "exclusiveMaximum": 1}, "E": {"uniqueItems": "yes"}}`, []string{
		"s/m/e.json:2:33#/properties/A/minimum: error: the value of \"minimum\" must be a number, not \"1\" [invalid-keyword]",
		"s/m/e.json:2:59#/properties/B/multipleOf: error: the value of \"multipleOf\" must be a number greater than 0, not 0 [invalid-keyword]",
		"s/m/e.json:2:89#/properties/C/exclusiveMinimum: error: \"exclusiveMinimum\" needs \"minimum\" [invalid-keyword]\n\tadd it",
		"s/m/e.json:2:136#/properties/D/exclusiveMaximum: error: the value of \"exclusiveMaximum\" must be true or false, not 1 [invalid-keyword]\n\tin draft-04 the bound itself is in another keyword: write \"maximum\": 1, \"exclusiveMaximum\": true",
		"s/m/e.json:2:161#/properties/E/uniqueItems: error: the value of \"uniqueItems\" must be true or false, not \"yes\" [invalid-keyword]"}},
	"patterns": {`"properties": {"A": {"pattern": "a(?=b)"}, "B": {"pattern": 1}, "C": {"patternProperties": {"[": {}}}}`, []string{
		"s/m/e.json:2:33#/properties/A/pattern: error: the pattern cannot be used: invalid or unsupported Perl syntax: `(?=` [unsupported-pattern]\n\tuse the syntax of Go's regexp package; it has no look-around and no back-references",
		"s/m/e.json:2:61#/properties/B/pattern: error: the value of \"pattern\" must be a regular expression, not 1 [invalid-keyword]",
		"s/m/e.json:2:93#/properties/C/patternProperties/[: error: the pattern cannot be used: missing closing ]: `[` [unsupported-pattern]\n\tuse the syntax of Go's regexp package; it has no look-around and no back-references"}},
	"formats": {`"properties": {"A": {"format": "uri-template"}, "B": {"format": "zip"}, "C": {"format": []}, "D": {"format": "date-time"}}`, []string{
		"s/m/e.json:2:32#/properties/A/format: error: the format \"uri-template\" is not supported [unsupported-format]\n\tsupported are date, date-time, hostname, ipv4, ipv6, regex, time, uri, uuid",
		"s/m/e.json:2:65#/properties/B/format: warning: the format \"zip\" is unknown and not checked [unknown-format]\n\tchecked are date, date-time, hostname, ipv4, ipv6, regex, time, uri, uuid",
		"s/m/e.json:2:89#/properties/C/format: error: the value of \"format\" must be a string, not [] [invalid-keyword]"}},
	"texts": {`"type": "object", "title": 1, "description": null`, []string{
		"s/m/e.json:2:28#/title: error: the value of \"title\" must be a string, not 1 [invalid-keyword]",
		"s/m/e.json:2:46#/description: error: the value of \"description\" must be a string, not null [invalid-keyword]"}},
	"annotations": {`"properties": {"A": {"x-redox-date": "time"}, "B": {"x-redox-concept": "a b"}, "C": {"x-redox-concept": "a.b.c"}, "D": {"x-redox-retired": ""}, "E": {"x-redox-event": {}}, "F": {"x-redox-class": "secret"}}`, []string{
		"s/m/e.json:2:38#/properties/A/x-redox-date: error: the value of \"x-redox-date\" must be \"date\" or \"date-time\", not \"time\" [invalid-keyword]",
		"s/m/e.json:2:72#/properties/B/x-redox-concept: error: \"a b\" is not a name of a concept [invalid-keyword]\n\twrite a word such as \"Visit\", or \"common.Address\" for one of another data model",
		"s/m/e.json:2:105#/properties/C/x-redox-concept: error: \"a.b.c\" is not a name of a concept [invalid-keyword]\n\twrite a word such as \"Visit\", or \"common.Address\" for one of another data model",
		"s/m/e.json:2:140#/properties/D/x-redox-retired: error: the value of \"x-redox-retired\" must be the time since when, such as \"2023\", not \"\" [invalid-keyword]",
		"s/m/e.json:2:168#/properties/E/x-redox-event: error: x-redox-event belongs to the root of a file [misplaced-annotation]\n\tmove it to the root of the event's file",
		"s/m/e.json:2:196#/properties/F/x-redox-class: error: the value of \"x-redox-class\" must be a class: free text, document, direct identifier, name, contact, geographic, date, age, code, quantity, routing, none, not \"secret\" [invalid-keyword]"}},

	"documented values": {`"properties": {"A": {"x-redox-values": []}, "B": {"x-redox-values": ["a", 1, "a"]}}`, []string{
		"s/m/e.json:2:40#/properties/A/x-redox-values: error: the value of \"x-redox-values\" must be an array of texts, not [] [invalid-keyword]",
		"s/m/e.json:2:75#/properties/B/x-redox-values/1: error: \"x-redox-values\" lists texts that are not empty, not 1 [invalid-keyword]",
		"s/m/e.json:2:78#/properties/B/x-redox-values/2: error: \"x-redox-values\" lists \"a\" twice [invalid-keyword]\n\tremove it"}},

	"beside $ref": {`"properties": {"A": {"$ref": "#/definitions/B", "description": "fine", "title": "fine", "minLength": 1, "allOf": []}}, "definitions": {"B": {}}`, []string{
		"s/m/e.json:2:89#/properties/A/minLength: error: the keyword \"minLength\" has no effect beside $ref [beside-ref]\n\tmove it into the schema that $ref names, or write a schema of its own",
		"s/m/e.json:2:105#/properties/A/allOf: error: the keyword \"allOf\" is not supported [unsupported-keyword]\n\tmerge its schemas into this one"}},

	"without effect": {`"properties": {"A": {"type": "string", "properties": {}}, "B": {"type": ["number", "null"], "minLength": 1}, "C": {"additionalItems": false}}`, []string{
		"s/m/e.json:2:40#/properties/A/properties: warning: the keyword \"properties\" has no effect on a value of type \"string\" [contradiction]\n\tremove it, or correct \"type\"",
		"s/m/e.json:2:93#/properties/B/minLength: warning: the keyword \"minLength\" has no effect on a value of type [\"number\",\"null\"] [contradiction]\n\tremove it, or correct \"type\"",
		"s/m/e.json:2:135#/properties/C/additionalItems: warning: the keyword \"additionalItems\" has no effect unless \"items\" is an array [contradiction]\n\tremove it"}},
	"limits": {`"properties": {"A": {"minLength": 2, "maxLength": 1}, "B": {"minimum": 10, "maximum": 9.9}, "C": {"minimum": 1, "maximum": 1, "exclusiveMaximum": true}, "D": {"minItems": 3, "maxItems": 3}}`, []string{
		"s/m/e.json:2:35#/properties/A/minLength: error: minLength 2 is more than maxLength 1 [impossible]\n\tno value can satisfy both",
		"s/m/e.json:2:72#/properties/B/minimum: error: minimum 10 is more than maximum 9.9 [impossible]\n\tno value can satisfy both",
		"s/m/e.json:2:110#/properties/C/minimum: error: minimum and maximum are both 1, and one of them is excluded [impossible]\n\tno value can satisfy both"}},
	"enum against type": {`"properties": {"A": {"type": "string", "enum": [1]}, "B": {"type": "integer", "enum": [1.0, "x"]}}`, []string{
		"s/m/e.json:2:48#/properties/A/enum: error: no value of \"enum\" is of type \"string\" [impossible]\n\tno value can satisfy both",
		"s/m/e.json:2:93#/properties/B/enum/1: warning: a value of \"enum\" is not of type \"integer\" [contradiction]\n\tremove it, or correct \"type\""}},
	"enum of all types": {`"properties": {"A": {"type": ["string", "number"], "enum": ["x", 1.5, true, null, [], {}]}}`, []string{
		"s/m/e.json:2:71#/properties/A/enum/2: warning: a value of \"enum\" is not of type [\"string\",\"number\"] [contradiction]\n\tremove it, or correct \"type\"",
		"s/m/e.json:2:77#/properties/A/enum/3: warning: a value of \"enum\" is not of type [\"string\",\"number\"] [contradiction]\n\tremove it, or correct \"type\"",
		"s/m/e.json:2:83#/properties/A/enum/4: warning: a value of \"enum\" is not of type [\"string\",\"number\"] [contradiction]\n\tremove it, or correct \"type\"",
		"s/m/e.json:2:87#/properties/A/enum/5: warning: a value of \"enum\" is not of type [\"string\",\"number\"] [contradiction]\n\tremove it, or correct \"type\""}},
	"arrays listed twice": {`"properties": {"A": {"enum": [[1, "a"], [1.0, "a"]]}}`, []string{
		"s/m/e.json:2:41#/properties/A/enum/1: error: the value is listed twice [invalid-keyword]\n\tremove it"}},
	"forbidden members": {`"type": "object", "required": ["A", "B", "x1"], "properties": {"A": {}}, "patternProperties": {"^x": {}}, "additionalProperties": false, "maxProperties": 2`, []string{
		"s/m/e.json:2:31#/required: error: 3 members are required, and maxProperties is 2 [impossible]\n\tno value can satisfy both",
		"s/m/e.json:2:37#/required/1: error: the member \"B\" is required, and \"additionalProperties\" forbids it [impossible]\n\tadd it to \"properties\""}},
	"too few members": {`"type": "object", "minProperties": 2, "properties": {"A": {}}, "additionalProperties": false`, []string{
		"s/m/e.json:2:36#/minProperties: error: minProperties is 2, and only 1 members are allowed [impossible]\n\tno value can satisfy both"}},
	"no message": {`"type": "string"`, []string{
		"s/m/e.json:1:1: error: the file describes no message: its root is not an object [no-message]\n\tadd \"type\": \"object\" and \"properties\", or move definitions to definitions/"}},
	"items against additionalItems": {`"properties": {"A": {"items": [{}], "additionalItems": 1}}`, []string{
		"s/m/e.json:2:56#/properties/A/additionalItems: error: the value of \"additionalItems\" must be a schema, true or false, not 1 [invalid-keyword]"}},
}

func TestChecks(t *testing.T) {
	for name, c := range checks {
		t.Run(name, func(t *testing.T) {
			_, diags := load(files{"m/e.json": named("\n" + c.members)})
			assert.Equal(t, c.want, diags)
		})
	}
}

func TestEveryKeywordIsChecked(t *testing.T) {
	table := newKeywords()
	assert.Len(t, keywordOrder, len(table), "the order names each keyword once")
	for _, name := range keywordOrder {
		k := table[name]
		if assert.NotNil(t, k, name) {
			assert.NotEqual(t, k.check == nil, k.refused == "", "%s is either checked or refused", name)
		}
	}
	for name := range later {
		assert.NotContains(t, table, name)
	}
}
