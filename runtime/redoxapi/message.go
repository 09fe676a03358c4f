package redoxapi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// visit is one request while it is answered.
type visit struct {
	server       *Server
	w            http.ResponseWriter
	r            *http.Request
	request      *Request
	info         *redox.EventInfo
	destinations []redox.Endpoint // with names
}

// serveMessage answers /endpoint and /query. What is wrong is found in the
// order in which Redox would come across it.
func (s *Server) serveMessage(w http.ResponseWriter, r *http.Request) {
	v := &visit{server: s, r: r, request: &Request{Time: s.now(), Path: r.URL.Path}}
	recorded := s.record(*v.request)
	if s.observe != nil {
		defer func() { s.observe(r, *v.request) }()
	}
	// Recorded before it is written, so that a client which has the answer
	// finds the request complete.
	v.w = &statusWriter{ResponseWriter: w, before: func(status int) {
		v.request.Status = status
		if status >= 200 && status < 300 {
			v.request.Accepted = idsOf(v.request.Meta.Destinations)
		}
		s.update(recorded, *v.request)
	}}

	answer := v.gate()
	if answer == nil {
		answer = v.read()
	}
	if answer == nil {
		answer = v.scripted()
	}
	if answer == nil {
		answer = v.check()
	}
	if answer == nil {
		answer = v.route()
	}
	s.update(recorded, *v.request)
	answer.serve(v)
}

// statusWriter calls before with the status before it writes it.
type statusWriter struct {
	http.ResponseWriter
	before  func(status int)
	written bool
}

// WriteHeader calls before and writes the status.
func (w *statusWriter) WriteHeader(status int) {
	if !w.written {
		w.written = true
		w.before(status)
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController through.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// gate checks what comes before the body: rate limit, method, token.
func (v *visit) gate() *Answer {
	s := v.server
	s.mu.Lock()
	limited := s.window != nil && !s.window.take(s.now())
	limit := 0
	if s.window != nil {
		limit = s.window.limit
	}
	s.mu.Unlock()
	if limited {
		return ptr(RateLimited(limit))
	}
	if v.r.Method != http.MethodPost {
		return ptr(PlainText(http.StatusNotFound, "Cannot "+v.r.Method+" "+v.r.URL.Path))
	}
	client, ok := s.authorized(v.r)
	v.request.Client = client
	if !ok {
		_, _ = io.Copy(io.Discard, io.LimitReader(v.r.Body, s.limits.message))
		return ptr(Unauthorized())
	}
	return nil
}

func ptr(a Answer) *Answer { return &a }

// read reads the body.
func (v *visit) read() *Answer {
	limit := v.server.limits.message
	body := bytes.NewBuffer(make([]byte, 0, min(max(v.r.ContentLength, 0), limit)+bytes.MinRead))
	_, err := body.ReadFrom(http.MaxBytesReader(v.w, v.r.Body, limit))
	v.request.Body = body.Bytes()
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return ptr(TooLarge())
	case err != nil:
		return ptr(PlainText(http.StatusBadRequest, "the body ended early"))
	}
	v.identify(v.request.Body)
	return nil
}

// identify finds out which event the message is, and decodes it.
func (v *visit) identify(body []byte) {
	meta, err := redox.PeekMeta(body)
	if err != nil {
		return
	}
	v.request.Meta = meta
	v.request.Event = meta.DataModel + "." + meta.EventType
	v.info = v.server.events[v.request.Event]
	message := redox.Message(new(redox.Unknown))
	if v.info != nil {
		message = v.info.New()
	}
	if report, err := message.DecodeJSON(body); err == nil {
		v.request.Message, v.request.Report = message, report
	}
}

// scripted returns what the server answers whatever comes; nil for nothing.
func (v *visit) scripted() *Answer {
	v.server.mu.Lock()
	defer v.server.mu.Unlock()
	if a, ok := v.server.script.next(); ok {
		return &a
	}
	return nil
}

// check validates the message, whatever its destinations.
func (v *visit) check() *Answer {
	kind, _, err := mime.ParseMediaType(v.r.Header.Get("Content-Type"))
	switch {
	case err != nil || kind != "application/json":
		return ptr(PlainText(http.StatusBadRequest, "Content-Type must be application/json"))
	case v.request.Message == nil:
		return ptr(PlainText(http.StatusBadRequest, "the body is not a JSON object"))
	case v.info == nil:
		return ptr(v.invalid("Meta.EventType"))
	case v.info.Kind != redox.Notification && v.info.Kind != redox.Query:
		return ptr(NoSubscription())
	}
	for violation := range v.request.Report.Errors() {
		return ptr(v.invalid(violation.Path))
	}
	if v.request.Meta.Source.ID == "" && v.server.clientCount() > 1 {
		return ptr(v.invalid("Meta.Source.ID"))
	}
	return nil
}

// clientCount returns how many clients AddClient has made.
func (s *Server) clientCount() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, c := range s.clients {
		if c.made {
			n++
		}
	}
	return n
}

// invalid returns the refusal of a field.
func (v *visit) invalid(path string) Answer {
	text := fmt.Sprintf("%s in %s:%s is missing or not valid", path, v.request.Meta.DataModel, v.request.Meta.EventType)
	return MetaErrors(http.StatusBadRequest, MetaError{ID: 4001, Text: text, Type: "message", Module: "DataModels"})
}

// route finds the destinations and what they say. If some have no route, the
// others have taken the message all the same: the refusal has their logs.
func (v *visit) route() *Answer {
	ids := v.request.Meta.Destinations
	if len(ids) == 0 || v.info.Kind == redox.Query && len(ids) > 1 {
		return ptr(v.invalid("Meta.Destinations"))
	}
	s := v.server
	s.mu.Lock()
	defer s.mu.Unlock()
	answer, refused := ptr(Accepted()), false
	for i, id := range ids {
		d, known := s.destinations[id.ID]
		if len(s.destinations) > 0 && (!known || d.supported != nil && !d.supported.Has(v.request.Event)) {
			refused = true
			continue
		}
		name := "Destination " + strconv.Itoa(i+1)
		if known {
			name = d.name
			if a, scripted := d.next(v.request.Event); scripted {
				answer = &a
			}
		}
		v.destinations = append(v.destinations, redox.Endpoint{ID: id.ID, Name: name})
	}
	if refused {
		v.request.Accepted = idsOf(v.destinations)
		return ptr(NoSubscription())
	}
	return answer
}

func idsOf(destinations []redox.Endpoint) []string {
	var ids []string
	for _, d := range destinations {
		ids = append(ids, d.ID)
	}
	return ids
}
