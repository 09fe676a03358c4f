package drift_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/internal/testenv"
	"github.com/redoxgen/redoxgen/runtime/drift"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// arrival returns a message with these members in its Patient section.
func arrival(patient string) []byte {
	return []byte(`{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival"},"Patient":{"Identifiers":[{"ID":"1","IDType":"MR"}]` +
		strings.TrimSuffix(","+patient, ",") + `},"Visit":{}}`)
}

// findings counts messages and returns the lines about what drifts.
func findings(t *testing.T, patients ...string) []string {
	t.Helper()
	c := drift.New(patientadmin.Events())
	for _, p := range patients {
		require.NoError(t, c.Message(arrival(p)), p)
	}
	return lines(c.Tally())
}

// lines returns the lines about what drifts, without those about absent members.
func lines(t *drift.Tally) []string {
	list := []string{}
	for _, e := range t.Events {
		for _, f := range e.Findings {
			list = append(list, f.String())
		}
	}
	return list
}

func TestFindings(t *testing.T) {
	for name, of := range map[string]struct{ messages, want []string }{
		"nothing": {[]string{"", `"Demographics":{"FirstName":"x","DOB":"2008-01-06","SSN":null,"Race":"","Sex":"Male"}`}, []string{}},
		"a type": {
			[]string{`"Demographics":{"SSN":1,"IsHispanic":"x"}`, `"Demographics":{"SSN":[]}`, `"Demographics":{"SSN":"101-01-0001"}`},
			[]string{
				"Patient.Demographics.IsHispanic: type, want boolean or null, got string 1, in 1 message",
				"Patient.Demographics.SSN: type, want string or null, got number 1, array 1, in 2 messages",
			},
		},
		"dates and values": {
			[]string{`"Demographics":{"DOB":"06/01/2008","Sex":"M"}`, `"Demographics":{"DOB":"soon"}`},
			[]string{
				"Patient.Demographics.DOB: date, want ISO 8601, got string 2, in 2 messages",
				"Patient.Demographics.Sex: value-set, want one of 5 documented values, got string 1, in 1 message",
			},
		},
		"once in a message": {
			[]string{`"Contacts":[{"FirstName":1,"New":"a"},{"FirstName":2,"New":null}]`},
			[]string{
				"Patient.Contacts[].FirstName: type, want string or null, got number 1, in 1 message",
				"Patient.Contacts[].New: unknown, got null 1, string 1, in 1 message",
			},
		},
		"kinds of texts": {
			[]string{`"A":"2008-01-06","B":"2008-01-06T10:00:00.000Z","C":"","D":"7","E":"2008"`},
			[]string{
				"Patient.A: unknown, got date 1, in 1 message",
				"Patient.B: unknown, got date-time 1, in 1 message",
				"Patient.C: unknown, got empty string 1, in 1 message",
				"Patient.D: unknown, got string 1, in 1 message",
				"Patient.E: unknown, got string 1, in 1 message",
			},
		},
		"names inside that several messages have": {
			[]string{`"Pet":{"Fur":"x","Legs":[4]}`, `"Pet":{"Fur":"x","Legs":[{"Left":true}]}`, `"Pet":{"Fur":"y","Legs":[{"Left":true}]}`},
			[]string{
				"Patient.Pet: unknown, got object 3, in 3 messages",
				"Patient.Pet.Fur: unknown, got string 3, in 3 messages",
				"Patient.Pet.Legs: unknown, got array 3, in 3 messages",
				"Patient.Pet.Legs[]: unknown, got number 1, object 2, in 3 messages",
				"Patient.Pet.Legs[].Left: unknown, got boolean 2, in 2 messages",
			},
		},
		"names inside that one message has, and names that schemas have": {
			[]string{`"Pet":{"Rex":{"Age":1},"Address":{"City":"x"}}`},
			[]string{
				"Patient.Pet: unknown, got object 1, in 1 message",
				"Patient.Pet.Address: unknown, got object 1, in 1 message",
				"Patient.Pet.Address.City: unknown, got string 1, in 1 message",
				"Patient.Pet[name withheld]: unknown, got object 1, in 1 message",
			},
		},
		"names that do not look like names": {
			[]string{`"2008-01-06":1,"Bed123":1,"Mr Bixby":1,"Zo\u00eb":1,"":1`},
			[]string{"Patient[name withheld]: unknown, got number 1, in 1 message"},
		},
		"extensions": {[]string{`"Extensions":{"user-id":{"url":"x","string":"y"}},"Pet":{"Extensions":{"a":{}},"City":1}`},
			[]string{"Patient.Pet: unknown, got object 1, in 1 message", "Patient.Pet.City: unknown, got number 1, in 1 message"}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, of.want, findings(t, of.messages...)) })
	}
}

// TestKeys: an object that has ever other names is a map.
func TestKeys(t *testing.T) {
	var own, few, many []string
	for i := range 200 {
		letters := string([]byte{'A' + byte(i%26), 'a' + byte(i/26)})
		own = append(own, fmt.Sprintf(`"x%s":1`, letters))
		few = append(few, fmt.Sprintf(`"Pets":{"x%c":1}`, 'a'+i%2))
		many = append(many, fmt.Sprintf(`"Pets":{"x%s":{"Legs":1}}`, letters[:1]))
	}
	const pets = "Patient.Pets: unknown, got object 200, in 200 messages"
	assert.Equal(t, []string{"Patient[name withheld]: unknown, got number 200, in 200 messages"}, findings(t, own...))
	assert.Equal(t, []string{pets, "Patient.Pets[name withheld]: unknown, got number 200, in 200 messages"}, findings(t, few...))
	assert.Equal(t, []string{pets, "Patient.Pets[name withheld]: unknown, got object 200, in 200 messages"}, findings(t, many...))
}

func TestAbsent(t *testing.T) {
	c := drift.New(patientadmin.Events())
	require.NoError(t, c.Message(arrival(`"Contacts":[],"Demographics":{"SSN":null}`)))
	require.NoError(t, c.Message(arrival(`"Notes":["x"],"Demographics":{"Sex":"Male"}`)))
	absent := c.Tally().Events[0].Absent
	for path, is := range map[string]bool{
		"Patient.Contacts": false, "Patient.Contacts[]": true, "Patient.Notes[]": false, "Patient.Guarantor": true,
		"Patient.PCP": true, "Patient.PCP.ID": false, "Patient.Demographics.SSN": false, "Patient.Demographics.Race": true,
		"Meta.Source": true, "Meta.DataModel": false, "Visit.Location": true,
	} {
		if path != "Patient.Guarantor" && path != "Patient.PCP" {
			assert.Equal(t, is, contains(absent, path), path)
		}
	}
}

func contains(list []string, s string) bool {
	return strings.Contains("\n"+strings.Join(list, "\n")+"\n", "\n"+s+"\n")
}

func TestErrors(t *testing.T) {
	c := drift.New(patientadmin.Events())
	var syntax *redox.SyntaxError
	require.ErrorAs(t, c.Message([]byte(`{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival"},"Patient":{"New":1}`)), &syntax)
	require.ErrorAs(t, c.Message([]byte{0, 1, 2}), &syntax)
	require.ErrorIs(t, c.Message([]byte(`{"Meta":{"DataModel":"PatientAdmin","EventType":"Bixby"}}`)), drift.ErrNoSchema)
	require.ErrorIs(t, c.Message([]byte(`{}`)), drift.ErrNoSchema)
	c.Report("Bixby", "Arrival", redox.Report{})
	assert.Equal(t, "2 messages of an unknown data model\n1 message of an unknown event type of PatientAdmin\n", c.Tally().String())
	assert.True(t, c.Tally().Drifts())
}

// random returns random members of a Patient section.
func random(r *rand.Rand, depth int) string {
	names := []string{"Demographics", "Notes", "Contacts", "New", "Pet", "SSN", "City", "FirstName", "Identifiers2"}
	var list []string
	r.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	for _, name := range names[:r.IntN(4)] {
		value := []string{"1", "null", `"x"`, `"2008-01-06"`, "[]", "{}", "true"}[r.IntN(7)]
		if depth < 3 {
			switch r.IntN(3) {
			case 0:
				value = "{" + random(r, depth+1) + "}"
			case 1:
				value = "[{" + random(r, depth+1) + "},{" + random(r, depth+1) + "}]"
			}
		}
		list = append(list, fmt.Sprintf("%q:%s", name, value))
	}
	return strings.Join(list, ",")
}

// TestMerge: several collectors that each count some of the messages, together count
// what one does that counts all, whether through JSON or not.
func TestMerge(t *testing.T) {
	r := rand.New(rand.NewPCG(testenv.Seed(t, 1), 0))
	for range 20 {
		all, merged := drift.New(patientadmin.Events()), drift.New(patientadmin.Events())
		for range 1 + r.IntN(4) {
			part := drift.New(patientadmin.Events())
			for range 40 {
				text := arrival(random(r, 0))
				require.NoError(t, all.Message(text))
				require.NoError(t, part.Message(text))
			}
			data, err := json.Marshal(part.Tally())
			require.NoError(t, err)
			var read drift.Tally
			require.NoError(t, json.Unmarshal(data, &read))
			merged.Merge(&read)
		}
		want, got := all.Tally(), merged.Tally()
		assert.Equal(t, want.Events[0].Absent, got.Events[0].Absent)
		for _, f := range got.Events[0].Findings {
			if !strings.Contains(f.Path, "withheld") {
				assert.Contains(t, want.Events[0].Findings, f)
			}
		}
	}
}

func TestReadTally(t *testing.T) {
	var read drift.Tally
	for _, bad := range []string{`{}`, `[]`, `{"format":"redoxgen drift 2","events":[]}`, `{"format":"redoxgen drift 1","events":"Bixby"}`} {
		assert.ErrorIs(t, json.Unmarshal([]byte(bad), &read), drift.ErrNoTally, bad)
	}
	require.NoError(t, json.Unmarshal([]byte(`{"format":"redoxgen drift 1","events":[{"dataModel":"Pay","eventType":"Bill","messages":-1,"reports":2,
		"findings":[{"path":"A","rule":"made up","messages":1},{"path":"B","rule":"type","messages":-1},{"path":"C[].D","rule":"unknown","messages":2,"kinds":{"Bixby":1,"number":2}}]}]}`), &read))
	c := drift.New(nil)
	c.Merge(&read)
	assert.Equal(t, "Pay.Bill: 2 messages\n  C[].D: unknown, got number 2, in 2 messages\n", c.Tally().String())
}

// TestBounded: what senders make up does not fill memory.
func TestBounded(t *testing.T) {
	c := drift.New(patientadmin.Events())
	for i := range 120 {
		var b strings.Builder
		for j := range 100 {
			name := fmt.Sprintf("%c%c%c", 'a'+i%26, 'a'+i/26, 'a'+j%26)
			fmt.Fprintf(&b, `"%s":{"%s":{"%s":[{"%s":1}]}},`, name, name, name, name)
		}
		text := arrival(b.String() + `"Contacts":[{` + strings.TrimSuffix(b.String(), ",") + `}]`)
		require.NoError(t, c.Message(text))
		r, err := patientadmin.ValidateArrival(text)
		require.NoError(t, err)
		c.Report("PatientAdmin", "Arrival", r)
		c.Report(string(text), string(text), r)
	}
	tally := c.Tally()
	data, err := json.Marshal(tally)
	require.NoError(t, err)
	assert.Less(t, len(data), 200<<10)
	assert.Positive(t, tally.Events[0].Partly)
}

func TestConcurrent(t *testing.T) {
	c := drift.New(patientadmin.Events())
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				text := arrival(`"New":1,"Demographics":{"SSN":1}`)
				assert.NoError(t, c.Message(text))
				r, err := patientadmin.ValidateArrival(text)
				assert.NoError(t, err)
				c.Report("PatientAdmin", "Arrival", r)
				c.Report("x", "y", r)
				tally := c.Tally()
				_ = tally.String()
			}
		})
	}
	all.Wait()
	assert.Equal(t, []string{
		"Patient.Demographics.SSN: type, want string or null, got number 800, in 800 messages",
		"Patient.New: unknown, got number 800, in 800 messages",
	}, lines(c.Tally()))
	assert.Equal(t, 400, c.Tally().NoSchema[0].Messages)
}
