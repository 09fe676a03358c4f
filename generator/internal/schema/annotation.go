package schema

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/generator/internal/source"
	"github.com/redoxgen/redoxgen/internal/spelling"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// kinds are the values of x-redox-event's kind.
var kinds = []string{"notification", "query", "response", "sso"}

var eventMembers = []string{"dataModel", "eventType", "kind", "response"}

// event checks an x-redox-event annotation.
func (c *checker) event(v *source.Value) {
	if c.root.Get(keyEvent) != v {
		c.errorf(v, "misplaced-annotation", "move it to the root of the event's file", "%s belongs to the root of a file", keyEvent)
		return
	}
	if !c.want(v, v.Kind == source.Object, "an object with dataModel, eventType and kind") {
		return
	}
	for i := range v.Members {
		c.eventMember(&v.Members[i])
	}
	for _, name := range eventMembers[:3] {
		if v.Get(name) == nil {
			c.errorf(v, "invalid-keyword", "", "%s lacks %q", keyEvent, name)
		}
	}
	kind, response := text(v, "kind"), v.Get("response")
	switch {
	case kind == "query" && response == nil:
		c.errorf(v, "invalid-keyword", `add "response" with the event type of the answer`, "a query names its response")
	case kind != "query" && response != nil && slices.Contains(kinds, kind):
		c.errorf(response, "invalid-keyword", "remove it", "only a query has a response")
	}
}

func (c *checker) eventMember(m *source.Member) {
	switch {
	case !slices.Contains(eventMembers, m.Name):
		hint := "its members are " + strings.Join(eventMembers, ", ")
		c.diags.Errorf(m.NamePos(), "unknown-keyword", hint, "%s has no member %q", keyEvent, m.Name)
	case m.Value.Kind != source.String || m.Value.Text == "":
		c.want(m.Value, false, "a non-empty string")
	case m.Name == "kind" && !slices.Contains(kinds, m.Value.Text):
		hint := "the kinds are " + strings.Join(kinds, ", ")
		if near := spelling.Nearest(m.Value.Text, kinds); near != "" {
			hint = "did you mean " + near + "?"
		}
		c.errorf(m.Value, "invalid-keyword", hint, "unknown kind of event %s", describe(m.Value))
	}
}

var conceptWord = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)

// isConceptWord reports whether s can name a concept.
func isConceptWord(s string) bool { return conceptWord.MatchString(s) }

// concept checks an x-redox-concept annotation: "Visit" or "common.Address".
func (c *checker) concept(v *source.Value) {
	if !c.want(v, v.Kind == source.String, "a string") {
		return
	}
	words := strings.Split(v.Text, ".")
	if len(words) > 2 || !isConceptWord(words[0]) || !isConceptWord(words[len(words)-1]) {
		c.errorf(v, "invalid-keyword", `write a word such as "Visit", or "common.Address" for one of another data model`, "%s is not a name of a concept", describe(v))
	}
}

// date checks an x-redox-date annotation.
func (c *checker) date(v *source.Value) {
	c.want(v, v.Text == "date" || v.Text == "date-time", `"date" or "date-time"`)
}

// values checks an x-redox-values annotation.
func (c *checker) values(v *source.Value) {
	if !c.want(v, v.Kind == source.Array && len(v.Items) > 0, "an array of texts") {
		return
	}
	seen := map[string]bool{}
	for _, item := range v.Items {
		switch {
		case item.Kind != source.String || item.Text == "":
			c.errorf(item, "invalid-keyword", "", "%q lists texts that are not empty, not %s", keyValues, describe(item))
		case seen[item.Text]:
			c.errorf(item, "invalid-keyword", "remove it", "%q lists %s twice", keyValues, describe(item))
		}
		seen[item.Text] = true
	}
}

// retired checks an x-redox-retired annotation.
func (c *checker) retired(v *source.Value) {
	c.want(v, v.Kind == source.String && v.Text != "", "the time since when, such as \"2023\"")
}

// ofOverlays reports an annotation that merging has not understood.
func (c *checker) ofOverlays(v *source.Value) {
	c.errorf(v, "misplaced-annotation", fmt.Sprintf("%s: true belongs to the root of an overlay, and %s to members that an overlay states", keyOverlay, keyRequired),
		"%s has no effect here", lastSegment(v))
}

// class checks an x-redox-class annotation.
func (c *checker) class(v *source.Value) {
	var names []string
	for _, class := range redox.AllClasses() {
		names = append(names, class.String())
	}
	c.want(v, v.Kind == source.String && slices.Contains(names, v.Text), "a class: "+strings.Join(names, ", "))
}
