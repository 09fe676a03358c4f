package dev_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/dev"
	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/reference"
	"github.com/redoxgen/redoxgen/generated/all"
	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/generated/patientsearch"
	"github.com/redoxgen/redoxgen/generator"
	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoxsample"
)

const token = "verification-token"

var inspection = sync.OnceValues(func() (*generator.Inspection, error) {
	return generator.Inspect(context.Background(), generator.Options{Events: []string{"PatientAdmin.*", "PatientSearch.*", "Results.New"}})
})

// running is a server that a test started.
type running struct {
	*dev.Server
	url string
	end func() error
}

func start(t *testing.T, change func(*dev.Options)) *running {
	t.Helper()
	s := startUnchecked(t, change)
	t.Cleanup(func() { assert.NoError(t, s.end()) })
	return s
}

// startUnchecked starts a server that may end with an error.
func startUnchecked(t *testing.T, change func(*dev.Options)) *running {
	t.Helper()
	x, err := inspection()
	require.NoError(t, err)
	site, err := reference.New(x, func(string) []byte { return nil })
	require.NoError(t, err)
	g := redoxsample.New(redoxsample.Options{Seed: 1})
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	o := dev.Options{
		URL: "http://" + listener.Addr().String(), Token: token, Speed: 1000, Inspection: x, Events: all.Events(), Reference: site,
		Sample: func(e *redox.EventInfo) ([]byte, error) { return g.JSON(e) },
		Story:  func(name string) ([][]byte, error) { return g.Story(name, all.Events()) },
	}
	if change != nil {
		change(&o)
	}
	s, err := dev.New(o)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, listener) }()
	end := sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	t.Cleanup(func() { _ = end() })
	return &running{s, o.URL, end}
}

// get returns a page, which must be there.
func (s *running) get(t *testing.T, path string) string {
	t.Helper()
	status, text := do(t, http.MethodGet, s.url+path, nil, nil)
	require.Equal(t, http.StatusOK, status, "%s: %s", path, text)
	return text
}

func (s *running) post(t *testing.T, path string, form url.Values) (int, string) {
	t.Helper()
	return do(t, http.MethodPost, s.url+path, form, nil)
}

func do(t *testing.T, method, to string, form url.Values, change func(*http.Request)) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, to, strings.NewReader(form.Encode()))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if change != nil {
		change(r)
	}
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(text)
}

func arrival(id string) string {
	return fmt.Sprintf(`{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","Destinations":[{"ID":"clinic"}]},"Patient":{"Identifiers":[{"ID":%q,"IDType":"MR"}]}}`, id)
}

// receiver is an endpoint that verifies, and answers messages with the statuses in turn,
// then with 200.
type receiver struct {
	url      string
	mu       sync.Mutex
	bodies   []string
	statuses []int
}

func receive(t *testing.T, statuses ...int) *receiver {
	t.Helper()
	r := &receiver{statuses: statuses}
	srv := httptest.NewServer(http.HandlerFunc(r.serve))
	t.Cleanup(srv.Close)
	r.url = srv.URL
	return r
}

var challengeForm = regexp.MustCompile(`"challenge":"([^"]+)","verification-token":"([^"]+)"`)

func (r *receiver) serve(w http.ResponseWriter, q *http.Request) {
	body, _ := io.ReadAll(q.Body)
	challenge, given := q.FormValue("challenge"), q.FormValue("verification-token")
	if m := challengeForm.FindSubmatch(body); m != nil {
		challenge, given = string(m[1]), string(m[2])
	}
	switch {
	case challenge != "" && given == token:
		_, _ = io.WriteString(w, challenge)
	case challenge != "" || q.Header.Get("verification-token") != token:
		w.WriteHeader(http.StatusUnauthorized)
	default:
		r.mu.Lock()
		defer r.mu.Unlock()
		r.bodies = append(r.bodies, string(body))
		if len(r.statuses) > 0 {
			w.WriteHeader(r.statuses[0])
			r.statuses = r.statuses[1:]
		}
	}
}

// received returns what came so far.
func (r *receiver) received() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string{}, r.bodies...)
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	require.Eventually(t, holds, 10*time.Second, 10*time.Millisecond, what)
}

// A client sends and queries, and the pages show it.
func TestClient(t *testing.T) {
	s := start(t, nil)
	for name, method := range map[string]auth.Credentials{"OAuth": s.OAuth(), "legacy": s.Legacy()} {
		t.Run(name, func(t *testing.T) {
			c, err := client.New(client.Config{Auth: method, BaseURL: s.url})
			require.NoError(t, err)
			t.Cleanup(c.Close)
			m, err := patientadmin.BuildArrival().To("clinic").Identifier("1", "MR").Build()
			require.NoError(t, err)
			receipt, err := c.Send(t.Context(), m)
			require.NoError(t, err)
			assert.NotEmpty(t, receipt)
			q, err := patientsearch.BuildQuery().To("clinic").Build()
			require.NoError(t, err)
			_, err = client.Query(t.Context(), c, q)
			require.NoError(t, err)
		})
	}
	list := s.get(t, "/")
	assert.Contains(t, list, "<td>PatientAdmin.Arrival</td><td>answered 200</td>")
	assert.Contains(t, list, "<td>PatientSearch.Query</td><td>answered 200</td>")
	filtered := s.get(t, "/?event=PatientSearch.Query")
	assert.NotContains(t, filtered, "<td>PatientAdmin.Arrival</td>")
}

// A client of any ID gets tokens with a key that was registered, public or private, and
// no other does.
func TestOwnKeys(t *testing.T) {
	own, other := start(t, nil).OAuth(), start(t, nil).OAuth()
	keys, err := auth.ParseKeys(own.PrivateKey, "mine")
	require.NoError(t, err)
	public, err := auth.PublicJWKS(keys...)
	require.NoError(t, err)
	s := start(t, func(o *dev.Options) { o.JWKS = public })
	require.NoError(t, sendAs(t, s, "client-a", "mine", own.PrivateKey))
	require.NoError(t, sendAs(t, s, "client-b", "mine", own.PrivateKey))
	require.Error(t, sendAs(t, s, "client-a", "mine", other.PrivateKey))
	require.Error(t, sendAs(t, s, "client-a", "another", own.PrivateKey))
	list := s.get(t, "/messages/2")
	assert.Contains(t, list, "client client-b")
}

// However deep and wide a message is, its page is made.
func TestExtremeMessages(t *testing.T) {
	s := start(t, nil)
	const head = `{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival"},"Wide":`
	for i, text := range []string{
		head + strings.Repeat(`{"a":`, 9_000) + "1" + strings.Repeat("}", 9_001),
		head + strings.Repeat(`[`, 20_000) + strings.Repeat("]", 20_000) + "}",
		head + `"` + strings.Repeat("long", 1<<20) + `"}`, strings.Repeat("x", 1<<20),
		head + "[" + strings.Repeat("1,", 100_000) + "1]}",
		"", "null", "[]", `{"Meta":7}`, "\xff",
	} {
		_, _ = s.post(t, "/compose/send", url.Values{"message": {text}, "to": {"api"}})
		page := s.get(t, fmt.Sprintf("/messages/%d", i+1))
		assert.Less(t, len(page), 6<<20)
		_, checked := s.post(t, "/compose/check", url.Values{"message": {text}})
		assert.NotEmpty(t, checked)
	}
}

// A message with mistakes is refused, and shown with each at its place.
func TestInvalid(t *testing.T) {
	s := start(t, nil)
	text := `{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","Destinations":[{"ID":"clinic"}]},
"Patient":{"Identifiers":[{"ID":7,"IDType":"MR"}],"Demographics":{"Sex":"unheard","Shoe":"12"},"Extensions":{"agreed":{"url":"u","string":"x"}}}}`
	status, _ := s.post(t, "/compose/send", url.Values{"message": {text}, "to": {"api"}})
	require.Equal(t, http.StatusOK, status, "after the redirect")
	assert.Contains(t, s.get(t, "/"), "answered 400")
	page := s.get(t, "/messages/1")
	line := func(title string) string {
		_, rest, found := strings.Cut(page, `title="`+title+`"`)
		require.True(t, found, title)
		text, _, _ := strings.Cut(rest, "</div>")
		return text
	}
	assert.Contains(t, line("Patient.Identifiers[0].ID"), "error: type")
	assert.Contains(t, line("Patient.Demographics.Sex"), "warning: value-set")
	assert.Contains(t, line("Patient.Demographics.Shoe"), "not in the schema")
	assert.Contains(t, line("Patient.Extensions.agreed.string"), "extension")
	assert.Contains(t, page, "/reference/events/PatientAdmin.Arrival.html#Patient.Demographics.Sex")
	assert.Contains(t, page, "HL7 v2: typically PID-8")
	assert.Contains(t, page, "receipt, err := c.Send(context.Background(), &amp;m)")
	assert.Contains(t, page, "curl -sS -X POST "+s.url+"/endpoint")

	_, checked := s.post(t, "/compose/check", url.Values{"message": {text}})
	assert.Contains(t, checked, `line 2, column 33: <code>Patient.Identifiers[0].ID</code>: <span class="rule">type`)
	_, checked = s.post(t, "/compose/check", url.Values{"message": {`{"Meta":`}})
	assert.Contains(t, checked, "not a JSON object")
	_, checked = s.post(t, "/compose/check", url.Values{"message": {arrival("1")}})
	assert.Contains(t, checked, "PatientAdmin.Arrival: valid")
}

// A message that is refused stops its subscription until it is accepted, others go on.
func TestFeed(t *testing.T) {
	r := receive(t, 500, 503)
	s := start(t, func(o *dev.Options) { o.Endpoint = r.url })
	eventually(t, "verified", func() bool { return strings.Contains(s.get(t, "/feed"), "· verified") })
	for _, id := range []string{"first", "second"} {
		status, _ := s.post(t, "/compose/send", url.Values{"message": {arrival(id)}, "to": {"endpoint"}})
		require.Equal(t, http.StatusOK, status)
	}
	eventually(t, "four deliveries", func() bool { return len(r.received()) == 4 })
	got := r.received()
	for i, want := range []string{"first", "first", "first", "second"} {
		assert.Contains(t, got[i], want)
	}
	eventually(t, "accepted", func() bool { return strings.Contains(s.get(t, "/messages/1"), "<dd>accepted</dd>") })
	page := s.get(t, "/messages/1")
	assert.Contains(t, page, "Attempts: 3")
	assert.Contains(t, page, "answered 500")

	// Again: the same log ID, another attempt.
	_, _ = s.post(t, "/messages/1/again", nil)
	eventually(t, "delivered again", func() bool { return len(r.received()) == 5 })
	logID := regexp.MustCompile(`"Logs":\[\{"ID":"([^"]+)","AttemptID":"([^"]+)"`)
	before, after := logID.FindStringSubmatch(got[0]), logID.FindStringSubmatch(r.received()[4])
	assert.Equal(t, before[1], after[1])
	assert.NotEqual(t, before[2], after[2])
}

// act does something to a lane by its page.
func act(t *testing.T, s *running, lane, action string) {
	t.Helper()
	status, text := s.post(t, "/feed/lane", url.Values{"lane": {lane}, "action": {action}})
	require.Equal(t, http.StatusOK, status, text)
}

// A lane is paused, reversed, skipped and resumed.
func TestLane(t *testing.T) {
	r := receive(t, 500)
	s := start(t, func(o *dev.Options) { o.Endpoint, o.Speed = r.url, 0.01 })
	send := func(form url.Values) { _, _ = s.post(t, "/compose/send", form) }
	send(url.Values{"message": {arrival("first")}})
	eventually(t, "stopped", func() bool { return strings.Contains(s.get(t, "/feed"), "stopped since") })
	act(t, s, "PatientAdmin to clinic", "pause")
	send(url.Values{"message": {arrival("second")}, "newer": {"on"}, "twice": {"on"}})
	send(url.Values{"message": {arrival("third")}, "lost": {"on"}})
	page := s.get(t, "/feed")
	assert.Contains(t, page, "3 queued · <strong>paused since")
	act(t, s, "PatientAdmin to clinic", "skip")
	act(t, s, "PatientAdmin to clinic", "reverse")
	assert.Len(t, r.received(), 1)
	act(t, s, "PatientAdmin to clinic", "resume")
	// The lost answer stops the lane, for hours at this speed.
	eventually(t, "the answer is lost", func() bool { return strings.Contains(s.get(t, "/messages/3"), "the answer was lost") })
	act(t, s, "PatientAdmin to clinic", "retry")
	eventually(t, "all delivered", func() bool { return strings.Contains(s.get(t, "/feed"), "0 queued") })
	got := r.received()
	last := got[len(got)-2:]
	for _, body := range last {
		assert.Contains(t, body, "second")
		assert.Contains(t, body, `"Newer"`)
	}
	assert.Contains(t, got[len(got)-3], "third")
	assert.Contains(t, s.get(t, "/messages/1"), "<dd>skipped</dd>")

	for _, form := range []url.Values{{"lane": {"none"}, "action": {"skip"}}, {"lane": {"PatientAdmin to clinic"}, "action": {"explode"}}} {
		status, _ := s.post(t, "/feed/lane", form)
		assert.Equal(t, http.StatusBadRequest, status)
	}
}

// Destinations answer as they are told.
func TestDestinations(t *testing.T) {
	s := start(t, nil)
	set := func(form url.Values) int {
		status, _ := s.post(t, "/destinations", form)
		return status
	}
	send := func() { _, _ = s.post(t, "/compose/send", url.Values{"message": {arrival("1")}, "to": {"api"}}) }
	require.Equal(t, http.StatusOK, set(url.Values{"id": {"clinic"}, "behavior": {"rejected"}}))
	send()
	assert.Contains(t, s.get(t, "/messages/1"), "rejected the order")
	require.Equal(t, http.StatusOK, set(url.Values{"id": {"clinic"}, "supports": {"Results.*"}}))
	send()
	assert.Contains(t, s.get(t, "/messages/2"), "answered 403")
	require.Equal(t, http.StatusOK, set(url.Values{"id": {"clinic"}, "supports": {"PatientAdmin.*, Results.New"}, "behavior": {"answer-lost"}}))
	send()
	assert.Contains(t, s.get(t, "/messages/3"), "no answer: the connection broke")
	remove := func(id string) int {
		status, _ := s.post(t, "/destinations/remove", url.Values{"id": {id}})
		return status
	}
	require.Equal(t, http.StatusOK, set(url.Values{"id": {"lab"}}))
	require.Equal(t, http.StatusOK, remove("clinic"))
	send()
	assert.Contains(t, s.get(t, "/messages/4"), "answered 403", "there is no route to what was removed")
	require.Equal(t, http.StatusOK, remove("lab"))
	send()
	assert.Contains(t, s.get(t, "/messages/5"), "answered 200", "every destination is there again")
	assert.Equal(t, http.StatusBadRequest, remove("lab"))
	for _, wrong := range []url.Values{{}, {"id": {"x"}, "supports": {"Nothing.*"}}, {"id": {"x"}, "behavior": {"explodes"}}} {
		assert.Equal(t, http.StatusBadRequest, set(wrong))
	}
}

// The list comes live, and the server ends although somebody listens.
func TestLive(t *testing.T) {
	s := start(t, nil)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/live?since=0", nil)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	_, _ = s.post(t, "/compose/send", url.Values{"message": {arrival("1")}, "to": {"api"}})
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "data: ") {
	}
	assert.Contains(t, lines.Text(), "PatientAdmin.Arrival")
	before := time.Now()
	require.NoError(t, s.end())
	assert.Less(t, time.Since(before), 5*time.Second)
}
