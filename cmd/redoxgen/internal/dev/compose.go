package dev

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/jsontree"
	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/locate"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// composeData is what the page shows.
type composeData struct {
	Event    string
	Text     string
	Check    checkData
	Form     *form // nil: the message is edited as JSON
	NoForm   bool  // it cannot be edited as a form
	Endpoint bool  // there is one to deliver to
}

// checkData is what is wrong with a message that is edited.
type checkData struct {
	Event   string
	Problem string // why it cannot be validated
	List    []placed
}

// placed is a violation and where it is in the text.
type placed struct {
	redox.Violation
	Line, Col int
}

// composePage shows a message to edit: a sample of an event, or one that was sent.
func (s *Server) composePage(w http.ResponseWriter, r *http.Request) {
	event := r.FormValue("event")
	var text []byte
	if id, err := strconv.ParseInt(r.FormValue("from"), 10, 64); err == nil {
		if m, ok := s.store.get(id); ok {
			text, event = m.Body, m.Event
		}
	} else {
		if event == "" {
			event = s.eventNames()[0]
		}
		e := s.events[event]
		if e == nil {
			s.refuse(w, errors.New("there is no schema for that event"))
			return
		}
		if text, err = s.options.Sample(e); err != nil {
			s.refuse(w, err)
			return
		}
	}
	s.showMessage(w, text, event, r.FormValue("view"), "")
}

// editPage shows a message that is edited: in the other view, with an element more or
// less, or with what is wrong with it.
func (s *Server) editPage(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.refuse(w, err)
		return
	}
	text, added := s.edited(r.PostForm)
	event := ""
	if e := s.eventOf(text); e != nil {
		event = e.String()
	}
	view := r.PostForm.Get("view")
	if view == "" && r.PostForm.Has("fields") {
		view = viewForm // its own buttons do not name it
	}
	s.showMessage(w, text, event, view, added)
}

// showMessage shows a message in a view, viewForm or any other for JSON. added is the
// pointer of an element to go to.
func (s *Server) showMessage(w http.ResponseWriter, text []byte, event, view, added string) {
	var b bytes.Buffer
	if json.Indent(&b, text, "", "  ") == nil {
		text = b.Bytes()
	}
	d := composeData{Event: event, Text: string(text), Check: s.checkText(text), Endpoint: s.feed.sender != nil}
	if view == viewForm {
		if message, err := jsontree.Parse(text); err == nil {
			d.Form = s.formOf(d.Check.Event, message, d.Check, added)
		}
		d.NoForm = d.Form == nil
	}
	s.show(w, http.StatusOK, "compose.html", page{Title: "Compose", At: "Compose", Data: d})
}

// viewForm is the view of a message as a form.
const viewForm = "form"

// checkText returns what is wrong with a message.
func (s *Server) checkText(text []byte) checkData {
	var syntax *redox.SyntaxError
	if _, err := redox.PeekMeta(text); errors.As(err, &syntax) {
		return checkData{Problem: fmt.Sprintf("Line %d, column %d: not a JSON object: %s", syntax.Line, syntax.Col, syntax.Reason)}
	}
	e := s.eventOf(text)
	if e == nil {
		return checkData{Problem: "There is no schema for the event that Meta.DataModel and Meta.EventType name."}
	}
	d := checkData{Event: e.String()}
	report, err := e.ValidateJSON(text)
	if err != nil {
		d.Problem = err.Error()
		return d
	}
	var paths []string
	for v := range report.All() {
		d.List, paths = append(d.List, placed{Violation: v}), append(paths, v.Path)
	}
	if len(paths) == 0 {
		return d
	}
	for i, offset := range locate.Paths(text, paths) {
		before := text[:offset]
		d.List[i].Line = bytes.Count(before, []byte("\n")) + 1
		d.List[i].Col = offset - bytes.LastIndexByte(before, '\n')
	}
	return d
}

// check validates a message while it is edited.
func (s *Server) check(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.refuse(w, err)
		return
	}
	text, _ := s.edited(r.PostForm)
	s.show(w, http.StatusOK, "check", page{Data: s.checkText(text)})
}

// maxBurst is how many messages one click delivers at most.
const maxBurst = 1_000

// send sends a message to the endpoint or to the API, once or in a burst.
func (s *Server) send(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.refuse(w, err)
		return
	}
	body, _ := s.edited(r.PostForm)
	if r.PostFormValue("to") == "api" {
		if _, err := s.sendToAPI(r.Context(), body); err != nil {
			s.refuse(w, err)
			return
		}
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	n, err := strconv.Atoi(r.PostFormValue("times"))
	if r.PostFormValue("times") == "" {
		n, err = 1, nil
	}
	if err != nil || n < 1 || n > maxBurst {
		s.refuse(w, fmt.Errorf("how many must be from 1 to %d", maxBurst))
		return
	}
	b := batch{bodies: slices.Repeat([][]byte{body}, n), order: order{
		Times: 1, AnswerLost: r.PostForm.Has("lost"), NewerSchema: r.PostForm.Has("newer"),
	}}
	if r.PostForm.Has("twice") {
		b.Times = 2
	}
	ids, err := s.feed.deliver(b, s.describe)
	if err != nil {
		s.refuse(w, err)
		return
	}
	to := "/feed"
	if n == 1 {
		to = fmt.Sprintf("/messages/%d", ids[0])
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}
