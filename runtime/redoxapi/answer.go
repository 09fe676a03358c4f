package redoxapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// Answer is what the server says to a request.
type Answer struct {
	times int
	serve func(*visit)
}

// Times repeats the answer n times before the next one of a sequence.
func (a Answer) Times(n int) Answer {
	a.times = n
	return a
}

// Accepted accepts a message, and answers a query with an empty response, as the
// server does without a script.
func Accepted() Answer {
	return Answer{serve: func(v *visit) {
		if v.info == nil || v.info.Kind != redox.Query {
			v.write(http.StatusOK, map[string]any{"Meta": v.meta()})
			return
		}
		v.respond(v.emptyResponse())
	}}
}

// Respond answers a query with this message; Meta is filled in as Redox does.
func Respond(response redox.Message) Answer {
	return Answer{serve: func(v *visit) {
		data, err := response.AppendJSON(nil)
		if err != nil {
			v.write(http.StatusInternalServerError, map[string]string{"errorDetail": "redoxapi: the response does not encode"})
			return
		}
		v.respond(members(data))
	}}
}

// RespondJSON answers a query with this JSON object; Meta is filled in.
func RespondJSON(object string) Answer {
	return Answer{serve: func(v *visit) { v.respond(members([]byte(object))) }}
}

// members returns the members of a JSON object.
func members(data []byte) map[string]any {
	raw := map[string]json.RawMessage{}
	_ = json.Unmarshal(data, &raw)
	m := make(map[string]any, len(raw))
	for k, v := range raw {
		m[k] = v
	}
	return m
}

// emptyResponse has the members that the response's schema requires.
func (v *visit) emptyResponse() map[string]any {
	info := v.server.events[v.info.DataModel+"."+v.info.Response]
	if info == nil {
		return map[string]any{}
	}
	data, err := info.New().AppendJSON(nil)
	if err != nil {
		return map[string]any{}
	}
	return members(data)
}

// respond writes the answer to a query. As recorded, its Meta repeats the
// event type of the question.
func (v *visit) respond(m map[string]any) {
	m["Meta"] = v.meta()
	v.write(http.StatusOK, m)
}

// meta is the Meta of an answer: a log per destination.
func (v *visit) meta() map[string]any {
	meta := v.request.Meta
	var destinations, logs []map[string]string
	for _, d := range v.destinations {
		destinations = append(destinations, map[string]string{"ID": d.ID, "Name": d.Name})
		logs = append(logs, map[string]string{"ID": v.server.nextID(), "AttemptID": v.server.nextID()})
	}
	return map[string]any{
		"DataModel":    meta.DataModel,
		"EventType":    meta.EventType,
		"Source":       map[string]string{"ID": meta.Source.ID, "Name": "Source"},
		"Destinations": destinations,
		"Logs":         logs,
	}
}

// countedID returns IDs in the form of UUIDs that count up.
func (s *Server) countedID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	return fmt.Sprintf("00000000-0000-4000-8000-%012x", s.serial)
}

func (v *visit) write(status int, body any) { writeJSON(v.w, status, body) }

func writeJSON(w http.ResponseWriter, status int, body any) {
	data, err := json.Marshal(body)
	if err != nil {
		status, data = http.StatusInternalServerError, []byte(`{"errorDetail":"redoxapi: not JSON"}`)
	}
	writeText(w, status, "application/json; charset=utf-8", string(data))
}

func writeText(w http.ResponseWriter, status int, kind, text string) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}
