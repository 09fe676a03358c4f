// Package dev is a local Redox that can be looked at: the API for clients in any
// language, a feed to an endpoint, and pages that show both.
package dev

import (
	"context"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/reference"
	"github.com/redoxgen/redoxgen/generator"
	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/redoxapi"
	"github.com/redoxgen/redoxgen/runtime/redoxsim"
)

// Options say what a Server plays.
type Options struct {
	URL      string // under which it is reached
	Password string // for the pages; "" where only this machine reaches them
	Endpoint string // URL that the feed delivers to; "" for none
	Token    string // verification token of the endpoint
	Speed    float64
	JWKS     []byte // keys of clients of any ID, besides the key that is made up

	Inspection *generator.Inspection
	Events     []*redox.EventInfo
	Reference  *reference.Site
	Sample     func(*redox.EventInfo) ([]byte, error)
}

// Server is a local Redox and its pages.
type Server struct {
	options   Options
	api       *redoxapi.Server
	store     *store
	feed      *feed
	events    map[string]*redox.EventInfo
	templates *template.Template
	closing   chan struct{}

	mu           sync.Mutex
	fields       map[string]map[string]*generator.Explanation // by event and path
	destinations []destination
}

// New returns a server. It has to be started before it delivers.
func New(o Options) (*Server, error) {
	if err := checkSpeed(o.Speed); err != nil {
		return nil, err
	}
	s := &Server{
		options: o, store: newStore(),
		events:  map[string]*redox.EventInfo{},
		closing: make(chan struct{}),
		fields:  map[string]map[string]*generator.Explanation{},
	}
	for _, e := range o.Events {
		s.events[e.String()] = e
	}
	s.options.Reference = o.Reference.Under(menu("Reference"))
	s.feed = &feed{store: s.store, speed: o.Speed, verified: errNoEndpoint.Error()}
	if o.Endpoint != "" {
		s.feed.sender, s.feed.verified = redoxsim.NewSender(o.Endpoint, o.Token), "not verified yet"
	}
	var err error
	if s.api, err = redoxapi.New(o.URL, redoxapi.WithEvents(o.Events), redoxapi.WithObserver(s.observe)); err != nil {
		return nil, err
	}
	if o.JWKS != nil {
		if err := s.api.SetKeys(redoxapi.AnyClient, o.JWKS); err != nil {
			return nil, err
		}
	}
	s.templates, err = templates()
	return s, err
}

// OAuth returns the client that was made up, with its key.
func (s *Server) OAuth() auth.OAuth { return s.api.OAuth() }

// Legacy returns the API key and secret that were made up.
func (s *Server) Legacy() auth.Legacy { return s.api.Legacy() }

// shutdown is how long requests may take when the server ends.
const shutdown = 2 * time.Second

// Serve answers what comes, and delivers, until the context ends.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.feed.start(ctx)
	h := &http.Server{Handler: s.Handler(), ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 64 << 10}
	ended := make(chan error, 1)
	go func() { ended <- h.Serve(listener) }()
	var err error
	select {
	case err = <-ended:
		err = fmt.Errorf("the server ended: %w", err)
	case <-ctx.Done():
	}
	cancel()
	close(s.closing)
	s.api.Close()
	last, stop := context.WithTimeout(context.WithoutCancel(ctx), shutdown)
	defer stop()
	if h.Shutdown(last) != nil {
		_ = h.Close() // what still runs is cut
	}
	s.feed.work.Wait()
	return err
}

// Handler answers the API and the pages.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	api := s.record(s.api.Handler())
	for _, path := range []string{"/v2/auth/token", "/auth/", "/endpoint", "/query", "/upload", "/files/"} {
		mux.Handle(path, api)
	}
	mux.Handle("/", s.guard(s.pages()))
	return mux
}
