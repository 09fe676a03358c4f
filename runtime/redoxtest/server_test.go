package redoxtest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/all"
	"github.com/redoxgen/redoxgen/generated/common"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/generated/patientsearch"
	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
)

// Each ready scenario, as a client sees it.
func TestScenarios(t *testing.T) {
	orderErr := func(t *testing.T, c *client.Client) error {
		_, err := c.Send(t.Context(), newOrder(), client.WithoutValidation())
		return err
	}
	query := func(t *testing.T, c *client.Client) error {
		_, err := client.Query(t.Context(), c, search())
		return err
	}
	for name, tc := range map[string]struct {
		answer redoxtest.Answer
		do     func(*testing.T, *client.Client) error
		class  error
		status int
	}{
		"order rejected":        {redoxtest.OrderRejected(), orderErr, client.ErrDestination, 400},
		"destination down":      {redoxtest.DestinationDown(), orderErr, client.ErrDestination, 400},
		"query, not reached":    {redoxtest.DestinationDown(), query, client.ErrDestination, 200},
		"routing error":         {redoxtest.NoSubscription(), orderErr, client.ErrRouting, 403},
		"200 with Meta.Errors":  {redoxtest.MetaErrors(200, redoxtest.MetaError{ID: 1, Type: "query", Module: "Send"}), query, client.ErrDestination, 200},
		"401":                   {redoxtest.Unauthorized(), orderErr, client.ErrUnauthorized, 401},
		"413":                   {redoxtest.TooLarge(), orderErr, client.ErrTooLarge, 413},
		"429":                   {redoxtest.RateLimited(1), orderErr, client.ErrRateLimited, 429},
		"502":                   {redoxtest.BadGateway(), orderErr, client.ErrServer, 502},
		"504":                   {redoxtest.GatewayTimeout(), orderErr, client.ErrTimeout, 504},
		"500":                   {redoxtest.InternalError(), orderErr, client.ErrServer, 500},
		"gateway":               {redoxtest.GatewayError(403, "denied"), orderErr, client.ErrRouting, 403},
		"dropped after reading": {redoxtest.Dropped(), orderErr, client.ErrConnection, 0},
		"slow":                  {redoxtest.Slow(time.Millisecond), query, nil, 200},
		"no match":              {redoxtest.NoMatch(), query, nil, 200},
		"accepted":              {redoxtest.Accepted(), query, nil, 200},
	} {
		t.Run(name, func(t *testing.T) {
			srv := server(t)
			srv.Destination(emr).Answers(tc.answer)
			config := srv.Config()
			config.Rate = client.Rate{Requests: 1000, Per: 20 * time.Millisecond}
			err := tc.do(t, connect(t, config))
			requests := srv.Requests()
			assert.Equal(t, tc.status, requests[len(requests)-1].Status)
			if tc.class == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, tc.class)
		})
	}
}

func TestSequences(t *testing.T) {
	srv := server(t)
	srv.Destination(emr).
		Answers(redoxtest.OrderRejected().Times(2), redoxtest.Accepted()).
		AnswersTo("PatientSearch.Query", redoxtest.SeveralMatches("a", "b"))
	c := connect(t, srv.Config())
	for _, fails := range []bool{true, true, false, false} {
		_, err := c.Send(t.Context(), newPatient())
		assert.Equal(t, fails, err != nil)
	}
	found, err := client.Query(t.Context(), c, search())
	require.NoError(t, err)
	assert.Len(t, found.PotentialMatches, 2)
}

// The server validates as Redox does, and names the field.
func TestValidation(t *testing.T) {
	srv := server(t)
	srv.Destination(emr).Supports("PatientAdmin.*", "PatientSearch.*")
	token := tokenOf(t, srv)
	meta := func(model, event, destinations string) string {
		return `"Meta":{"DataModel":"` + model + `","EventType":"` + event + `","Destinations":[` + destinations + `]}`
	}
	to := `{"ID":"` + emr + `"}`
	patient := `,"Patient":{"Identifiers":[{"ID":"1","IDType":"MR"}]}`
	for name, tc := range map[string]struct {
		body, want string
		status     int
	}{
		"good":             {"{" + meta("PatientAdmin", "NewPatient", to) + patient + "}", `"Logs":[{"AttemptID"`, 200},
		"not JSON":         {"{", "not a JSON object", 400},
		"no Meta":          {"{}", "Meta.EventType in", 400},
		"unknown event":    {"{" + meta("PatientAdmin", "Nap", to) + "}", "Meta.EventType in PatientAdmin:Nap", 400},
		"required missing": {"{" + meta("PatientAdmin", "NewPatient", to) + "}", "Patient in PatientAdmin:NewPatient", 400},
		"wrong type":       {"{" + meta("PatientAdmin", "NewPatient", to) + `,"Patient":{"Identifiers":[{"ID":1,"IDType":"MR"}]}}`, "Patient.Identifiers[0].ID in", 400},
		"no destination":   {"{" + meta("PatientAdmin", "NewPatient", "") + patient + "}", "Meta.Destinations in", 400},
		"two for a query":  {"{" + meta("PatientSearch", "Query", to+","+to) + "}", "Meta.Destinations in", 400},
		"other event":      {"{" + meta("Provider", "New", to) + `,"Providers":[]}`, "no subscriptions", 403},
		"other place":      {"{" + meta("PatientAdmin", "NewPatient", `{"ID":"x"}`) + patient + "}", "no subscriptions", 403},
		"a response":       {"{" + meta("PatientSearch", "Response", to) + "}", "no subscriptions", 403},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := request(t, http.MethodPost, srv.URL+"/endpoint", token, "application/json", tc.body)
			assert.Equal(t, tc.status, status, body)
			assert.Contains(t, body, tc.want)
		})
	}
	for name, tc := range map[string]struct {
		method, token, kind string
		status              int
	}{
		"verb":         {http.MethodGet, token, "application/json", 404},
		"no token":     {http.MethodPost, "", "application/json", 401},
		"wrong token":  {http.MethodPost, "x", "application/json", 401},
		"content type": {http.MethodPost, token, "text/plain", 400},
	} {
		status, _ := request(t, tc.method, srv.URL+"/endpoint", tc.token, tc.kind, "{}")
		assert.Equal(t, tc.status, status, name)
	}
	status, _ := request(t, http.MethodPost, srv.URL+"/elsewhere", token, "application/json", "{}")
	assert.Equal(t, 404, status)
}

func tokenOf(t testing.TB, srv *redoxtest.Server) string {
	t.Helper()
	src, err := auth.New(srv.OAuth())
	require.NoError(t, err)
	token, err := src.Access(t.Context())
	require.NoError(t, err)
	return token.Value()
}

func request(t testing.TB, method, url, token, kind, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", kind)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	var b strings.Builder
	_, err = copyAll(&b, resp)
	require.NoError(t, err)
	return resp.StatusCode, b.String()
}

func TestLimits(t *testing.T) {
	srv := server(t, redoxtest.WithLimits(500, 100))
	config := srv.Config()
	c := connect(t, config)
	big := newPatient()
	big.Patient.Demographics.FirstName = strings.Repeat("x", 500)
	_, err := c.Send(t.Context(), big)
	require.ErrorIs(t, err, client.ErrTooLarge)
	_, err = c.Upload(t.Context(), "x", strings.NewReader(strings.Repeat("x", 101)))
	require.ErrorIs(t, err, client.ErrTooLarge)
	uri, err := c.Upload(t.Context(), "x.txt", strings.NewReader("hello"))
	require.NoError(t, err)
	status, body := request(t, http.MethodGet, uri, tokenOf(t, srv), "", "")
	assert.Equal(t, 200, status)
	assert.Equal(t, "hello", body)
	status, _ = request(t, http.MethodGet, uri, "", "", "")
	assert.Equal(t, 401, status)
}

// With several clients a message must say which source it comes from.
func TestSourceIsRequiredWithSeveralClients(t *testing.T) {
	srv := server(t)
	_, err := srv.AddClient("second")
	require.NoError(t, err)
	_, err = connect(t, srv.Config()).Send(t.Context(), newPatient())
	require.ErrorContains(t, err, "Meta.Source.ID")
	config := srv.Config()
	config.SourceID = emr
	_, err = connect(t, config).Send(t.Context(), newPatient())
	require.NoError(t, err)
}

func TestRecords(t *testing.T) {
	srv := server(t)
	c := connect(t, srv.Config())
	_, err := c.Send(t.Context(), newPatient())
	require.NoError(t, err)
	srv.Answers(redoxtest.InternalError())
	_, err = c.Send(t.Context(), newPatient())
	require.Error(t, err)

	got := srv.Requests()
	require.Len(t, got, 2)
	assert.Equal(t, "PatientAdmin.NewPatient", got[0].Event)
	assert.Equal(t, []int{200, 500}, []int{got[0].Status, got[1].Status})
	assert.True(t, got[0].Report.Valid())
	assert.IsType(t, (*patientadmin.NewPatient)(nil), got[0].Message)
	assert.Len(t, redoxtest.Received[*patientadmin.NewPatient](srv), 1, "accepted ones only")
	assert.Empty(t, redoxtest.Received[*patientadmin.Arrival](srv))
	srv.Forget()
	assert.Empty(t, srv.Requests())
}

// Types of one's own are found by the event they are of.
func TestReceivedOfOtherTypes(t *testing.T) {
	srv := server(t)
	_, err := connect(t, srv.Config()).Send(t.Context(), newPatient())
	require.NoError(t, err)
	got := redoxtest.Received[*ownPatient](srv)
	require.Len(t, got, 1)
	assert.Equal(t, "1", got[0].Patient.Identifiers[0].ID)
}

// ownPatient stands for a type that was generated elsewhere.
type ownPatient struct{ patientadmin.NewPatient }

func TestWithEvents(t *testing.T) {
	own := &redox.EventInfo{DataModel: "Genomics", EventType: "New", Kind: redox.Notification, New: func() redox.Message { return new(redox.Unknown) }}
	srv := server(t, redoxtest.WithEvents([]*redox.EventInfo{own}))
	srv.Destination(emr).Supports("Genomics.New")
	status, body := request(t, http.MethodPost, srv.URL+"/endpoint", tokenOf(t, srv), "application/json",
		`{"Meta":{"DataModel":"Genomics","EventType":"New","Destinations":[{"ID":"`+emr+`"}]}}`)
	assert.Equal(t, 200, status, body)
	assert.PanicsWithValue(t, `redoxapi: "Genomic.New": there is no such event (did you mean "Genomics.New"?)`, func() {
		srv.Destination(emr).Supports("Genomic.New")
	})
}

// Every query that there is has an empty answer which fits its schema.
func TestEmptyAnswers(t *testing.T) {
	srv := server(t)
	token := tokenOf(t, srv)
	queries := 0
	for _, e := range all.Events() {
		if e.Kind != redox.Query {
			continue
		}
		queries++
		message := e.New()
		body, err := message.AppendJSON(nil)
		require.NoError(t, err)
		text := strings.Replace(string(body), `"Meta":{`, `"Meta":{"Destinations":[{"ID":"`+emr+`"}],`, 1)
		text = strings.Replace(text, `"DataModel":""`, `"DataModel":"`+e.DataModel+`"`, 1)
		text = strings.Replace(text, `"EventType":""`, `"EventType":"`+e.EventType+`"`, 1)
		status, answer := request(t, http.MethodPost, srv.URL+"/query", token, "application/json", text)
		require.Equal(t, 200, status, "%s: %s", e, answer)
		for _, r := range all.Events() {
			if r.DataModel == e.DataModel && r.EventType == e.Response {
				report, err := r.New().DecodeJSON([]byte(answer))
				require.NoError(t, err)
				assert.NoError(t, report.Err(), e.String())
			}
		}
	}
	assert.Greater(t, queries, 15)
}

func TestRespond(t *testing.T) {
	srv := server(t)
	var answer patientsearch.Response
	answer.Patient.Identifiers = []common.Identifier{{ID: "7", IDType: "MR"}}
	srv.Destination(emr).Named("Main EMR").Answers(redoxtest.Respond(&answer))
	found, err := client.Query(t.Context(), connect(t, srv.Config()), search())
	require.NoError(t, err)
	assert.Equal(t, "7", found.Patient.Identifiers[0].ID)
	assert.Equal(t, "Main EMR", found.Meta.Destinations[0].Name)
}

// A server that is closed lets go of those who wait.
func TestCloseEndsSlowAnswers(t *testing.T) {
	srv := server(t)
	srv.Destination(emr).Answers(redoxtest.Slow(time.Hour))
	c := connect(t, srv.Config())
	done := make(chan error, 1)
	go func() { _, err := c.Send(t.Context(), newPatient()); done <- err }()
	require.Eventually(t, func() bool { return len(srv.Requests()) == 1 }, 5*time.Second, time.Millisecond)
	srv.Close()
	<-done
}
