// Package reference makes the pages that explain every event, type and field of the
// schemas. They need no server: links are relative, and the search runs in the browser.
package reference

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"path"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator"
)

//go:embed assets
var assets embed.FS

// Site is the reference of some schemas. Its pages are made when they are asked for.
type Site struct {
	inspection *generator.Inspection
	example    func(event string) []byte
	templates  *template.Template
	events     map[string]generator.EventDescription // by path
	types      map[string]generator.TypeDescription  // by path
	fixed      map[string][]byte                     // what is no page, by path
	menu       []Link
}

// Link is an entry of a menu.
type Link struct {
	Text, To string
	Current  bool // it leads to what is shown
}

// Under returns the site with the menu of the server that it is a part of.
func (s *Site) Under(menu []Link) *Site {
	c := *s
	c.menu = menu
	return &c
}

// New returns the reference of what was inspected. example returns a message of an event
// as indented JSON, or nil if there is none.
func New(x *generator.Inspection, example func(event string) []byte) (*Site, error) {
	s := &Site{
		inspection: x, example: example,
		events: make(map[string]generator.EventDescription),
		types:  make(map[string]generator.TypeDescription),
		fixed:  make(map[string][]byte),
	}
	for _, e := range x.Events {
		s.events[EventPath(e.Name())] = e
	}
	for _, t := range x.Types() {
		s.types[typePath(t.GoType)] = t
	}
	var err error
	s.templates, err = template.New("").Funcs(s.functions()).ParseFS(assets, "assets/*.html")
	if err != nil {
		return nil, fmt.Errorf("templates of the reference: %w", err)
	}
	for _, name := range []string{"style.css", "search.js"} {
		if s.fixed[name], err = assets.ReadFile("assets/" + name); err != nil {
			return nil, err
		}
	}
	s.fixed["index.js"], err = s.index()
	return s, err
}

// indexPath is the path of the first page.
const indexPath = "index.html"

// EventPath returns the path of an event's page, by its wire name.
func EventPath(name string) string { return "events/" + strings.ReplaceAll(name, " ", "") + ".html" }

func typePath(goType string) string { return "types/" + goType + ".html" }

// Paths returns the paths of all files of the site, sorted.
func (s *Site) Paths() []string {
	paths := []string{indexPath}
	for p := range s.fixed {
		paths = append(paths, p)
	}
	for p := range s.events {
		paths = append(paths, p)
	}
	for p := range s.types {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	return paths
}

// File returns the file at a path, or nil if there is none.
func (s *Site) File(name string) ([]byte, error) {
	if data := s.fixed[name]; data != nil {
		return data, nil
	}
	if name == indexPath {
		return s.page("index", page{Title: "Redox data models", Data: s.models()})
	}
	if e, ok := s.events[name]; ok {
		return s.eventPage(e)
	}
	if t, ok := s.types[name]; ok {
		return s.page("type", page{Title: t.GoType, Root: "../", Data: t})
	}
	return nil, nil
}

// page is what a template gets.
type page struct {
	Title string
	Root  string // relative path of the site's root, with a slash; "" on the first page
	Menu  []Link
	Data  any
}

func (s *Site) page(name string, p page) ([]byte, error) {
	p.Menu = s.menu
	var b bytes.Buffer
	if err := s.templates.ExecuteTemplate(&b, name+".html", p); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// dataModel is a data model on the first page.
type dataModel struct {
	Name   string
	Events []*generator.Explanation
	Types  []generator.TypeDescription
}

// models lists the data models with their events and types; types that several share
// come last.
func (s *Site) models() []dataModel {
	byPackage := make(map[string]*dataModel)
	var list []*dataModel
	of := func(goType, name string) *dataModel {
		key, _, _ := strings.Cut(goType, ".")
		if byPackage[key] == nil {
			byPackage[key] = &dataModel{Name: name}
			list = append(list, byPackage[key])
		}
		return byPackage[key]
	}
	for _, e := range s.inspection.Events {
		m := of(e.GoType, e.DataModel)
		if x, err := s.inspection.Explain(e.Name()); err == nil {
			m.Events = append(m.Events, x)
		}
	}
	for _, t := range s.inspection.Types() {
		m := of(t.GoType, "Shared types")
		m.Types = append(m.Types, t)
	}
	models := make([]dataModel, len(list))
	for i, m := range list {
		models[i] = *m
	}
	slices.SortStableFunc(models, func(a, b dataModel) int {
		return cmp.Compare(min(len(b.Events), 1), min(len(a.Events), 1))
	})
	return models
}

// eventData is what the page of an event shows.
type eventData struct {
	Event   *generator.Explanation
	Fields  []*generator.Explanation
	Example string
}

func (s *Site) eventPage(e generator.EventDescription) ([]byte, error) {
	d := eventData{Example: string(s.example(e.Name()))}
	err := s.inspection.Locations(e.Name(), func(x *generator.Explanation) {
		if d.Event == nil {
			d.Event = x
			return
		}
		d.Fields = append(d.Fields, x)
	})
	if err != nil {
		return nil, err
	}
	return s.page("event", page{Title: e.Name(), Root: "../", Data: d})
}

// functions are what the templates call.
func (s *Site) functions() template.FuncMap {
	return template.FuncMap{
		"eventPath": EventPath,
		// typeLink is the path of the page of a Go type, without its slices, or "" if it has none.
		"typeLink": func(goType string) string {
			if p := typePath(strings.TrimLeft(goType, "[]")); s.types[p].GoType != "" {
				return p
			}
			return ""
		},
		"name":  func(p string) string { return p[strings.LastIndexByte(p, '.')+1:] },
		"depth": func(p string) int { return strings.Count(p, ".") },
		"typically": func(counterpart string) string {
			if counterpart == "" || counterpart == "none" {
				return counterpart
			}
			return "typically " + counterpart
		},
		// dict gives a template several values by name.
		"dict":   func(root, r, name, t string) map[string]string { return map[string]string{root: r, name: t} },
		"anchor": func(p string) string { return strings.ReplaceAll(p, "[]", "") },
	}
}

// index returns the script with what can be searched for: name, path and description of
// each event, type and field.
func (s *Site) index() ([]byte, error) {
	var entries [][3]string
	for _, e := range s.inspection.Events {
		x, err := s.inspection.Explain(e.Name())
		if err != nil {
			return nil, err
		}
		entries = append(entries, [3]string{e.Name(), EventPath(e.Name()), x.Description})
	}
	for _, t := range s.inspection.Types() {
		entries = append(entries, [3]string{t.GoType, typePath(t.GoType), t.Description})
		for _, f := range t.Fields {
			entries = append(entries, [3]string{t.GoType + "." + f.GoName, typePath(t.GoType) + "#" + f.Name, f.Description})
		}
	}
	data, err := json.Marshal(entries)
	if err != nil {
		return nil, err
	}
	return slices.Concat([]byte("const entries = "), data, []byte(";\n")), nil
}

// ContentType returns the media type of a file of the site.
func ContentType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	default:
		return "text/html; charset=utf-8"
	}
}
