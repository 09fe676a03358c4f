package diag

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Nothing of a name moves the cursor, or hides.
func TestVisible(t *testing.T) {
	d := Diagnostic{
		Pos:     Pos{File: "a\x1b[2J.json", Line: 1, Col: 2, Pointer: "/A\u200bB/\n/größe/数"},
		Message: "no member \u202eABC", Code: "x", Hint: "see \U000e0041",
	}
	assert.Equal(t, `a\u001b[2J.json:1:2#/A\u200bB/\u000a/größe/数: error: no member \u202eABC [x]`+"\n\t"+`see \udb40\udc41`, d.String())
}
