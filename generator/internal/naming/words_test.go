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
