package redoxapi

import (
	"net/http"
	"sync"
	"time"

	"github.com/redoxgen/redoxgen/generated/all"
	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/client"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// Server answers as Redox does. Serve its Handler at its URL. Its methods are safe
// for concurrent use, also while it answers.
type Server struct {
	URL string // base URL of the API

	observe  func(*http.Request, Request)
	now      func() time.Time
	events   map[string]*redox.EventInfo // by "DataModel.EventType"
	lifetime time.Duration               // of tokens
	limits   limits
	nextID   func() string
	closing  chan struct{}

	mu           sync.Mutex
	clients      map[string]*apiClient
	firstClient  auth.OAuth
	legacy       auth.Legacy
	tokens       map[string]grant
	seen         map[string]time.Time // IDs of assertions, until they expire
	refresh      map[string]bool      // refresh tokens
	tokenCount   int
	destinations map[string]*Destination
	script       script // for every message
	tokenScript  script
	uploadScript script
	window       *window // nil: no rate limit
	requests     []*Request
	uploads      []Upload
	serial       int
}

type limits struct{ message, upload int64 }

// Option configures a Server.
type Option func(*Server)

// WithClock makes tokens and rate limits go by this clock.
func WithClock(now func() time.Time) Option { return func(s *Server) { s.now = now } }

// WithTokenLifetime sets how long tokens last; five minutes otherwise.
func WithTokenLifetime(d time.Duration) Option { return func(s *Server) { s.lifetime = d } }

// WithEvents adds event types, or replaces those of package generated/all:
// for types generated from your own schemas.
func WithEvents(events ...[]*redox.EventInfo) Option {
	return func(s *Server) {
		for _, list := range events {
			s.addEvents(list)
		}
	}
}

// WithLimits sets the largest message and upload in bytes, above which the
// server answers 413; 40 MB and 30 MB otherwise.
func WithLimits(message, upload int64) Option {
	return func(s *Server) { s.limits = limits{message: message, upload: upload} }
}

// WithObserver gives every message to observe when it was answered, with the HTTP request
// that it came with, in place of recording it for Requests and Received. Of uploads
// the server then keeps no more than 64 MB, the newest. It is for servers that run on.
func WithObserver(observe func(*http.Request, Request)) Option {
	return func(s *Server) { s.observe = observe }
}

// WithIDs makes the server take the IDs of logs and attempts from next. Otherwise they
// count up, so that tests can tell them apart, and begin anew with each server.
func WithIDs(next func() string) Option { return func(s *Server) { s.nextID = next } }

// New returns a server whose Handler is to be served at the URL.
func New(url string, opts ...Option) (*Server, error) {
	const mb = 1 << 20
	s := &Server{
		URL:          url,
		now:          time.Now,
		events:       map[string]*redox.EventInfo{},
		lifetime:     5 * time.Minute,
		limits:       limits{message: 40 * mb, upload: 30 * mb},
		closing:      make(chan struct{}),
		clients:      map[string]*apiClient{},
		tokens:       map[string]grant{},
		seen:         map[string]time.Time{},
		refresh:      map[string]bool{},
		destinations: map[string]*Destination{},
	}
	s.nextID = s.countedID
	s.addEvents(all.Events())
	for _, set := range opts {
		set(s)
	}
	s.legacy = auth.Legacy{APIKey: newSecret("key"), Secret: newSecret("secret"), BaseURL: s.URL}
	first, err := s.AddClient("redoxgen")
	s.firstClient = first
	return s, err
}

// Close ends what answers wait for.
func (s *Server) Close() {
	s.mu.Lock()
	select {
	case <-s.closing:
	default:
		close(s.closing)
	}
	s.mu.Unlock()
}

func (s *Server) addEvents(list []*redox.EventInfo) {
	for _, e := range list {
		s.events[e.String()] = e
	}
}

// Handler answers what a client of the API asks.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc(tokenPath, s.serveToken)
	mux.HandleFunc("/auth/authenticate", s.serveLegacy)
	mux.HandleFunc("/auth/refreshToken", s.serveLegacy)
	mux.HandleFunc("/endpoint", s.serveMessage)
	mux.HandleFunc("/query", s.serveMessage)
	mux.HandleFunc("/upload", s.serveUpload)
	mux.HandleFunc(filesPath, s.serveFile)
	return mux
}

// Config returns a configuration for a client of this server, with OAuth
// credentials, and with pauses between retries that suit tests.
func (s *Server) Config() client.Config {
	return client.Config{
		Auth:      s.OAuth(),
		BaseURL:   s.URL,
		UploadURL: s.UploadURL(),
		Retry:     client.Retry{First: time.Millisecond, Max: 20 * time.Millisecond},
		Rate:      client.Rate{Requests: 1_000_000, Per: time.Second},
	}
}

// UploadURL returns the URL to which the server takes uploads.
func (s *Server) UploadURL() string { return s.URL + "/upload" }

// TokenURL returns the URL at which the server issues tokens to OAuth clients.
func (s *Server) TokenURL() string { return s.URL + tokenPath }

// Destination returns the destination of that ID. Once there is one, messages
// to others have no route; before that, every destination accepts everything.
func (s *Server) Destination(id string) *Destination {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.destinations[id]
	if d == nil {
		d = &Destination{server: s, id: id, name: "Destination " + id, byEvent: map[string]*script{}}
		s.destinations[id] = d
	}
	return d
}

// RemoveDestination removes a destination. Without any, every destination accepts
// everything again.
func (s *Server) RemoveDestination(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.destinations, id)
}

// Answers makes the server give one answer after the other to whatever message
// comes, before it looks at it. After the last one it answers as usual.
func (s *Server) Answers(answers ...Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script = script{answers: answers, once: true}
}

// TokenAnswers is Answers for requests for a token.
func (s *Server) TokenAnswers(answers ...Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokenScript = script{answers: answers, once: true}
}

// UploadAnswers is Answers for uploads.
func (s *Server) UploadAnswers(answers ...Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.uploadScript = script{answers: answers, once: true}
}

// RateLimit makes the server answer 429 to more than n requests in any period
// of that length.
func (s *Server) RateLimit(n int, per time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.window = &window{limit: n, per: per}
}

// window is a rolling rate limit.
type window struct {
	limit int
	per   time.Duration
	times []time.Time
}

// take reports whether there is room for a request now. Refused ones do not count.
func (w *window) take(now time.Time) bool {
	for len(w.times) > 0 && now.Sub(w.times[0]) >= w.per {
		w.times = w.times[1:]
	}
	if len(w.times) >= w.limit {
		return false
	}
	w.times = append(w.times, now)
	return true
}
