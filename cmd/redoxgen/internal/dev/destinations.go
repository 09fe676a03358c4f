package dev

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/redoxgen/redoxgen/runtime/redoxapi"
)

// maxDestinations is how many destinations there can be.
const maxDestinations = 200

// destination is a system behind the API, as the page shows it.
type destination struct {
	ID, Name string
	Supports string // patterns of events; "" is everything
	Behavior string // key of behaviors
}

// behavior is a way to answer.
type behavior struct {
	Key, Text string
	answer    func() redoxapi.Answer
}

// slowness is how long a slow destination takes.
const slowness = 5 * time.Second

// behaviors are the ways in which a destination can answer.
var behaviors = []behavior{
	{"accepts", "accepts, and answers queries without content", redoxapi.Accepted},
	{"no-match", "finds no match", redoxapi.NoMatch},
	{"several-matches", "finds several matches", func() redoxapi.Answer { return redoxapi.SeveralMatches("0000000001", "0000000002") }},
	{"rejected", "rejects the order", redoxapi.OrderRejected},
	{"down", "is down", redoxapi.DestinationDown},
	{"slow", "is slow: 5 seconds", func() redoxapi.Answer { return redoxapi.Slow(slowness) }},
	{"rate-limited", "Redox limits the rate (429)", func() redoxapi.Answer { return redoxapi.RateLimited(100) }},
	{"gateway-error", "the gateway fails (502)", redoxapi.BadGateway},
	{"gateway-timeout", "the gateway gives up (504)", redoxapi.GatewayTimeout},
	{"internal-error", "Redox fails (500)", redoxapi.InternalError},
	{"answer-lost", "the connection breaks before the answer", redoxapi.Dropped},
	{"answer-cut", "the connection breaks in the middle of the answer", redoxapi.CutOff},
}

// destinationForm is the form with which a destination is changed, or added.
type destinationForm struct {
	destination
	N         int
	Behaviors []behavior
}

func (s *Server) destinationsPage(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	var d []page
	for i, known := range s.destinations {
		d = append(d, page{Title: known.Name, Data: destinationForm{known, i, behaviors}})
	}
	s.mu.Unlock()
	d = append(d, page{Title: "Another destination", Data: destinationForm{N: len(d), Behaviors: behaviors}})
	s.show(w, http.StatusOK, "destinations.html", page{Title: "Destinations", At: "Destinations", Data: d})
}

// setDestination adds a destination, or changes what one does.
func (s *Server) setDestination(w http.ResponseWriter, r *http.Request) {
	err := s.changeDestination(destination{
		ID: strings.TrimSpace(r.PostFormValue("id")), Name: strings.TrimSpace(r.PostFormValue("name")),
		Supports: strings.TrimSpace(r.PostFormValue("supports")), Behavior: r.PostFormValue("behavior"),
	})
	if err == nil {
		err = s.store.save()
	}
	s.done(w, r, "/destinations", err)
}

func (s *Server) changeDestination(d destination) error {
	at := slices.IndexFunc(behaviors, func(b behavior) bool { return b.Key == cmp.Or(d.Behavior, behaviors[0].Key) })
	switch {
	case d.ID == "":
		return errors.New("the destination needs an ID, as in Meta.Destinations")
	case len(d.ID)+len(d.Name)+len(d.Supports) > 4096:
		return errors.New("that is too long")
	case at < 0:
		return errors.New("there is no such way to answer")
	}
	d.Behavior = behaviors[at].Key
	d.Name = cmp.Or(d.Name, "Destination "+d.ID)
	patterns, err := s.patterns(d.Supports)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.destinations, func(other destination) bool { return other.ID == d.ID })
	switch {
	case i >= 0:
		s.destinations[i] = d
	case len(s.destinations) >= maxDestinations:
		return fmt.Errorf("there are %d destinations already", maxDestinations)
	default:
		s.destinations = append(s.destinations, d)
	}
	s.api.Destination(d.ID).Named(d.Name).Supports(patterns...).Answers(behaviors[at].answer())
	s.store.set(keyDestination+d.ID, d)
	return nil
}

// removeDestination removes a destination.
func (s *Server) removeDestination(w http.ResponseWriter, r *http.Request) {
	err := s.dropDestination(r.PostFormValue("id"))
	if err == nil {
		err = s.store.save()
	}
	s.done(w, r, "/destinations", err)
}

func (s *Server) dropDestination(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.destinations, func(d destination) bool { return d.ID == id })
	if i < 0 {
		return errors.New("there is no such destination")
	}
	s.destinations = slices.Delete(s.destinations, i, i+1)
	s.api.RemoveDestination(id)
	s.store.set(keyDestination+id, nil)
	return nil
}

// patterns returns the events that a destination supports, as Supports takes them.
func (s *Server) patterns(text string) ([]string, error) {
	var list []string
	for pattern := range strings.SplitSeq(text, ",") {
		pattern = strings.TrimSpace(pattern)
		if pattern == "" {
			continue
		}
		model, all := strings.CutSuffix(pattern, ".*")
		if s.events[pattern] == nil && !(all && slices.ContainsFunc(s.eventNames(), func(e string) bool { return strings.HasPrefix(e, model+".") })) {
			return nil, errors.New("supports must be events such as PatientAdmin.Arrival, or PatientAdmin.*, with commas between")
		}
		list = append(list, pattern)
	}
	if list == nil {
		list = []string{"*"}
	}
	return list, nil
}
