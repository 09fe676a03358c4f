package decode

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func namesOf(text string) (dataModel, eventType string) {
	Names([]byte(text), func(m, e string) { dataModel, eventType = strings.Clone(m), strings.Clone(e) })
	return dataModel, eventType
}

func TestNames(t *testing.T) {
	for text, want := range map[string][2]string{
		`{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival"},"Patient":{}}`:             {"PatientAdmin", "Arrival"},
		` { "Meta" : { "Test" : true , "EventType" : "A" , "DataModel" : "Clinical Summary" }`: {"Clinical Summary", "A"},
		`{"M\u0065ta":{"Data\u004dodel":"A\u0062c","EventType":"\n\"\\ä"}}`:                    {"Abc", "\n\"\\ä"},
		`{"Meta":{"Logs":[{"ID":"}"},{}],"DataModel":"a","EventType":"b"}}`:                    {"a", "b"},
		`{"Patient":{},"Meta":{"DataModel":"a","EventType":"b"}}`:                              {},
		`{"Meta":["DataModel","a"]}`:                                                           {},
		`{"Meta":{"DataModel":7,"EventType":null}}`:                                            {},
		`{"Meta":{"DataModel":"a","EventType":"b`:                                              {"a", ""},
		`["Meta"]`: {},
		``:         {},
		`{"Meta":{"Padding":"` + strings.Repeat("x", namesWithin) + `","DataModel":"a","EventType":"b"}}`: {},
	} {
		model, event := namesOf(text)
		assert.Equal(t, want, [2]string{model, event}, text)
		for cut := range text {
			model, event := namesOf(text[:cut])
			assert.Contains(t, []string{"", want[0]}, model, text[:cut])
			assert.Contains(t, []string{"", want[1]}, event, text[:cut])
		}
	}
}
