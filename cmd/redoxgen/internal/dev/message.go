package dev

import (
	"fmt"
	"net/http"
	"strconv"
)

// messageData is what the page of a message shows.
type messageData struct {
	Message message
	Change  int64 // the last one that the page has
	Tree    *tree
	Lines   lines
}

// remembered returns the message that a path names, or answers that there is none.
func (s *Server) remembered(w http.ResponseWriter, r *http.Request) (message, bool) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	m, ok := s.store.get(id)
	if err != nil || !ok {
		s.show(w, http.StatusNotFound, "refused.html", page{Title: "There is no such message", Notice: "Only the newest messages are remembered."})
		return m, false
	}
	return m, true
}

func (s *Server) message(w http.ResponseWriter, r *http.Request) {
	_, change := s.store.since(1<<62, 0)
	m, ok := s.remembered(w, r)
	if !ok {
		return
	}
	d := messageData{Message: m, Change: change, Tree: s.tree(m.Body), Lines: s.linesOf(m)}
	title := m.Event
	if title == "" {
		title = "Message of an unknown event"
	}
	s.show(w, http.StatusOK, "message.html", page{Title: title, At: "Traffic", Data: d})
}

// body gives the message as it is.
func (s *Server) body(w http.ResponseWriter, r *http.Request) {
	m, ok := s.remembered(w, r)
	if !ok {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="message.json"`)
	_, _ = w.Write(m.Body)
}

// again delivers a message again, with the same log ID.
func (s *Server) again(w http.ResponseWriter, r *http.Request) {
	m, ok := s.remembered(w, r)
	if !ok {
		return
	}
	b := batch{bodies: [][]byte{m.Body}, order: order{Times: 1}}
	if m.Direction == fromRedox {
		b.logID = m.LogID
	}
	ids, err := s.feed.deliver(b, s.describe)
	if err != nil {
		s.refuse(w, err)
		return
	}
	http.Redirect(w, r, fmt.Sprintf("/messages/%d", ids[0]), http.StatusSeeOther)
}
