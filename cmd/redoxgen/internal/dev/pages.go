package dev

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/reference"
	"github.com/redoxgen/redoxgen/runtime/redoxsample"
	"github.com/redoxgen/redoxgen/runtime/redoxsim"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

//go:embed assets
var assets embed.FS

func templates() (*template.Template, error) {
	t := template.New("").Funcs(template.FuncMap{
		"menu":    menu,
		"stories": redoxsample.Stories,
		"clock":   func(t time.Time) string { return t.Format("15:04:05.000") },
		"ms":      func(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) },
		"text":    func(b []byte) string { return shortened(string(b)) },
		"typical": typical,
		"checked": func(c checkData) page { return page{Data: c} },
		"result":  func(a redoxsim.Attempt) string { return string(webhook.ResultOf(a.Header)) },
		"advice":  func(a redoxsim.Attempt) string { return webhook.Advice(a.Status, a.Header) },
	})
	return t.ParseFS(assets, "assets/*.html")
}

// typical qualifies a counterpart, which differs from one organization to the next.
func typical(counterpart string) string {
	if counterpart == "none" {
		return counterpart
	}
	return "typically " + counterpart
}

// menu leads to every page. at is the entry that is shown.
func menu(at string) []reference.Link {
	list := []reference.Link{
		{Text: "Traffic", To: "/"}, {Text: "Feed", To: "/feed"}, {Text: "Compose", To: "/compose"},
		{Text: "Destinations", To: "/destinations"}, {Text: "Settings", To: "/settings"},
		{Text: "Reference", To: "/reference/index.html"},
	}
	for i := range list {
		list[i].Current = list[i].Text == at
	}
	return list
}

// page is what a template gets.
type page struct {
	Title  string
	At     string // which entry of the menu it belongs to
	Data   any
	Events []string // that there are schemas for
	Notice string   // what the last action could not do
}

// pages are the handlers of what a browser asks for.
func (s *Server) pages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.traffic)
	mux.HandleFunc("GET /live", s.live)
	mux.HandleFunc("GET /messages/{id}", s.message)
	mux.HandleFunc("GET /messages/{id}/message.json", s.body)
	mux.HandleFunc("POST /messages/{id}/again", s.again)
	mux.HandleFunc("GET /feed", s.feedPage)
	mux.HandleFunc("GET /feed/lanes", s.feedLanes)
	mux.HandleFunc("POST /feed/lane", s.laneAction)
	mux.HandleFunc("POST /feed/speed", s.speedAction)
	mux.HandleFunc("POST /feed/verify", s.verifyAction)
	mux.HandleFunc("GET /compose", s.composePage)
	mux.HandleFunc("POST /compose", s.editPage)
	mux.HandleFunc("POST /compose/check", s.check)
	mux.HandleFunc("POST /compose/send", s.send)
	mux.HandleFunc("POST /compose/story", s.tellStory)
	mux.HandleFunc("GET /destinations", s.destinationsPage)
	mux.HandleFunc("POST /destinations", s.setDestination)
	mux.HandleFunc("POST /destinations/remove", s.removeDestination)
	mux.HandleFunc("GET /settings", s.settingsPage)
	mux.HandleFunc("POST /settings/keys", s.registerKeys)
	mux.HandleFunc("POST /settings/keys/remove", s.removeKey)
	mux.HandleFunc("GET /reference/{path...}", s.reference)
	mux.HandleFunc("GET /assets/{name}", s.asset)
	return mux
}

// show writes a page.
func (s *Server) show(w http.ResponseWriter, status int, name string, p page) {
	p.Events = s.eventNames()
	var b bytes.Buffer
	if err := s.templates.ExecuteTemplate(&b, name, p); err != nil {
		http.Error(w, "The page could not be made.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

func (s *Server) eventNames() []string {
	names := make([]string, 0, len(s.options.Events))
	for _, e := range s.options.Events {
		names = append(names, e.String())
	}
	slices.Sort(names)
	return names
}

// refuse says why an action was not taken.
func (s *Server) refuse(w http.ResponseWriter, err error) {
	status := http.StatusBadRequest
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		status = http.StatusRequestEntityTooLarge
	}
	s.show(w, status, "refused.html", page{Title: "Not done", Notice: err.Error()})
}

// perPage is how many messages the list shows at once.
const perPage = 200

// trafficData is what the list shows.
type trafficData struct {
	Messages []message
	Event    string
	Change   int64 // the last one that the list has
	Older    string
	Settings settings
}

// settings are what a client needs.
type settings struct {
	URL, TokenURL, Endpoint string
}

func (s *Server) traffic(w http.ResponseWriter, r *http.Request) {
	event := r.FormValue("event")
	before, _ := strconv.ParseInt(r.FormValue("before"), 10, 64) // what is no number starts at the newest
	d := trafficData{Event: event, Settings: settings{s.options.URL, s.api.TokenURL(), s.endpoint()}}
	_, d.Change = s.store.since(1<<62, 0)
	var more bool
	if d.Messages, more = s.store.list(event, before, perPage); more {
		oldest := d.Messages[len(d.Messages)-1].ID
		d.Older = "/?" + url.Values{"event": {event}, "before": {strconv.FormatInt(oldest, 10)}}.Encode()
	}
	if before != 0 {
		d.Change = -1 // an older page does not change
	}
	s.show(w, http.StatusOK, "traffic.html", page{Title: "Traffic", At: "Traffic", Data: d})
}

// live sends rows of the list as they change.
func (s *Server) live(w http.ResponseWriter, r *http.Request) {
	last := r.Header.Get("Last-Event-ID")
	if last == "" {
		last = r.FormValue("since")
	}
	change, _ := strconv.ParseInt(last, 10, 64)
	changes, stop := s.store.listen()
	defer stop()
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	for {
		var list []message
		list, change = s.store.since(change, perPage)
		for _, m := range list {
			var b bytes.Buffer
			if s.templates.ExecuteTemplate(&b, "row", m) != nil {
				return
			}
			row := strings.ReplaceAll(strings.TrimSpace(b.String()), "\n", "\ndata: ")
			if _, err := fmt.Fprintf(w, "id: %d\ndata: %s\n\n", m.change, strings.ReplaceAll(row, "\r", "")); err != nil {
				return
			}
		}
		if len(list) == 0 {
			_, _ = fmt.Fprint(w, ": nothing new\n\n")
		}
		if out.Flush() != nil {
			return
		}
		select {
		case <-changes:
		case <-r.Context().Done():
			return
		case <-s.closing:
			return
		}
		time.Sleep(liveEvery)
	}
}

// liveEvery is how often the list changes at most.
const liveEvery = 50 * time.Millisecond

func (s *Server) reference(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("path")
	if name == "" {
		name = "index.html"
	}
	data, err := s.options.Reference.File(name)
	switch {
	case err != nil:
		http.Error(w, "The page could not be made.", http.StatusInternalServerError)
	case data == nil:
		http.NotFound(w, r)
	default:
		w.Header().Set("Content-Type", reference.ContentType(name))
		_, _ = w.Write(data)
	}
}

func (s *Server) asset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	data, err := assets.ReadFile("assets/" + name)
	if err != nil || strings.HasSuffix(name, ".html") {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", reference.ContentType(name))
	_, _ = w.Write(data)
}
