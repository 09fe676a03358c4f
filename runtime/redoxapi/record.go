package redoxapi

import (
	"slices"
	"time"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// Request is a message that the server received, accepted or not.
type Request struct {
	Time    time.Time // by the server's clock
	Path    string    // "/endpoint" or "/query"
	Client  string    // the OAuth client's ID, "legacy", or "" without a valid token
	Event   string    // "DataModel.EventType"
	Meta    redox.Meta
	Message redox.Message // decoded; nil if the body was not looked at
	Report  redox.Report  // what is wrong with the message
	Body    []byte
	Status  int // that was answered; 0 if the connection was dropped
	// Accepted are the IDs of the destinations that got the message: all of a
	// message that was accepted, and those with a route of one that was refused
	// because others have none.
	Accepted []string
}

// Upload is a file that the server received.
type Upload struct {
	Time        time.Time
	Client      string
	Name        string
	ContentType string
	Content     []byte
	URI         string // that was given for it
}

// Requests returns what came to /endpoint and /query so far, in order of
// arrival, refused requests included.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	got := make([]Request, len(s.requests))
	for i, r := range s.requests {
		got[i] = *r
	}
	return got
}

// Uploads returns the files that were accepted so far.
func (s *Server) Uploads() []Upload {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.uploads)
}

// Forget discards what was recorded so far.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests, s.uploads, s.tokenCount = nil, nil, 0
}

// record adds a request to those received, and returns it for update.
func (s *Server) record(r Request) *Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.observe == nil {
		s.requests = append(s.requests, &r)
	}
	return &r
}

// update replaces what was recorded of a request.
func (s *Server) update(recorded *Request, r Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*recorded = r
}
