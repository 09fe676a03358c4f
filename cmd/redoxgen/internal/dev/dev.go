// Package dev is a local Redox that can be looked at: the API for clients in any
// language, a feed to an endpoint, and pages that show both.
package dev

import (
	"context"
	"encoding/json"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/datafile"
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
	Children int            // child queues of a subscription; 0 is one
	JWKS     []byte         // keys of clients of any ID, besides the key that is made up
	File     *datafile.File // where the state is saved; nil: it is in memory alone

	Inspection *generator.Inspection
	Events     []*redox.EventInfo
	Reference  *reference.Site
	Sample     func(*redox.EventInfo) ([]byte, error)
	Story      func(name string) ([][]byte, error) // of redoxsample.Stories
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
	broken    chan error // has the first error of saving

	mu           sync.Mutex
	schemas      map[string]*eventSchema // by event
	destinations []destination
	keys         []clientKey       // that were registered
	given        []json.RawMessage // keys of Options.JWKS
}

// New returns a server with what is in the file, if there is one. It has to be started
// before it delivers.
func New(o Options) (*Server, error) {
	if err := checkSpeed(o.Speed); err != nil {
		return nil, err
	}
	if o.Children = max(o.Children, 1); o.Children > MaxChildren {
		return nil, fmt.Errorf("there can be %d queues at most", MaxChildren)
	}
	s := &Server{
		options: o, store: newStore(),
		events:  map[string]*redox.EventInfo{},
		closing: make(chan struct{}),
		broken:  make(chan error, 1),
		schemas: map[string]*eventSchema{},
	}
	for _, e := range o.Events {
		s.events[e.String()] = e
	}
	s.options.Reference = o.Reference.Under(menu("Reference"))
	s.feed = &feed{
		store: s.store, speed: o.Speed, children: o.Children, verified: errNoEndpoint.Error(),
		subscriptions: map[string]*subscription{}, queued: map[int64]bool{},
	}
	if o.Endpoint != "" {
		s.feed.sender, s.feed.verified = redoxsim.NewSender(o.Endpoint, o.Token), "not verified yet"
	}
	var err error
	s.api, err = redoxapi.New(o.URL, redoxapi.WithEvents(o.Events), redoxapi.WithObserver(s.observe), redoxapi.WithIDs(redoxsim.NewID))
	if err != nil {
		return nil, err
	}
	if o.JWKS != nil {
		if err := s.api.SetKeys(redoxapi.AnyClient, o.JWKS); err != nil {
			return nil, err
		}
		s.given = jwksOf(o.JWKS)
	}
	if o.File != nil {
		if err := s.restore(o.File); err != nil {
			return nil, err
		}
	}
	s.templates, err = templates()
	return s, err
}

// restore takes up what is in the file, and saves to it from then on.
func (s *Server) restore(file *datafile.File) error {
	if err := s.store.load(file, s.breakDown, s.restoreValue); err != nil {
		return err
	}
	return s.feed.restoreQueues()
}

// restoreValue takes up what is of no message.
func (s *Server) restoreValue(key string, value []byte) error {
	switch {
	case strings.HasPrefix(key, keyLane):
		return s.feed.restoreLane(value)
	case strings.HasPrefix(key, keyDestination):
		var d destination
		if err := json.Unmarshal(value, &d); err != nil {
			return err
		}
		if err := s.changeDestination(d); err != nil {
			return fmt.Errorf("destination %s: %w", d.ID, err) // the schemas may be others
		}
		return nil
	case strings.HasPrefix(key, keyClientKey):
		var k clientKey
		if err := json.Unmarshal(value, &k); err != nil {
			return err
		}
		return s.addKeys([]clientKey{k})
	default:
		return fmt.Errorf("it has %q, which this redoxgen does not know", key)
	}
}

// breakDown ends the server, which cannot keep its promise to remember.
func (s *Server) breakDown(err error) {
	select {
	case s.broken <- err:
	default:
	}
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
	case err = <-s.broken:
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
	if err == nil {
		err = s.store.save()
	}
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
