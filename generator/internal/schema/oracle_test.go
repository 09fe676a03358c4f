package schema

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
)

func TestSecondOpinion(t *testing.T) {
	invalid := &Node{Pos: diag.Pos{File: "e.json", Line: 3, Col: 4, Pointer: "/properties/A"}, Types: String, Rules: []Rule{{"minLength", "-1"}}}
	root := &Node{Types: Object, Properties: []Property{{Name: "V", Node: &Node{Types: Null}}, {Name: "A", Node: invalid}}}
	diags := new(diag.List)
	secondOpinion([]*Event{{Root: root}}, diags)
	assert.Equal(t, []string{
		"e.json:3:4#/properties/A: error: the schema is not valid draft-04: minLength: must be >= 0 but found -1 [disagreement]\n\tthis is a gap in redoxgen's own checks: please report it with the schema",
	}, lines(diags))

	invalid.Rules = []Rule{{"pattern", `"("`}}
	diags = new(diag.List)
	secondOpinion([]*Event{{Root: root}}, diags)
	assert.True(t, diags.HasErrors(), "patterns are compiled, too")

	invalid.Rules = nil
	diags = new(diag.List)
	secondOpinion([]*Event{{Root: root}}, diags)
	assert.Empty(t, lines(diags))
}
