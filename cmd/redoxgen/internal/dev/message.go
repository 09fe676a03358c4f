package dev

import (
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"

	"github.com/redoxgen/redoxgen/generator"
)

// messageData is what the page of a message shows.
type messageData struct {
	Message message
	Tree    *tree
	Curl    string // lines that send it
	Command string
	Go      string
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
	m, ok := s.remembered(w, r)
	if !ok {
		return
	}
	d := messageData{Message: m, Tree: s.tree(m.Body)}
	if m.Direction == toRedox {
		d.Curl = fmt.Sprintf("curl -X POST %s%s \\\n  -H \"Authorization: Bearer $REDOX_ACCESS_TOKEN\" \\\n  -H 'Content-Type: application/json' \\\n  --data-binary @message.json",
			s.options.URL, m.Path)
		d.Command = fmt.Sprintf("redoxgen send --base-url %s message.json", s.options.URL)
	} else {
		to := quote(s.endpoint())
		d.Curl = fmt.Sprintf("curl -X POST %s \\\n  -H \"verification-token: $REDOX_TOKEN\" \\\n  -H 'Content-Type: application/json' \\\n  --data-binary @message.json", to)
		d.Command = "redoxgen trigger message.json --to " + to
	}
	d.Go = s.goLines(m)
	title := m.Event
	if title == "" {
		title = "Message of an unknown event"
	}
	s.show(w, http.StatusOK, "message.html", page{Title: title, At: "Traffic", Data: d})
}

// quote makes a word of a shell of a text.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// goLines returns Go that sends the message with package client, or receives it.
func (s *Server) goLines(m message) string {
	var e generator.EventDescription
	for _, e = range s.options.Inspection.Events {
		if e.Name() == m.Event {
			break
		}
	}
	if m.Event == "" || e.Name() != m.Event {
		return ""
	}
	typeName := e.GoType[strings.LastIndexByte(e.GoType, '.')+1:]
	goType := path.Base(e.Package) + "." + typeName
	head := fmt.Sprintf("// import %q\n", e.Package)
	decode := fmt.Sprintf("var m %s\nif _, err := m.DecodeJSON(data); err != nil {\n\treturn err\n}\n", goType)
	switch {
	case m.Direction == fromRedox:
		return head + fmt.Sprintf("webhook.On(mux, func(ctx context.Context, d webhook.Delivery, m *%s) error {\n\treturn nil\n})", goType)
	case e.Response != "":
		return head + decode + "response, err := client.Query(ctx, c, &m)"
	default:
		return head + decode + "receipt, err := c.Send(ctx, &m)"
	}
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
