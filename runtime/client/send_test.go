package client_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/common"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/generated/patientsearch"
	"github.com/redoxgen/redoxgen/internal/printed"
	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

func TestSend(t *testing.T) {
	srv := server(t)
	srv.Destination(emr).Named("Main EMR")
	srv.Destination(other)
	config := srv.Config()
	config.SourceID = "11111111-2222-4333-8444-555555555555"
	at := time.Date(2025, 3, 4, 5, 6, 7, 0, time.UTC)
	config.Now = func() time.Time { return at }
	c := newClient(t, config)

	msg := arrival()
	msg.Meta.Destinations = append(msg.Meta.Destinations, common.Endpoint{ID: other})
	receipt, err := c.Send(t.Context(), msg)
	require.NoError(t, err)
	require.Len(t, receipt.Logs, 2)
	assert.Equal(t, emr, receipt.Logs[0].Destination)
	assert.Equal(t, other, receipt.Logs[1].Destination)
	assert.NotEmpty(t, receipt.Logs[0].ID)
	assert.NotEmpty(t, receipt.Logs[1].AttemptID)
	assert.Equal(t, 1, receipt.Requests)

	got := redoxtest.Received[*patientadmin.Arrival](srv)
	require.Len(t, got, 1)
	assert.Equal(t, planted, got[0].Patient.Demographics.LastName)
	assert.Equal(t, "PatientAdmin", got[0].Meta.DataModel)
	assert.Equal(t, config.SourceID, got[0].Meta.Source.ID)
	assert.Equal(t, redox.DateTimeOf(at), got[0].Meta.EventDateTime)

	assert.Empty(t, msg.Meta.DataModel, "the caller's message is not changed")
	assert.Empty(t, msg.Meta.Source.ID)
}

// What Redox says against a message in an answer of status 200 is told by the
// receipt alone.
func TestSendAcceptedWithErrors(t *testing.T) {
	srv := server(t)
	srv.Destination(emr).Answers(redoxtest.MetaErrors(200, redoxtest.MetaError{
		ID: 4711, Text: "no subscriptions", Type: "message", Module: "Subscriptions",
	}))
	receipt, err := newClient(t, srv.Config()).Send(t.Context(), arrival())
	require.NoError(t, err)
	require.Len(t, receipt.Errors, 1)
	assert.Equal(t, "message/Subscriptions error 4711", receipt.Errors[0].String())
}

// Errors that are no list are told as well.
func TestSendAcceptedWithOddErrors(t *testing.T) {
	for errors, want := range map[string]int{`{"ID":1,"Module":"Subscriptions"}`: 1, `"no subscriptions"`: 1, `[]`: 0, `{}`: 0, `null`: 0} {
		srv := server(t)
		srv.Answers(redoxtest.Status(200, `{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","Errors":`+errors+`}}`))
		receipt, err := newClient(t, srv.Config()).Send(t.Context(), arrival())
		require.NoError(t, err)
		assert.Len(t, receipt.Errors, want, errors)
	}
}

// A message that is embedded by pointer is sent as it is: a copy would share it.
func TestSendOfEmbeddedPointer(t *testing.T) {
	srv := server(t)
	c := newClient(t, srv.Config())
	msg := arrival()
	type wrapped struct{ *patientadmin.Arrival }
	_, err := c.Send(t.Context(), &wrapped{msg})
	require.ErrorIs(t, err, client.ErrInvalid)
	assert.Empty(t, msg.Meta.EventType)

	msg.Meta.DataModel, msg.Meta.EventType = "PatientAdmin", "Arrival"
	_, err = c.Send(t.Context(), &wrapped{msg})
	require.NoError(t, err)
	assert.Empty(t, msg.Meta.EventDateTime, "the caller's message is not changed")
}

func TestSendKeepsWhatMetaSays(t *testing.T) {
	srv := server(t)
	config := srv.Config()
	config.SourceID = "11111111-2222-4333-8444-555555555555"
	c := newClient(t, config)
	msg := arrival()
	msg.Meta.Source.ID = other
	msg.Meta.EventDateTime = "2020-01-01T00:00:00.000Z"
	_, err := c.Send(t.Context(), msg)
	require.NoError(t, err)
	meta := srv.Requests()[0].Meta
	assert.Equal(t, other, meta.Source.ID)
	assert.Equal(t, redox.DateTime("2020-01-01T00:00:00.000Z"), meta.EventDateTime)
}

func TestQuery(t *testing.T) {
	srv := server(t)
	srv.Destination(emr).Supports("PatientSearch.*").Answers(
		redoxtest.NoMatch(),
		redoxtest.SeveralMatches("0000000001", "0000000002"),
		redoxtest.RespondJSON(`{"Patient":{"Identifiers":[{"ID":1,"IDType":"MR"}],"Demographics":{"LastName":"Bixby"}}}`),
	)
	c := newClient(t, srv.Config())
	none, err := client.Query(t.Context(), c, search()) // the type is inferred
	require.NoError(t, err)
	assert.Empty(t, none.Patient.Identifiers)

	several, err := client.Query(t.Context(), c, search())
	require.NoError(t, err)
	require.Len(t, several.PotentialMatches, 2)
	assert.Equal(t, "0000000002", several.PotentialMatches[1].Identifiers[0].ID)

	var report redox.Report
	var receipt client.Receipt
	one, err := client.Query(t.Context(), c, search(), client.WithReport(&report), client.WithReceipt(&receipt))
	require.NoError(t, err)
	assert.Equal(t, "1", one.Patient.Identifiers[0].ID, "an answer is never refused for its content")
	assert.False(t, report.Valid())
	require.Len(t, receipt.Logs, 1)
	assert.Equal(t, emr, receipt.Logs[0].Destination)
	assert.Equal(t, "Query", one.Meta.EventType, "answers repeat the event of the question")
	assert.Len(t, redoxtest.Received[*patientsearch.Query](srv), 3)
}

func TestQueryPath(t *testing.T) {
	srv := server(t)
	config := srv.Config()
	config.QueryPath = "/query"
	_, err := client.Query(t.Context(), newClient(t, config), search())
	require.NoError(t, err)
	assert.Equal(t, "/query", srv.Requests()[0].Path)
}

// spoil puts a value of a wrong type into a message, which only decoding can.
func spoil(a *patientadmin.Arrival) {
	err := a.UnmarshalJSON([]byte(`{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","Destinations":[{"ID":"` + emr + `"}]},
		"Patient":{"Identifiers":[{"ID":{"x":"` + planted + `"},"IDType":"MR"}]}}`))
	if err != nil {
		panic(err)
	}
}

// What is refused on this side costs no request, not even one for a token.
func TestRefusedBeforeAnyRequest(t *testing.T) {
	to := func(ids ...string) (list []common.Endpoint) {
		for _, id := range ids {
			list = append(list, common.Endpoint{ID: id})
		}
		return list
	}
	for name, tc := range map[string]struct {
		config  func(*client.Config)
		message func(*patientadmin.Arrival)
		class   error
		text    string
	}{
		"invalid":                {nil, spoil, client.ErrInvalid, "Patient.Identifiers[0].ID"},
		"no destination":         {nil, func(a *patientadmin.Arrival) { a.Meta.Destinations = nil }, client.ErrInvalid, "Meta.Destinations is empty"},
		"empty destination":      {nil, func(a *patientadmin.Arrival) { a.Meta.Destinations = to(emr, "") }, client.ErrInvalid, "Meta.Destinations[1].ID is empty"},
		"same destination twice": {nil, func(a *patientadmin.Arrival) { a.Meta.Destinations = to(emr, other, emr) }, client.ErrInvalid, "Meta.Destinations[2] is Meta.Destinations[0] again"},
		"other event in Meta":    {nil, func(a *patientadmin.Arrival) { a.Meta.EventType = "Discharge" }, client.ErrInvalid, "name another event"},
		"unsupported":            {func(c *client.Config) { c.Destinations = client.Destinations{emr: {"Results.New"}} }, nil, client.ErrUnsupported, emr + " does not support PatientAdmin.Arrival"},
		"one unsupported": {func(c *client.Config) {
			c.Destinations = client.Destinations{emr: {"PatientAdmin.*"}, other: {"Order.*"}}
		}, func(a *patientadmin.Arrival) { a.Meta.Destinations = to(emr, other) }, client.ErrUnsupported, other + " does not support"},
		"undeclared": {func(c *client.Config) {
			c.Destinations, c.RefuseUndeclared = client.Destinations{other: {"*"}}, true
		}, nil, client.ErrUnsupported, emr + " is not declared"},
		"test in production":  {func(c *client.Config) { c.Environment = client.Production }, func(a *patientadmin.Arrival) { a.Meta.Test = redox.True }, client.ErrTestMessage, "Meta.Test true"},
		"real in staging":     {func(c *client.Config) { c.Environment = client.Staging }, nil, client.ErrTestMessage, "staging"},
		"real in development": {func(c *client.Config) { c.Environment = client.Development }, func(a *patientadmin.Arrival) { a.Meta.Test = redox.False }, client.ErrTestMessage, "development"},
		"too large":           {func(c *client.Config) { c.Limits.Message = 100 }, nil, client.ErrTooLarge, "100 are allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			srv := server(t)
			config := srv.Config()
			if tc.config != nil {
				tc.config(&config)
			}
			msg := arrival()
			if tc.message != nil {
				tc.message(msg)
			}
			c := newClient(t, config)
			_, err := c.Send(t.Context(), msg)
			require.ErrorIs(t, err, tc.class)
			require.ErrorContains(t, err, tc.text)
			require.EqualError(t, c.Check(msg), err.Error())
			require.ErrorContains(t, err, "PatientAdmin.Arrival")
			assertWithout(t, printed.Forms(err), planted)
			assert.Zero(t, srv.TokenRequests())
			assert.Empty(t, srv.Requests())
		})
	}
}

func TestAllowed(t *testing.T) {
	srv := server(t)
	config := srv.Config()
	config.Destinations = client.Destinations{other: {"*"}}
	config.Environment = client.Staging
	c := newClient(t, config)
	msg := arrival()
	msg.Meta.Test = redox.True
	_, err := c.Send(t.Context(), msg)
	require.NoError(t, err, "undeclared destinations get everything unless refused")

	spoil(msg)
	msg.Meta.Test = redox.True
	_, err = c.Send(t.Context(), msg, client.WithoutValidation())
	require.ErrorIs(t, err, client.ErrInvalid)
	var e *client.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, 400, e.Status, "now Redox found out")
	assert.Equal(t, "Patient.Identifiers[0].ID", e.Errors[0].Field)
	require.ErrorContains(t, err, "message/DataModels error 4001 at Patient.Identifiers[0].ID")

	config.SkipValidation = true
	_, err = newClient(t, config).Send(t.Context(), msg)
	require.ErrorAs(t, err, &e)
	assert.Equal(t, 400, e.Status)

	// What is no JSON does not leave even so.
	require.NoError(t, redox.Unmarshal([]byte("{\"Room\":\"a\xffb\"}"), &msg.Visit.Location))
	_, err = newClient(t, config).Send(t.Context(), msg)
	require.ErrorIs(t, err, client.ErrInvalid)
	require.ErrorContains(t, err, "Visit.Location.Room: encoding, want UTF-8")
}

func TestWrongKindOfEvent(t *testing.T) {
	srv := server(t)
	c := newClient(t, srv.Config())
	require.NoError(t, c.Check(search()))
	require.NoError(t, c.Check(arrival()))
	require.ErrorIs(t, c.Check(nil), client.ErrInvalid)
	_, err := c.Send(t.Context(), search())
	require.ErrorContains(t, err, "use client.Query")
	var answer patientsearch.Response
	answer.Meta.Destinations = []common.Endpoint{{ID: emr}}
	_, err = c.Send(t.Context(), &answer)
	require.ErrorIs(t, err, client.ErrInvalid)

	_, err = c.Send(t.Context(), nil)
	require.ErrorIs(t, err, client.ErrInvalid)
	_, err = c.Send(t.Context(), (*patientadmin.Arrival)(nil))
	require.ErrorIs(t, err, client.ErrInvalid)

	two := search()
	two.Meta.Destinations = append(two.Meta.Destinations, common.Endpoint{ID: other})
	_, err = client.Query(t.Context(), c, two)
	require.ErrorContains(t, err, "exactly one")
	_, err = client.Query(t.Context(), c, (*patientsearch.Query)(nil))
	require.ErrorIs(t, err, client.ErrInvalid)
	assert.Empty(t, srv.Requests())
}

func TestConfiguration(t *testing.T) {
	srv := server(t)
	for name, tc := range map[string]struct {
		change func(*client.Config)
		want   string
	}{
		"no auth":           {func(c *client.Config) { c.Auth = nil }, "Config.Auth is not set"},
		"bad auth":          {func(c *client.Config) { o := srv.OAuth(); o.KeyID = ""; c.Auth = o }, "set KeyID"},
		"clear text":        {func(c *client.Config) { c.BaseURL = "http://redox.example.com" }, "in the clear"},
		"clear text upload": {func(c *client.Config) { c.UploadURL = "http://redox.example.com" }, "in the clear"},
		"relative":          {func(c *client.Config) { c.BaseURL = "redox" }, "absolute URL"},
		"typo in an event":  {func(c *client.Config) { c.Destinations = client.Destinations{emr: {"PatientAdmin.Arival"}} }, `did you mean "PatientAdmin.Arrival"?`},
		"typo in a model":   {func(c *client.Config) { c.Destinations = client.Destinations{emr: {"PatentAdmin.*"}} }, `did you mean "PatientAdmin.*"?`},
	} {
		t.Run(name, func(t *testing.T) {
			config := srv.Config()
			tc.change(&config)
			_, err := client.New(config)
			require.ErrorContains(t, err, tc.want)
		})
	}
	config := srv.Config()
	config.BaseURL, config.Auth = "redox", nil
	_, err := client.New(config)
	require.ErrorContains(t, err, "Auth")
	require.ErrorContains(t, err, "BaseURL", "all that is wrong is named")

	config = srv.Config()
	config.Events = []string{"Genomics.New"}
	config.Destinations = client.Destinations{emr: {"Genomics.*"}}
	_, err = client.New(config)
	require.NoError(t, err)
	assert.NotContains(t, printed.Forms(config), string(srv.OAuth().PrivateKey)[30:60])
}
