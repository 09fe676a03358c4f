package extension

import (
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// Member is the name of the member that holds the extensions of an object.
const Member = "Extensions"

// URLBase is what the URL of an extension begins with, followed by its name.
const URLBase = "https://api.redoxengine.com/extensions/"

// Entry is an extension as JSON.
type Entry struct{ Name, JSON string }

// Each calls f for every extension in the container, a value of Member, as long as f
// returns true. Of several extensions of one name the last counts. A container that
// is itself one extension has that, under the name that its URL ends with.
func Each(container string, f func(Entry) bool) {
	w, start, ok := open(container)
	if !ok {
		return
	}
	if name, only := w.only(start); only {
		f(Entry{Name: name, JSON: container})
		return
	}
	w.EachMember(start, func(name string, _, value int) int {
		end := w.SkipValue(value)
		if !f(Entry{Name: name, JSON: w.In.Text(value, end)}) {
			return -1
		}
		return end
	})
}

// Edit returns the container with these extensions, each in the place of the one of
// its name, or behind all others; one without JSON is removed. The result is "" if
// nothing is left. A container that is not JSON stays as it is, so that it is still
// refused; any other that is not an object is replaced.
func Edit(container string, entries []Entry) string {
	if container != "" && !jsontext.Valid(container) {
		return container
	}
	e := editor{entries: entries, index: make(map[string]int, len(entries))}
	for i := range entries {
		e.index[entries[i].Name] = i // the last counts
	}
	e.done = make([]bool, len(entries))
	return e.edit(container)
}

// editor writes a container anew.
type editor struct {
	entries []Entry
	index   map[string]int
	done    []bool
	out     []byte
}

func (e *editor) edit(container string) string {
	e.out = append(e.out, '{')
	if w, start, ok := open(container); ok {
		if name, only := w.only(start); !only {
			e.members(w, start)
		} else if i, replaced := e.index[name]; replaced && len(e.index) == 1 {
			return e.entries[i].JSON // in the form that it had
		} else if !replaced {
			e.member(quoted(name), container)
		}
	}
	for i := range e.entries {
		if n := &e.entries[i]; e.index[n.Name] == i && !e.done[i] && n.JSON != "" {
			e.member(quoted(n.Name), n.JSON)
		}
	}
	if len(e.out) == 1 {
		return ""
	}
	e.out[len(e.out)-1] = '}' // in place of the last comma
	return string(e.out)
}

// members writes the members of the object at start, changed as the entries say.
func (e *editor) members(w *walker, start int) {
	w.EachMember(start, func(name string, at, value int) int {
		nameEnd, _ := w.SkipString(at)
		end := w.SkipValue(value)
		i, changed := e.index[name]
		switch {
		case !changed:
			e.member(w.In.Text(at, nameEnd), w.In.Text(value, end))
		case !e.done[i]:
			e.done[i] = true
			if e.entries[i].JSON != "" {
				e.member(w.In.Text(at, nameEnd), e.entries[i].JSON)
			}
		}
		return end
	})
}

func (e *editor) member(name, json string) {
	e.out = append(append(append(append(e.out, name...), ':'), json...), ',')
}

// quoted returns a name as JSON. What is not UTF-8 stays, so that it is refused when
// it is to be sent.
func quoted(name string) string { return string(jsontext.AppendEscaped([]byte{'"'}, name)) }

// Merge returns a, with those extensions of b that it lacks, and the names of those
// that are in both and differ.
func Merge(a, b string) (merged string, differing []string) {
	own, others := ByName(a), ByName(b)
	var lacking []Entry
	Each(b, func(n Entry) bool {
		last, first := others[n.Name] // of several of the name
		delete(others, n.Name)
		switch known, both := own[n.Name]; {
		case !first:
		case !both:
			lacking = append(lacking, Entry{Name: n.Name, JSON: last})
		case !jsontext.SameValue(known, last):
			differing = append(differing, n.Name)
		}
		return true
	})
	if lacking == nil {
		return a, differing
	}
	return Edit(a, lacking), differing
}

// ByName returns the extensions in a container as JSON.
func ByName(container string) map[string]string {
	m := make(map[string]string)
	Each(container, func(n Entry) bool { m[n.Name] = n.JSON; return true })
	return m
}

// walker reads a container.
type walker struct{ jsontext.Scanner }

// open begins to read a container. It is not ok if that is not an object.
func open(container string) (w *walker, start int, ok bool) {
	if !strings.HasPrefix(strings.TrimLeft(container, " \t\r\n"), "{") || !jsontext.Valid(container) {
		return nil, 0, false
	}
	w = new(walker)
	w.In = mem.NewInput([]byte(container))
	return w, w.SkipSpace(0), true
}

// only returns the name of the extension that the container at start is itself; it
// reports false if that holds extensions by name.
func (w *walker) only(start int) (name string, only bool) {
	at := Only(&w.Scanner, start)
	if at < 0 {
		return "", false
	}
	if w.In.At(at) != '"' {
		return "", true
	}
	end, flags := w.SkipString(at)
	url := w.Unquote(at, end, flags)
	return url[strings.LastIndexByte(url, '/')+1:], true
}

// Only returns the position of the URL in an object that is itself one extension; -1
// if it holds extensions by name. What tells them apart is that URL is no object.
func Only(s *jsontext.Scanner, start int) int {
	url := -1
	s.EachMember(start, func(name string, _, value int) int {
		if name == "url" && s.In.At(value) != '{' {
			url = value
		}
		return s.SkipValue(value)
	})
	return url
}

// Diff returns the names of the extensions in which two containers differ. It is not
// ok if what differs is not an object: null, {} and nothing are the same.
func Diff(a, b string) (names []string, ok bool) {
	if !isContainer(a) || !isContainer(b) {
		return nil, false
	}
	x, y := ByName(a), ByName(b)
	for name, text := range x {
		if !jsontext.SameValue(text, y[name]) {
			names = append(names, name)
		}
	}
	for name, text := range y {
		if _, both := x[name]; !both && !jsontext.SameValue("", text) {
			names = append(names, name)
		}
	}
	return names, true
}

// isContainer reports whether text is an object, null or nothing.
func isContainer(text string) bool {
	_, _, ok := open(text)
	return ok || jsontext.SameValue("", text)
}
