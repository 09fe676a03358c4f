package redoxtest_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/redoxgen/redoxgen/generated/common"
	"github.com/redoxgen/redoxgen/generated/order"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/generated/patientsearch"
	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const emr = "0f4bd1d1-451d-4351-8cfd-b767d1b488d6"

func connect(t testing.TB, config client.Config) *client.Client {
	t.Helper()
	c, err := client.New(config)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

func newPatient() *patientadmin.NewPatient {
	var p patientadmin.NewPatient
	p.Meta.Destinations = []common.Endpoint{{ID: emr}}
	p.Patient.Identifiers = []common.Identifier{{ID: "1", IDType: "MR"}}
	return &p
}

func newOrder() *order.New {
	var o order.New
	o.Meta.Destinations = []common.Endpoint{{ID: emr}}
	return &o
}

func search() *patientsearch.Query {
	var q patientsearch.Query
	q.Meta.Destinations = []common.Endpoint{{ID: emr}}
	return &q
}

func server(t testing.TB, opts ...redoxtest.Option) *redoxtest.Server {
	t.Helper()
	return redoxtest.NewServer(t, opts...)
}

func copyAll(w io.Writer, resp *http.Response) (int64, error) { return io.Copy(w, resp.Body) }
