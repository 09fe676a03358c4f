package redox_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/claim"
	"github.com/redoxgen/redoxgen/generated/common"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// TestFindIdentifier holds for the generated list and for the one of a
// redox.PatientMessage alike.
func TestFindIdentifier(t *testing.T) {
	for name, tt := range map[string]struct {
		list  string
		types []string
		id    string
		found redox.Found
	}{
		"none in an empty list":           {``, []string{"MR"}, "", redox.FoundNone},
		"none of the type":                {`{"ID":"1","IDType":"EHR"}`, []string{"MR"}, "", redox.FoundNone},
		"none without types":              {`{"ID":"1","IDType":"MR"}`, nil, "", redox.FoundNone},
		"none for half a type":            {`{"ID":"1","IDType":"MRN"}`, []string{"MR"}, "", redox.FoundNone},
		"one":                             {`{"ID":"1","IDType":"MR"},{"ID":"2","IDType":"EHR"}`, []string{"MR"}, "1", redox.FoundOne},
		"one behind others":               {`{"ID":"2","IDType":"EHR"},{"ID":"1","IDType":"MR"}`, []string{"MR"}, "1", redox.FoundOne},
		"case does not matter":            {`{"ID":"1","IDType":"mrn"}`, []string{"MR", "MRN"}, "1", redox.FoundOne},
		"case of an ID does":              {`{"ID":"a","IDType":"MR"},{"ID":"A","IDType":"MR"}`, []string{"MR"}, "", redox.FoundSeveral},
		"a number is text":                {`{"ID":17,"IDType":"MR"}`, []string{"MR"}, "17", redox.FoundOne},
		"one of several types":            {`{"ID":"1","IDType":"MRN"}`, []string{"MR", "MRN"}, "1", redox.FoundOne},
		"repeated":                        {`{"ID":"1","IDType":"MR"},{"ID":"1","IDType":"MR"}`, []string{"MR"}, "1", redox.FoundOne},
		"repeated under another type":     {`{"ID":"1","IDType":"MR"},{"ID":"1","IDType":"mrn"}`, []string{"MRN", "MR"}, "1", redox.FoundOne},
		"several of one type":             {`{"ID":"1","IDType":"MR"},{"ID":"2","IDType":"MR"}`, []string{"MR"}, "", redox.FoundSeveral},
		"several of two types":            {`{"ID":"1","IDType":"MR"},{"ID":"2","IDType":"MRN"}`, []string{"MR", "MRN"}, "", redox.FoundSeveral},
		"several behind a repeated one":   {`{"ID":"1","IDType":"MR"},{"ID":"1","IDType":"MR"},{"ID":"2","IDType":"MR"}`, []string{"MR"}, "", redox.FoundSeveral},
		"without an ID":                   {`{"IDType":"MR"},{"ID":"","IDType":"MR"},{"ID":null,"IDType":"MR"}`, []string{"MR"}, "", redox.FoundNone},
		"one beside another without ID":   {`{"ID":"","IDType":"MR"},{"ID":"1","IDType":"MR"}`, []string{"MR"}, "1", redox.FoundOne},
		"without a type":                  {`{"ID":"1"},{"ID":"2","IDType":null}`, []string{"MR"}, "", redox.FoundNone},
		"elements that are no identifier": {`7,null,{"ID":"1","IDType":"MR"}`, []string{"MR"}, "1", redox.FoundOne},
	} {
		t.Run(name, func(t *testing.T) {
			ev, _, err := patientadmin.DecodeArrival(fmt.Appendf(nil, `{"Patient":{"Identifiers":[%s]}}`, tt.list))
			require.NoError(t, err)
			id, found := redox.FindIdentifier(ev.Patient.Identifiers, tt.types...)
			assert.Equal(t, tt.found, found)
			assert.Equal(t, tt.id, id.ID)
			view, found := redox.FindIdentifier(redox.PatientMessage(ev).PatientIdentifiers(), tt.types...)
			assert.Equal(t, tt.found, found)
			assert.Equal(t, tt.id, view.ID)
		})
	}
}

// TestFindIdentifierOfOtherLists: other generated types that have an ID and an IDType
// are found, too. Whatever has none does not compile.
func TestFindIdentifierOfOtherLists(t *testing.T) {
	npi, found := redox.FindIdentifier([]common.Provider{{ID: "1", IDType: "NPI"}, {ID: "2", IDType: "EHR"}}, "npi")
	assert.Equal(t, redox.FoundOne, found)
	assert.Equal(t, "1", npi.ID)
	for _, v := range []any{new(common.PhoneNumber), new(redox.Endpoint), new(claim.Specialty)} {
		_, ok := v.(interface {
			RedoxIdentifier() (id, idType string)
		})
		assert.False(t, ok, "%T", v)
	}
}

func TestFoundInWords(t *testing.T) {
	assert.Equal(t, "none one several", fmt.Sprint(redox.FoundNone, redox.FoundOne, redox.FoundSeveral))
}
