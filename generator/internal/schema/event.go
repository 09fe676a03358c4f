package schema

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/redoxgen/redoxgen/generator/internal/diag"
	"github.com/redoxgen/redoxgen/generator/internal/lock"
	"github.com/redoxgen/redoxgen/generator/internal/source"
)

const definitionsDir = "definitions"

// role is what a file of a source is for.
type role uint8

const (
	eventFile       role = iota
	definitionsFile      // definitions for others
	metadataFile         // beside the catalog's schemas: a copy of its whole directory is a valid source, too
	misplacedFile        // in no data model's directory
)

// roleOf returns the role of a parsed file.
func roleOf(f *source.File) role {
	switch {
	case slices.Contains([]string{"corrections.json", "value-sets.json", "counterparts.json", "classes.json"}, f.Key):
		return metadataFile
	case strings.HasPrefix(f.Key, definitionsDir+"/"):
		return definitionsFile
	case f.Root.Get("definitions") != nil && !describesItself(f.Root):
		return definitionsFile
	case strings.Count(f.Key, "/") != 1:
		return misplacedFile
	default:
		return eventFile
	}
}

// describesItself reports whether the root of a file says anything about a value.
func describesItself(root *source.Value) bool {
	return slices.ContainsFunc([]string{"type", "properties", "$ref", keyEvent}, func(name string) bool { return root.Get(name) != nil })
}

// events returns the events of the tree; their trees share the nodes of definitions.
func (b *builder) events() []*Event {
	var events []*Event
	for _, f := range b.tree.Files {
		if f.Root == nil {
			continue
		}
		switch roleOf(f) {
		case eventFile:
			events = append(events, b.event(f))
			b.definitions(f)
		case definitionsFile:
			b.definitions(f)
		case metadataFile:
			b.diags.Add(diag.Diagnostic{Severity: diag.Note, Pos: diag.Pos{File: f.Name}, Code: "not-read",
				Message: "the file is not read: corrections and value sets come with the program"})
		case misplacedFile:
			b.diags.Errorf(diag.Pos{File: f.Name}, "misplaced-file", "move it to <data model>/<event>.json, or to definitions/ if others refer to it",
				"the file is not in the directory of a data model")
		}
	}
	if len(events) == 0 && !b.diags.HasErrors() {
		b.diags.Errorf(diag.Pos{File: b.tree.Files[0].Name}, "no-schemas", "schema files are called <data model>/<event>.json", "the files hold only definitions, and no event")
	}
	b.names(events)
	return events
}

// event builds the tree of one event.
func (b *builder) event(f *source.File) *Event {
	e := &Event{File: f.Key, Root: b.node(f.Root), Stated: f.Root.Pos()}
	if stated := f.Root.Get(keyEvent); stated != nil {
		e.Stated = stated.Pos()
	}
	e.Info, e.Known = b.info(f)
	if f.Root.Kind == source.Object && !describesObject(e.Root) {
		b.diags.Errorf(f.Root.Pos(), "no-message", `add "type": "object" and "properties", or move definitions to definitions/`, "the file describes no message: its root is not an object")
	}
	return e
}

// definitions resolves what a file defines, used or not, so that all errors show.
func (b *builder) definitions(f *source.File) {
	if definitions := f.Root.Get("definitions"); definitions != nil {
		for i := range definitions.Members {
			b.definition(definitions.Members[i].Value)
		}
	}
}

// info returns what Redox calls the event of a file, and whether that was stated anywhere.
func (b *builder) info(f *source.File) (Info, bool) {
	if stated := f.Root.Get(keyEvent); stated != nil {
		return statedInfo(stated), true
	}
	if info, ok := b.infos[f.Key]; ok {
		return info, true
	}
	info := derivedInfo(f.Key, b.infos, func(key string) bool { return b.tree.File(key) != nil })
	b.diags.Warnf(diag.Pos{File: f.Name}, "unknown-event",
		fmt.Sprintf("add to the root of the file what Redox calls it: %q: %s", keyEvent, info.annotation()),
		"the catalog does not know this event; from the file's name it is taken for the %s %s %s", info.Kind, info.DataModel, info.EventType)
	return info, false
}

func statedInfo(v *source.Value) Info {
	return Info{DataModel: text(v, "dataModel"), EventType: text(v, "eventType"), Kind: text(v, "kind"), Response: text(v, "response")}
}

// annotation returns the info as the value of x-redox-event.
func (i Info) annotation() string {
	s := fmt.Sprintf(`{"dataModel": %s, "eventType": %s, "kind": %q`, quote(i.DataModel), quote(i.EventType), i.Kind)
	if i.Response != "" {
		s += fmt.Sprintf(`, "response": %s`, quote(i.Response))
	}
	return s + "}"
}

// derivedInfo guesses the names and the kind of an event from its file's key.
func derivedInfo(key string, catalog map[string]Info, exists func(key string) bool) Info {
	dir, name, _ := strings.Cut(strings.TrimSuffix(key, ".json"), "/")
	info := Info{DataModel: capitalized(dir), EventType: capitalized(name), Kind: "notification"}
	for k, known := range catalog {
		if strings.HasPrefix(k, dir+"/") {
			info.DataModel = known.DataModel // the same for all of the directory
			break
		}
	}
	question, isResponse := strings.CutSuffix(name, "response")
	switch {
	case isResponse:
		info.Kind, info.EventType = "response", capitalized(question)+"Response"
	case exists(dir + "/" + name + "response.json"):
		info.Kind, info.Response = "query", info.EventType+"Response"
	}
	return info
}

func capitalized(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(first)) + s[size:]
}

// names reports events that cannot be told apart on the wire, and queries whose answer is missing.
func (b *builder) names(events []*Event) {
	byName := make(map[lock.Wire]*Event, len(events))
	for _, e := range events {
		name := e.Info.Wire()
		if first, ok := byName[name]; ok {
			b.diags.Errorf(e.Root.Pos, "duplicate-event", "give one of them other names, or remove it",
				"%s %s is described by %s, too", name.DataModel, name.EventType, first.Root.Pos.File)
			continue
		}
		byName[name] = e
	}
	for _, e := range events {
		if e.Info.Response == "" {
			continue
		}
		answer, ok := byName[lock.Wire{DataModel: e.Info.DataModel, EventType: e.Info.Response}]
		switch {
		case !ok:
			b.diags.Warnf(e.Root.Pos, "missing-response", "add the schema of the response", "the response of %s %s is %q, which no file describes",
				e.Info.DataModel, e.Info.EventType, e.Info.Response)
		case answer.Info.Kind != "response":
			b.diags.Errorf(e.Root.Pos, "no-response", "correct its kind, or the name of the response", "the response of %s %s is %q, which is a %s",
				e.Info.DataModel, e.Info.EventType, e.Info.Response, answer.Info.Kind)
		}
	}
}
