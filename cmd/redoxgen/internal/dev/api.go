package dev

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoxapi"
)

// longestAnswer is how much of an answer is remembered.
const longestAnswer = 64 << 10

// record gives observe what is answered, and answers when that is saved.
func (s *Server) record(api http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := &answer{ResponseWriter: w}
		api.ServeHTTP(a, r.WithContext(context.WithValue(r.Context(), answerKey{}, a)))
		if s.store.save() != nil {
			panic(http.ErrAbortHandler) // there is no answer to what would be lost
		}
		_ = a.FlushError() // the client went away
	})
}

type answerKey struct{}

// answer is a ResponseWriter that remembers what is written, and holds it back until it
// is flushed, or is more than is remembered.
type answer struct {
	http.ResponseWriter
	status int
	text   []byte
	sent   bool
}

// WriteHeader holds back a status.
func (a *answer) WriteHeader(status int) { a.status = cmp.Or(a.status, status) }

// Write holds back the beginning of an answer.
func (a *answer) Write(p []byte) (int, error) {
	kept := min(len(p), longestAnswer-len(a.text))
	a.text = append(a.text, p[:kept]...)
	if a.sent {
		return a.ResponseWriter.Write(p)
	}
	if kept == len(p) {
		return kept, nil
	}
	if err := a.send(); err != nil {
		return 0, err
	}
	n, err := a.ResponseWriter.Write(p[kept:])
	return kept + n, err
}

func (a *answer) send() error {
	a.sent = true
	if a.status != 0 {
		a.ResponseWriter.WriteHeader(a.status)
	}
	_, err := a.ResponseWriter.Write(a.text)
	return err
}

// FlushError sends what was held back.
func (a *answer) FlushError() error {
	if !a.sent {
		if err := a.send(); err != nil {
			return err
		}
	}
	return http.NewResponseController(a.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController through.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// observe remembers a message that was sent to the API.
func (s *Server) observe(r *http.Request, got redoxapi.Request) {
	m := message{
		Direction: toRedox, At: time.Now(), Body: got.Body, Path: got.Path, Client: got.Client, Status: got.Status,
	}
	if a, ok := r.Context().Value(answerKey{}).(*answer); ok {
		m.Answer = a.text
		if meta, err := redox.PeekMeta(a.text); err == nil && len(meta.Logs) > 0 {
			m.LogID = meta.Logs[0].ID
		}
	}
	s.describe(&m)
	s.store.add(m)
}

// describe completes what the list shows of a message.
func (s *Server) describe(m *message) {
	e := s.eventOf(m.Body)
	if e == nil {
		return
	}
	m.Event = e.String()
	if report, err := e.ValidateJSON(m.Body); err == nil {
		m.Errors, m.Warnings = count(report)
	}
}

// eventOf returns the event that a message says it is, or nil if the schemas do not
// know it.
func (s *Server) eventOf(body []byte) *redox.EventInfo {
	meta, err := redox.PeekMeta(body)
	if err != nil {
		return nil
	}
	return s.events[meta.DataModel+"."+meta.EventType]
}

// sendToAPI sends a message to the API of this server as a client does, valid or not.
func (s *Server) sendToAPI(ctx context.Context, body []byte) (status int, err error) {
	token, err := s.accessToken(ctx)
	if err != nil {
		return 0, err
	}
	path := "/endpoint"
	if e := s.eventOf(body); e != nil && e.Kind == redox.Query {
		path = "/query"
	}
	status, _, err = s.post(ctx, path, body, token)
	return status, err
}

func (s *Server) accessToken(ctx context.Context) (string, error) {
	legacy := s.api.Legacy()
	body, err := json.Marshal(map[string]string{"apiKey": legacy.APIKey, "secret": legacy.Secret})
	if err != nil {
		return "", err
	}
	status, text, err := s.post(ctx, "/auth/authenticate", body, "")
	if err != nil {
		return "", err
	}
	var granted struct{ AccessToken string }
	if json.Unmarshal(text, &granted) != nil || granted.AccessToken == "" {
		return "", fmt.Errorf("no access token: status %d", status)
	}
	return granted.AccessToken, nil
}

// sending is how long a message to the API may take.
const sending = 2 * time.Minute

func (s *Server) post(ctx context.Context, path string, body []byte, token string) (int, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, sending)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.options.URL+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil, errors.New("the API gave no answer")
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, longestAnswer))
	return response.StatusCode, text, err
}

// Reason is what the errors in the answer's Meta say, "" if there are none.
func (m message) Reason() string {
	meta, err := redox.PeekMeta(m.Answer)
	if err != nil {
		return ""
	}
	var errs []redoxapi.MetaError
	if json.Unmarshal([]byte(redox.UnknownMember(meta.Object, "Errors")), &errs) != nil {
		return ""
	}
	var texts []string
	for _, e := range errs {
		texts = append(texts, e.Text)
	}
	return strings.Join(texts, "; ")
}
