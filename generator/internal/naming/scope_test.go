package naming

import (
	"go/token"
	"maps"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

func reserved(id string) bool { return Reserved{Fields: []string{"String", "Equal"}}.field(id) }

// assign takes the requests in any order.
func assign(s scope, requests []request) map[string]string {
	rand.Shuffle(len(requests), func(i, j int) { requests[i], requests[j] = requests[j], requests[i] })
	return s.assign(requests, reserved, "Field")
}

func TestAssign(t *testing.T) {
	type names map[string]string
	for name, test := range map[string]struct{ locked, want names }{
		"plain":                          {names{"A": "", "b": ""}, names{"A": "A", "b": "B"}},
		"reserved":                       {names{"String": "", "equal": ""}, names{"String": "StringField", "equal": "EqualField"}},
		"reserved by prefix":             {names{"RedoxThing": ""}, names{"RedoxThing": "RedoxThingField"}},
		"the exact one keeps its name":   {names{"ID": "", "id": ""}, names{"ID": "ID", "id": "IDField"}},
		"none is exact":                  {names{"a-b": "", "a_b": ""}, names{"a-b": "ADashB", "a_b": "AUnderscoreB"}},
		"two of three are not exact":     {names{"AB": "", "a-b": "", "a_b": ""}, names{"AB": "AB", "a-b": "ADashB", "a_b": "AUnderscoreB"}},
		"only case tells them apart":     {names{"aB": "", "AB": "", "ab": ""}, names{"AB": "AB", "aB": "ABField", "ab": "Ab"}},
		"spelled alike":                  {names{"a": "", "A": "", "-a": "", "a ": ""}, names{"A": "A", "a": "A_e40c292c", "-a": "DashA", "a ": "ASpace"}},
		"nothing but a hash is left":     {names{"x-y": "", "x-Y": ""}, names{"x-y": "XY_ced28ca5", "x-Y": "XY_aed25a45"}},
		"recorded names come first":      {names{"a-b": "AB", "AB": ""}, names{"a-b": "AB", "AB": "ABField"}},
		"recorded names may be any":      {names{"x": "Whatever", "y": "String"}, names{"x": "Whatever", "y": "String"}},
		"recorded twice, both new names": {names{"x": "Z", "y": "Z"}, names{"x": "X", "y": "Y"}},
	} {
		t.Run(name, func(t *testing.T) {
			var requests []request
			for n, id := range test.locked {
				requests = append(requests, request{entity: n, name: n, lockedID: id})
			}
			assert.Equal(t, map[string]string(test.want), assign(make(scope), requests))
		})
	}
}

// What is taken, owned or derived decides between entities of one name.
func TestAssignInAScope(t *testing.T) {
	decode := func(id string) []string { return []string{"Decode" + id} }
	for name, test := range map[string]struct {
		taken    scope
		requests []request
		want     map[string]string
		scope    []string // identifiers that are taken afterwards, too
	}{
		"a taken name gets the suffix": {scope{"Visit": "x"}, []request{{entity: "e", name: "Visit"}}, map[string]string{"e": "VisitField"}, nil},
		"then it is spelled out": {scope{"AB": "x", "ABField": "x"}, []request{{entity: "e", name: "A-B"}},
			map[string]string{"e": "ADashB"}, nil},
		"the user's own lock comes before the catalog's": {nil,
			[]request{{entity: "catalog", name: "B", lockedID: "Z"}, {entity: "user", name: "A", lockedID: "Z", userOwned: true}},
			map[string]string{"user": "Z", "catalog": "B"}, nil},
		"a locked name comes before an exact one": {nil,
			[]request{{entity: "locked", name: "x", lockedID: "Visit"}, {entity: "new", name: "Visit"}},
			map[string]string{"locked": "Visit", "new": "VisitField"}, nil},
		"derived identifiers are taken": {nil, []request{{entity: "e", name: "A", derived: decode}},
			map[string]string{"e": "A"}, []string{"DecodeA"}},
		"derived identifiers must be free": {scope{"DecodeA": "x"}, []request{{entity: "e", name: "A", derived: decode}},
			map[string]string{"e": "AField"}, []string{"DecodeAField"}},
		"nothing is taken by half": {scope{"DecodeA": "x"}, []request{{entity: "e", name: "A", derived: decode}, {entity: "f", name: "spare", lockedID: "DecodeB"}, {entity: "g", name: "A Field"}},
			map[string]string{"e": "A_c40bf6cc", "f": "DecodeB", "g": "AField"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := make(scope)
			maps.Copy(s, test.taken)
			assert.Equal(t, test.want, assign(s, test.requests))
			for entity, id := range test.want {
				assert.Equal(t, entity, s[id])
			}
			for _, id := range test.scope {
				assert.Contains(t, s, id)
			}
		})
	}
}

// Whatever the names, each gets an identifier and no two the same.
func FuzzAssign(f *testing.F) {
	f.Add("a-b", "a_b", "AB", "ab")
	f.Add("", "Empty", "empty", "EMPTY")
	f.Add("String", "string", "StringField", "stringField")
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		requests := []request{}
		given := map[string]bool{}
		for _, n := range []string{a, b, c, d} {
			if !given[n] {
				given[n] = true
				requests = append(requests, request{entity: n, name: n})
			}
		}
		ids := make(scope).assign(requests, reserved, "Field")
		assert.Len(t, ids, len(requests))
		taken := map[string]bool{}
		for n, id := range ids {
			assert.False(t, taken[id], "%q got %q again", n, id)
			assert.False(t, reserved(id), "%q got %q", n, id)
			assert.True(t, token.IsIdentifier(id) && token.IsExported(id), "%q got %q", n, id)
			taken[id] = true
		}
	})
}
