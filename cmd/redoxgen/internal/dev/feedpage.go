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

// laneView is what a page shows of a lane.
type laneView struct {
	laneState
	Name   string
	Queued int
	First  []waiting // the first of these
	After  int64     // ID of the message that the first one waits for; 0: none
}

// waiting is a message that waits.
type waiting struct {
	ID    int64
	Event string // as Meta says it
	order
}

// shownFirst is how many of the messages that wait a page shows.
const shownFirst = 10

// view returns what the page shows.
func (f *feed) view() (lanes []laneView, verified string, speed float64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, l := range f.lanes {
		v := laneView{laneState: l.laneState, Name: l.name(), Queued: len(l.queue)}
		for _, d := range l.queue[:min(shownFirst, len(l.queue))] {
			v.First = append(v.First, waiting{d.id, d.message.Event(), d.order})
		}
		if len(l.queue) > 0 && f.queued[l.queue[0].after] {
			v.After = l.queue[0].after
		}
		lanes = append(lanes, v)
	}
	return lanes, f.verified, f.speed
}

func (s *Server) feedData() feedData {
	d := feedData{Endpoint: s.endpoint(), Now: time.Now()}
	d.Lanes, d.Verified, d.Speed = s.feed.view()
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
	lane, action := r.PostFormValue("lane"), r.PostFormValue("action")
	var err error
	switch action {
	case "again", "burst":
		err = s.feed.repeat(lane, action == "burst", s.describe)
	default:
		err = s.feed.act(lane, action)
	}
	s.done(w, r, "/feed", err)
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
