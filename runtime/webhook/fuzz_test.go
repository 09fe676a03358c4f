package webhook_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/internal/testenv"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// secretPatient is planted into every message that the fuzzer sends.
const secretPatient = "Zqx7PlantedPatientQ"

// sink counts dead letters and checks nothing else.
type sink struct {
	mu          sync.Mutex
	deadLetters []deadletter.Message
}

func (s *sink) Put(_ context.Context, l deadletter.Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deadLetters = []deadletter.Message{l}
	return nil
}

// FuzzHandler sends arbitrary requests. Whatever they are: no panic, no status
// of 500 and above, a verified message is either handled or dead-lettered byte for
// byte, an unverified request always gets the same answer, and no patient data
// is logged at any level.
func FuzzHandler(f *testing.F) {
	for _, body := range []string{
		arrival("L1"), arrival("poison"), event("Astrology", "New", "x"), withVisit(arrival("L3")), search("L4"),
		`{"verification-token":"` + token + `","challenge":"c"}`,
		`{"Meta":{"Logs":[{"ID":1e400}],"DataModel":"PatientAdmin","EventType":"Arrival"}}`,
		`{"Meta":{"DataModel":["PatientAdmin"]}}`, `{"Meta":[]}`, `{"Meta":null}`, `{"Meta":{}}{}`,
		`[]`, `null`, `"`, ``, "\xff", strings.Repeat(`{"Meta":`, 3000), strings.Repeat("[", 10000),
	} {
		f.Add("POST", "/", "verification-token", token, "application/json", []byte(body))
	}
	f.Add("GET", "/?challenge=c&verification-token=correct+horse+battery+staple", "", "", "", []byte(nil))
	f.Add("GET", "/?challenge=%zz&verification-token", "Authorization", "Bearer ", "", []byte(nil))
	f.Add("POST", "/", "", "", "application/json", []byte(`{"verification-token":"`+token+`","challenge":"c"}`))
	f.Add("DELETE", "*", "Content-Encoding", "gzip", "text/plain; charset", []byte("x"))
	addSamples(f)

	var log bytes.Buffer
	var dead sink
	handled := 0
	mux := webhook.NewMux()
	webhook.OnModel(mux, patientadmin.Events(), func(_ context.Context, d webhook.Delivery, ev redox.Message) error {
		handled++
		if d.LogID == "poison" {
			return webhook.Permanent(fmt.Errorf("no bed for %s", d.Raw))
		}
		return nil
	})
	webhook.OnPatient(mux, func(context.Context, webhook.Delivery, redox.PatientMessage) error { handled++; return nil })
	webhook.Answer(mux, func(context.Context, webhook.Delivery, *patientadmin.VisitQuery) (*patientadmin.VisitQueryResponse, error) {
		return nil, errors.New("not in this test")
	})
	h, err := webhook.NewHandler(mux, webhook.Config{
		Tokens: []string{token}, DeadLetter: &dead, Wait: webhook.NoWait,
		Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		f.Fatal(err)
	}

	f.Fuzz(func(t *testing.T, method, target, header, value, contentType string, body []byte) {
		req := request(method, target, plant(body))
		if req == nil {
			return
		}
		if header != "" && header != tokenName {
			req.Header[http.CanonicalHeaderKey(header)] = []string{value}
		}
		req.Header.Set(tokenName, value)
		req.Header.Set("Content-Type", contentType)
		log.Reset()
		dead.deadLetters, handled = nil, 0
		w := httptest.NewRecorder()
		h.ServeHTTP(w, req)

		outcome := webhook.Result(w.Header().Get(webhook.OutcomeHeader))
		meta, _ := redox.PeekMeta(plant(body))
		query := meta.DataModel == "PatientAdmin" && meta.EventType == "VisitQuery" // never answered here
		if w.Code >= 500 && !query && len(body) > 0 {                               // an empty one was lost on its way
			t.Fatalf("status %d", w.Code)
		}
		if w.Code == http.StatusUnauthorized && (w.Body.String() != "Unauthorized\n" || outcome != "") {
			t.Fatal("an unverified request got an answer of its own")
		}
		switch outcome {
		case webhook.DeadLetter:
			if len(dead.deadLetters) != 1 || !bytes.Equal(dead.deadLetters[0].Raw, plant(body)) {
				t.Fatal("the message was not dead-lettered as it is")
			}
		case webhook.Handled:
			if handled == 0 {
				t.Fatal("handled by nobody")
			}
		}
		if strings.Contains(log.String(), secretPatient) {
			t.Fatalf("patient data in the log: %s", log.String())
		}
		if strings.Contains(log.String(), token) {
			t.Fatal("the token is in the log")
		}
	})
}

const tokenName = "Verification-Token"

// plant puts a patient into a message, outside of Meta: what a message says
// there are names and IDs, which are logged.
func plant(body []byte) []byte {
	patient := fmt.Sprintf(`{"Patient":{"Identifiers":[{"ID":%q}],"Demographics":{"FirstName":%[1]q,"DOB":%[1]q,"Sex":{"x":%[1]q}},"%[2]s":1},`,
		secretPatient, secretPatient)
	return bytes.Replace(body, []byte("{"), []byte(patient), 1)
}

// request returns a request, nil for what no server would pass on.
func request(method, target string, body []byte) (req *http.Request) {
	defer func() {
		if recover() != nil { // NewRequest panics on what cannot be parsed
			req = nil
		}
	}()
	return httptest.NewRequest(method, target, bytes.NewReader(body))
}

// addSamples adds the example messages of the reference data, if there are any.
func addSamples(f *testing.F) {
	dir, ok := testenv.Reference(f, "samples")
	if !ok {
		return
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(paths) == 0 {
		f.Fatalf("no samples: %v", err)
	}
	for _, path := range paths {
		body, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add("POST", "/", "verification-token", token, "application/json", body)
	}
}
