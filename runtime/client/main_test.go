package client_test

import (
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/redoxgen/redoxgen/generated/common"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/generated/patientsearch"
	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // what these tests provoke
	goleak.VerifyTestMain(m)
}

const (
	emr   = "0f4bd1d1-451d-4351-8cfd-b767d1b488d6"
	other = "7ce6f387-c33c-417d-8682-81e83628cbd9"
	// planted stands for patient data, which must not show up anywhere.
	planted = "Plantedsurname"
)

// newClient returns a client of srv that is closed when the test ends.
func newClient(t testing.TB, config client.Config) *client.Client {
	t.Helper()
	c, err := client.New(config)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// arrival is a valid message with planted patient data.
func arrival() *patientadmin.Arrival {
	var a patientadmin.Arrival
	a.Meta.Destinations = []common.Endpoint{{ID: emr}}
	a.Patient.Identifiers = []common.Identifier{{ID: planted + "-mrn", IDType: "MR"}}
	a.Patient.Demographics.LastName = planted
	a.Patient.Demographics.DOB = "2008-01-06"
	a.Visit.VisitNumber = planted
	return &a
}

// search is a valid query with planted patient data.
func search() *patientsearch.Query {
	var q patientsearch.Query
	q.Meta.Destinations = []common.Endpoint{{ID: emr}}
	q.Patient.Demographics.LastName = planted
	return &q
}

// pretend is a transport that does as it is told.
type pretend func(*http.Request) (*http.Response, error)

func (p pretend) RoundTrip(r *http.Request) (*http.Response, error) { return p(r) }

var _ redox.QueryMessage[patientsearch.Response] = (*patientsearch.Query)(nil)

func server(t testing.TB, opts ...redoxtest.Option) *redoxtest.Server {
	t.Helper()
	return redoxtest.NewServer(t, opts...)
}
