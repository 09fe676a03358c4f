package naming

import (
	"go/token"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExported(t *testing.T) {
	for name, want := range map[string]string{
		"Visit":            "Visit",
		"visit":            "Visit",
		"visitNumber":      "VisitNumber",
		"visit-number":     "VisitNumber",
		"visit number":     "VisitNumber",
		"UserId":           "UserID",
		"userIds":          "UserIDs",
		"IDType":           "IDType",
		"DocumentIDs":      "DocumentIDs",
		"EHRID":            "EHRID",
		"NPI":              "NPI",
		"Npi":              "NPI",
		"SessionBaseUrl":   "SessionBaseURL",
		"ICD10Code":        "ICD10Code",
		"HTMLNote":         "HTMLNote",
		"IsPRN":            "IsPRN",
		"Sign-on":          "SignOn",
		"Grid":             "Grid",
		"":                 "Empty",
		"9x":               "X9x",
		"@":                "At",
		"--":               "DashDash",
		"\x00":             "U0000",
		"größe":            "Größe",
		"数量":               "X数量",
		"ǆ":                "Ǆ",
		"type":             "Type",
		"a.b":              "AB",
		"Clinical Summary": "ClinicalSummary",
	} {
		got := Exported(name)
		assert.Equal(t, want, got, "%q", name)
		assert.Equal(t, got, Exported(got), "not idempotent for %q", name)
	}
}

func FuzzExported(f *testing.F) {
	for _, s := range []string{"", "a-b", "9x", "ID", "größe", "\xff", "ﬁ", "ß", "a\u0300"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		for _, id := range []string{Exported(name), spelled(name), hashed(name)} {
			if id == "" && name == "" {
				continue // nothing to spell
			}
			assert.True(t, token.IsIdentifier(id) && token.IsExported(id), "%q became %q", name, id)
		}
		file := FileName(Exported(name))
		assert.NotEmpty(t, file)
		assert.Empty(t, strings.Trim(file, "abcdefghijklmnopqrstuvwxyz0123456789"), "%q became %q", name, file)
	})
}

func TestUnexported(t *testing.T) {
	for id, want := range map[string]string{"Visit": "visit", "IDType": "idType", "NewPatient": "newPatient", "PCP": "pcp", "X9x": "x9x"} {
		assert.Equal(t, want, unexported(id))
	}
}

func TestAssign(t *testing.T) {
	type names map[string]string
	for name, test := range map[string]struct{ fixed, want names }{
		"plain":                          {names{"A": "", "b": ""}, names{"A": "A", "b": "B"}},
		"reserved":                       {names{"String": "", "equal": ""}, names{"String": "StringField", "equal": "EqualField"}},
		"reserved by prefix":             {names{"RedoxThing": ""}, names{"RedoxThing": "RedoxThingField"}},
		"the exact one keeps its name":   {names{"ID": "", "id": ""}, names{"ID": "ID", "id": "IDField"}},
		"none is exact":                  {names{"a-b": "", "a_b": ""}, names{"a-b": "ADashB", "a_b": "AUnderscoreB"}},
		"recorded names come first":      {names{"a-b": "AB", "AB": ""}, names{"a-b": "AB", "AB": "ABField"}},
		"recorded names may be any":      {names{"x": "Whatever", "y": "String"}, names{"x": "Whatever", "y": "String"}},
		"recorded twice, both new names": {names{"x": "Z", "y": "Z"}, names{"x": "X", "y": "Y"}},
	} {
		t.Run(name, func(t *testing.T) {
			var claims []claim
			for n, f := range test.fixed {
				claims = append(claims, claim{what: n, name: n, fixed: f}) // in random order
			}
			assert.Equal(t, map[string]string(test.want), make(scope).assign(claims, reservedField, "Field"))
		})
	}
}

// Whatever the names, each gets an identifier and no two the same.
func FuzzAssign(f *testing.F) {
	f.Add("a-b", "a_b", "AB", "ab")
	f.Add("", "Empty", "empty", "EMPTY")
	f.Add("String", "string", "StringField", "stringField")
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		claims := []claim{}
		given := map[string]bool{}
		for _, n := range []string{a, b, c, d} {
			if !given[n] {
				given[n] = true
				claims = append(claims, claim{what: n, name: n})
			}
		}
		ids := make(scope).assign(claims, reservedField, "Field")
		assert.Len(t, ids, len(claims))
		taken := map[string]bool{}
		for n, id := range ids {
			assert.False(t, taken[id], "%q got %q again", n, id)
			assert.False(t, reservedField(id), "%q got %q", n, id)
			assert.True(t, token.IsIdentifier(id) && token.IsExported(id), "%q got %q", n, id)
			taken[id] = true
		}
	})
}
