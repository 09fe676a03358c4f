package redoxtest

import (
	"net/http/httptest"
	"reflect"
	"time"

	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoxapi"
)

// T is the part of testing.TB that this package uses.
type T interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// Server is a Redox that answers on the local machine, at its URL. Its methods are
// safe for concurrent use, also while it answers.
type Server struct {
	*redoxapi.Server
	http *httptest.Server
}

// Request is a message that the server received, accepted or not.
type Request = redoxapi.Request

// Upload is a file that the server received.
type Upload = redoxapi.Upload

// Destination is a system behind the server. It accepts every message unless its
// methods say otherwise.
type Destination = redoxapi.Destination

// NewServer starts a server that is closed when the test ends.
func NewServer(t T, opts ...Option) *Server {
	t.Helper()
	s, err := Start(opts...)
	if err != nil {
		t.Fatalf("redoxtest: %v", err)
	}
	t.Cleanup(s.Close)
	return s
}

// Start starts a server outside of a test; Close ends it.
func Start(opts ...Option) (*Server, error) {
	srv := httptest.NewUnstartedServer(nil)
	api, err := redoxapi.New("http://"+srv.Listener.Addr().String(), opts...)
	if err != nil {
		srv.Close()
		return nil, err
	}
	srv.Config.Handler = api.Handler()
	srv.Start()
	return &Server{api, srv}, nil
}

// Close ends the server and cuts what is still being answered.
func (s *Server) Close() {
	s.Server.Close()
	s.http.CloseClientConnections()
	s.http.Close()
}

// Option configures a Server.
type Option = redoxapi.Option

// WithClock makes tokens and rate limits go by this clock.
func WithClock(now func() time.Time) Option { return redoxapi.WithClock(now) }

// WithTokenLifetime sets how long tokens last; five minutes otherwise.
func WithTokenLifetime(d time.Duration) Option { return redoxapi.WithTokenLifetime(d) }

// WithEvents adds event types, or replaces those of package generated/all:
// for types generated from your own schemas.
func WithEvents(events ...[]*redox.EventInfo) Option { return redoxapi.WithEvents(events...) }

// WithLimits sets the largest message and upload in bytes, above which the
// server answers 413; 40 MB and 30 MB otherwise.
func WithLimits(message, upload int64) Option { return redoxapi.WithLimits(message, upload) }

// Received returns the messages of one type that were accepted, for all
// destinations or for some, decoded:
//
//	redoxtest.Received[*patientadmin.Arrival](srv)
func Received[M redox.Message](s *Server) []M {
	var got []M
	for _, r := range s.Requests() {
		if len(r.Accepted) == 0 && (r.Status < 200 || r.Status > 299) {
			continue
		}
		if m, ok := decodeAs[M](r); ok {
			got = append(got, m)
		}
	}
	return got
}

// decodeAs returns a request's message as M. The server may know another type
// of the same event, generated elsewhere.
func decodeAs[M redox.Message](r Request) (M, bool) {
	var none M
	if m, ok := r.Message.(M); ok {
		return m, true
	}
	t := reflect.TypeFor[M]()
	if t.Kind() != reflect.Pointer {
		return none, false
	}
	m := reflect.New(t.Elem()).Interface().(M)
	if m.RedoxEvent().String() != r.Event {
		return none, false
	}
	_, err := m.DecodeJSON(r.Body)
	return m, err == nil
}
