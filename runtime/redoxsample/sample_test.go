package redoxsample_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/all"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/redoxsample"
)

var profiles = []redoxsample.Profile{redoxsample.Small, redoxsample.Typical, redoxsample.Full}

// Every event has samples without a violation or warning, and the same seed gives the same bytes.
func TestEveryEvent(t *testing.T) {
	for _, e := range all.Events() {
		for _, p := range profiles {
			a, b := redoxsample.New(redoxsample.Options{Seed: 1, Profile: p}), redoxsample.New(redoxsample.Options{Seed: 1, Profile: p})
			for range 3 {
				one, err := a.JSON(e)
				require.NoError(t, err, "%s, %s", e, p)
				two, err := b.JSON(e)
				require.NoError(t, err)
				require.True(t, bytes.Equal(one, two), "%s, %s", e, p)
				m := e.New()
				report, err := m.DecodeJSON(one)
				require.NoError(t, err)
				assert.Zero(t, report.Len(), "%s, %s: %v", e, p, report)
				assert.True(t, m.RedoxMeta().Test.IsTrue())
			}
		}
	}
}

// A story is about one patient, in order.
func TestStories(t *testing.T) {
	for _, name := range redoxsample.Stories() {
		messages, err := redoxsample.New(redoxsample.Options{Seed: 5}).Story(name, all.Events())
		require.NoError(t, err, name)
		require.Greater(t, len(messages), 3)
		var patient, last string
		visits, sources, departments := map[string]bool{}, map[string]bool{}, map[string]bool{}
		for _, data := range messages {
			var m struct {
				Meta struct {
					EventType, EventDateTime string
					Source                   struct{ ID string }
				}
				Patient struct {
					Identifiers  []struct{ ID string }
					Demographics struct{ LastName, DOB string }
				}
				Visit struct {
					VisitNumber, DischargeDateTime string
					Location                       struct{ DepartmentIdentifiers []struct{ ID string } }
				}
			}
			require.NoError(t, json.Unmarshal(data, &m))
			require.NotEmpty(t, m.Patient.Identifiers, "%s", data)
			who := m.Patient.Identifiers[0].ID + m.Patient.Demographics.LastName + m.Patient.Demographics.DOB
			if patient != "" {
				assert.Equal(t, patient, who)
			}
			patient = who
			assert.Greater(t, m.Meta.EventDateTime, last, "in order")
			last = m.Meta.EventDateTime
			visits[m.Visit.VisitNumber] = true
			sources[m.Meta.Source.ID] = true // or an inbox would not keep the order
			for _, id := range m.Visit.Location.DepartmentIdentifiers {
				departments[id.ID] = true
			}
			assert.Equal(t, m.Meta.EventType == "Discharge", m.Visit.DischargeDateTime != "", "known when it happens: %s", data)
		}
		assert.Len(t, visits, 1, name)
		assert.Len(t, sources, 1, name)
		assert.LessOrEqual(t, len(departments), 1, name)
	}
	_, err := redoxsample.New(redoxsample.Options{}).Story("nothing", all.Events())
	require.ErrorContains(t, err, `no story "nothing"`)
	_, err = redoxsample.New(redoxsample.Options{}).Story("admission", nil)
	require.ErrorContains(t, err, "needs a schema of PatientAdmin.Arrival")
}

// People are consistent, numbers are of ranges that are not given out, and each message has
// another patient.
func TestPeople(t *testing.T) {
	g := redoxsample.New(redoxsample.Options{Seed: 9, Profile: redoxsample.Full})
	seen, systems := map[string]bool{}, map[string]bool{}
	for seed := range uint64(50) {
		other, err := redoxsample.New(redoxsample.Options{Seed: seed}).Message(new(patientadmin.Discharge).RedoxEvent())
		require.NoError(t, err)
		left := other.(*patientadmin.Discharge)
		systems[left.Meta.Source.ID] = true
		assert.LessOrEqual(t, string(left.Visit.DischargeDateTime), string(left.Meta.EventDateTime))
		m, err := g.Message(new(patientadmin.Arrival).RedoxEvent())
		require.NoError(t, err)
		a := m.(*patientadmin.Arrival)
		d := a.Patient.Demographics
		assert.Regexp(t, `^9\d\d-\d\d-\d{4}$`, d.SSN)
		assert.Regexp(t, `^\+1\d{3}55501\d\d$`, d.PhoneNumber.Home)
		assert.Regexp(t, `@example\.com$`, d.EmailAddresses[0])
		assert.Equal(t, d.LastName, a.Visit.Guarantor.LastName, "the patient pays")
		assert.Equal(t, d.LastName, a.Patient.Contacts[0].LastName)
		assert.True(t, luhn("80840"+a.Visit.AttendingProvider.ID), "NPI %s", a.Visit.AttendingProvider.ID)
		assert.Less(t, string(a.Visit.VisitDateTime), string(a.Meta.EventDateTime))
		systems[a.Meta.Source.ID] = true
		assert.False(t, seen[a.Patient.Identifiers[0].ID])
		seen[a.Patient.Identifiers[0].ID] = true
	}
	assert.Len(t, systems, 1, "of all seeds, so that a receiver can be configured")
}

func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// The bytes of a seed do not depend on the platform or the version of Go.
func TestSameBytesEverywhere(t *testing.T) {
	data, err := redoxsample.New(redoxsample.Options{Seed: 42}).JSON(new(patientadmin.Arrival).RedoxEvent())
	require.NoError(t, err)
	assert.Equal(t, "c28b51dd3fc90a003f4dcb1b0e76f7346b65078bdf1984598b370ee7156b7f16", fmt.Sprintf("%x", sha256.Sum256(data)))
}
