package dev

import (
	"errors"
	"net/http"
	"strconv"
	"time"
)

// feedData is what the page of the feed shows.
type feedData struct {
	Endpoint string
	Verified string
	Speed    float64
	Lanes    []laneView
	Now      time.Time
}

func (s *Server) feedData() feedData {
	d := feedData{Endpoint: s.endpoint(), Now: time.Now()}
	d.Lanes, d.Verified, d.Speed = s.feed.state()
	return d
}

func (s *Server) feedPage(w http.ResponseWriter, _ *http.Request) {
	s.show(w, http.StatusOK, "feed.html", page{Title: "Feed", At: "Feed", Data: s.feedData()})
}

// feedLanes is the part of the page that changes.
func (s *Server) feedLanes(w http.ResponseWriter, _ *http.Request) {
	s.show(w, http.StatusOK, "lanes", page{Data: s.feedData()})
}

func (s *Server) laneAction(w http.ResponseWriter, r *http.Request) {
	s.done(w, r, "/feed", s.feed.act(r.PostFormValue("lane"), r.PostFormValue("action")))
}

func (s *Server) speedAction(w http.ResponseWriter, r *http.Request) {
	speed, err := strconv.ParseFloat(r.PostFormValue("speed"), 64)
	if err != nil {
		err = errors.New("the speed is no number")
	} else {
		err = s.feed.setSpeed(speed)
	}
	s.done(w, r, "/feed", err)
}

func (s *Server) verifyAction(w http.ResponseWriter, r *http.Request) {
	s.feed.verify(r.Context())
	s.done(w, r, "/feed", nil)
}

// done leads back to a page after an action, or says why it was not taken.
func (s *Server) done(w http.ResponseWriter, r *http.Request, to string, err error) {
	if err != nil {
		s.refuse(w, err)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}
