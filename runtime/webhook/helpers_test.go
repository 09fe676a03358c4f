package webhook_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

const token = "correct horse battery staple"

// planted is patient data; none of it may reach a log.
var planted = []string{"Planterson", "PLANTED-MRN-77", "1913-03-07", "plantedmaiden"}

// arrival is a message with a patient, of that log ID.
func arrival(logID string) string { return event("PatientAdmin", "Arrival", logID) }

func event(model, kind, logID string) string {
	return fmt.Sprintf(`{"Meta":{"DataModel":%q,"EventType":%q,"Test":true,`+
		`"Source":{"ID":"src","Name":"Source"},"Destinations":[{"ID":"dst","Name":"Destination"}],`+
		`"Logs":[{"ID":%q,"AttemptID":"a1"}]},`+
		`"Patient":{"Identifiers":[{"ID":"PLANTED-MRN-77","IDType":"MR"}],`+
		`"Demographics":{"LastName":"Planterson","DOB":"1913-03-07"},"Notes":["plantedmaiden"]}}`,
		model, kind, logID)
}

// messageKey is the key of a message for all handlers together.
func messageKey(t *testing.T, message string) dedup.Key {
	t.Helper()
	d, err := webhook.NewDelivery([]byte(message), "")
	require.NoError(t, err)
	return d.MessageKey()
}

// receiver is a handler under test, with its deliveries and its log.
type receiver struct {
	*webhook.Handler
	URL  string
	dead deadletter.Store

	mu         sync.Mutex
	log        bytes.Buffer
	deliveries []webhook.Delivery
}

func (r *receiver) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.log.Write(p)
}

func (r *receiver) logged() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.log.String()
}

func (r *receiver) note(d webhook.Delivery) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.deliveries = append(r.deliveries, d)
}

func (r *receiver) noted() []webhook.Delivery {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]webhook.Delivery(nil), r.deliveries...)
}

// logIDs are the log IDs of the messages that the handler was called with.
func (r *receiver) logIDs() []string {
	var ids []string
	for _, d := range r.noted() {
		ids = append(ids, d.LogID)
	}
	return ids
}

func (r *receiver) deadLetters(t *testing.T) []deadletter.Message {
	t.Helper()
	var deadLetters []deadletter.Message
	for m, err := range r.dead.Messages(t.Context()) {
		require.NoError(t, err)
		deadLetters = append(deadLetters, m)
	}
	return deadLetters
}

// receive starts a receiver; register adds its handlers, nil one that notes
// every arrival.
func receive(t *testing.T, register func(*webhook.Mux, *receiver), change func(*webhook.Config)) *receiver {
	t.Helper()
	return receiveInto(t, register, func(c *webhook.Config, _ *receiver) {
		if change != nil {
			change(c)
		}
	})
}

// receiveInto is receive for tests that change the receiver too.
func receiveInto(t *testing.T, register func(*webhook.Mux, *receiver), change func(*webhook.Config, *receiver)) *receiver {
	t.Helper()
	r := receiveOffline(t, register, change)
	server := httptest.NewServer(r.Handler)
	t.Cleanup(server.Close)
	r.URL = server.URL
	return r
}

// receiveOffline is receiveInto without a server: in a bubble of synctest, time
// would not pass while one listens.
func receiveOffline(t *testing.T, register func(*webhook.Mux, *receiver), change func(*webhook.Config, *receiver)) *receiver {
	t.Helper()
	r := &receiver{dead: deadletter.Dir(t.TempDir())}
	mux := webhook.NewMux()
	if register == nil {
		register = func(mux *webhook.Mux, r *receiver) {
			webhook.On(mux, func(_ context.Context, d webhook.Delivery, ev *patientadmin.Arrival) error {
				r.note(d)
				return nil
			})
		}
	}
	register(mux, r)
	config := webhook.Config{
		Tokens: []string{token}, DeadLetter: r.dead, Wait: webhook.NoWait,
		Logger: slog.New(slog.NewJSONHandler(r, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	change(&config, r)
	h, err := webhook.NewHandler(mux, config)
	require.NoError(t, err)
	r.Handler = h
	t.Cleanup(func() {
		for _, secret := range append(planted, token) {
			assert.NotContains(t, r.logged(), secret, "in the log")
		}
	})
	return r
}

// answer is what the receiver answered.
type answer struct {
	status  int
	outcome webhook.Result
	header  http.Header
	body    string
}

// post sends a delivery without network.
func (r *receiver) post(body string, header ...string) answer {
	return r.do(http.MethodPost, "/", body, append([]string{"verification-token", token}, header...)...)
}

func (r *receiver) do(method, target, body string, header ...string) answer {
	req := httptest.NewRequest(method, target, strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		req.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	return answer{w.Code, webhook.Result(w.Header().Get(webhook.OutcomeHeader)), w.Header(), w.Body.String()}
}

// eventually waits for something that another goroutine does.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	require.Eventually(t, ok, 10*time.Second, 5*time.Millisecond, what)
}

func feed(t *testing.T, r *receiver, options ...redoxtest.FeedOption) *redoxtest.Feed {
	return redoxtest.NewFeed(t, r.URL, token, options...)
}

// readStatus reads the status of an HTTP/1.1 response.
func readStatus(r io.Reader) (int, error) {
	response, err := http.ReadResponse(bufio.NewReader(r), nil)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}

func hex(n int) string     { return strconv.FormatInt(int64(n), 16) }
func decimal(n int) string { return strconv.Itoa(n) }

func newReader(s string) io.Reader { return strings.NewReader(s) }
