package model

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/generator/internal/schema"
)

func TestNatural(t *testing.T) {
	text := &schema.Node{Types: schema.String}
	object := &schema.Node{Types: schema.Object, Properties: []schema.Property{{Name: "A", Node: text}}}
	for name, test := range map[string]struct {
		node *schema.Node
		want string
	}{
		"string":                 {&schema.Node{Types: schema.String | schema.Null}, "string"},
		"annotated date":         {&schema.Node{Types: schema.String, Date: "date"}, "date"},
		"annotated date-time":    {&schema.Node{Types: schema.String, Date: "date-time"}, "date-time"},
		"integer":                {&schema.Node{Types: schema.Integer | schema.Null}, "number"},
		"number":                 {&schema.Node{Types: schema.Number | schema.Integer}, "number"},
		"boolean":                {&schema.Node{Types: schema.Boolean}, "bool"},
		"null":                   {&schema.Node{Types: schema.Null}, "raw"},
		"any":                    {&schema.Node{}, "raw"},
		"union":                  {&schema.Node{Types: schema.String | schema.Number}, "raw"},
		"object without members": {&schema.Node{Types: schema.Object}, "raw"},
		"array of strings":       {&schema.Node{Types: schema.Array, Items: text}, "[]string"},
		"array of arrays":        {&schema.Node{Types: schema.Array, Items: &schema.Node{Types: schema.Array, Items: text}}, "[][]string"},
		"array of anything":      {&schema.Node{Types: schema.Array}, "[]raw"},
		"array of dates":         {&schema.Node{Types: schema.Array | schema.Null, Items: &schema.Node{Types: schema.String, Date: "date"}}, "[]date"},
		"items without type":     {&schema.Node{Items: text}, "raw"},
		"tuple":                  {&schema.Node{Types: schema.Array, Untyped: true}, "raw"},
		"pattern properties":     {&schema.Node{Types: schema.Object, Properties: object.Properties, Untyped: true}, "raw"},
	} {
		assert.Equal(t, test.want, natural(test.node, "Member").String(), name)
	}
	assert.Equal(t, Concept, natural(object, "Member").Base)
	assert.Equal(t, Concept, natural(&schema.Node{Properties: object.Properties}, "Member").Base, "members without a type")
	assert.Equal(t, Kind{Base: Concept, Slices: 2}, natural(&schema.Node{Types: schema.Array, Items: &schema.Node{Types: schema.Array, Items: object}}, ""))
}

func TestDatesByName(t *testing.T) {
	for name, want := range map[string]Base{
		"DOB": Date, "VisitDateTime": DateTime, "DateTime": DateTime, "StartDate": DateTime, "CoverageEndDate": DateTime,
		"Expiration": DateTime, "IssuedAt": DateTime, "LastUpdated": DateTime, "DateTimeOfService": DateTime,
		"Date": Date, "EffectiveDate": Date, "LastRefillDate": Date, "Update": String, "Dates": String, "UpdatedAt": String, "Restarted": String,
	} {
		assert.Equal(t, want, natural(&schema.Node{Types: schema.String}, name).Base, name)
	}
}

func TestFits(t *testing.T) {
	text := &schema.Node{Types: schema.String}
	object := &schema.Node{Types: schema.Object | schema.Null, Properties: []schema.Property{{Name: "A", Node: text}}}
	list := func(items *schema.Node) *schema.Node { return &schema.Node{Types: schema.Array, Items: items} }
	for name, test := range map[string]struct {
		kind Kind
		node *schema.Node
		want bool
	}{
		"raw takes anything":               {Kind{}, list(object), true},
		"anything fits a string":           {Kind{Base: String}, &schema.Node{}, true},
		"anything with a rule too":         {Kind{Base: Concept}, &schema.Node{Rules: []schema.Rule{{Keyword: "enum", Value: "[1]"}}}, true},
		"a union with a string":            {Kind{Base: Date}, &schema.Node{Types: schema.String | schema.Number}, true},
		"a number is no string":            {Kind{Base: String}, &schema.Node{Types: schema.Number}, false},
		"an integer is a number":           {Kind{Base: Number}, &schema.Node{Types: schema.Integer}, true},
		"a string is no bool":              {Kind{Base: Bool}, text, false},
		"an object":                        {Kind{Base: Concept}, object, true},
		"an object without members is not": {Kind{Base: Concept}, &schema.Node{Types: schema.Object}, false},
		"an object is no slice":            {Kind{Base: Concept, Slices: 1}, object, false},
		"a slice of objects":               {Kind{Base: Concept, Slices: 1}, list(object), true},
		"a slice of anything":              {Kind{Base: Concept, Slices: 1}, list(nil), true},
		"a slice of strings":               {Kind{Base: Number, Slices: 1}, list(text), false},
		"a tuple":                          {Kind{Base: String, Slices: 1}, &schema.Node{Types: schema.Array, Untyped: true}, false},
		"required without members":         {Kind{Base: String}, &schema.Node{Required: []string{"A"}}, false},
	} {
		assert.Equal(t, test.want, test.kind.Fits(test.node), name)
	}
}
