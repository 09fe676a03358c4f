package schema

import (
	"fmt"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/source"
)

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
