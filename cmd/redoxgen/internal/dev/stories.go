package dev

import "net/http"

// tellStory delivers the messages of a story to the endpoint, one after the other.
func (s *Server) tellStory(w http.ResponseWriter, r *http.Request) {
	bodies, err := s.options.Story(r.PostFormValue("story"))
	if err == nil {
		_, err = s.feed.deliver(batch{bodies: bodies, order: order{Times: 1}, inTurn: true}, s.describe)
	}
	s.done(w, r, "/feed", err)
}
