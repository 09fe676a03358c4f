package program

import (
	"fmt"
	"strconv"
	"strings"
)

// Outline is one object of an event's schema; see package redox.
type Outline struct {
	At  string
	Has string
	As  []Outline
}

// SchemaRule is a keyword that Outline does not show; see package redox.
type SchemaRule struct {
	At      string
	Keyword string
	Value   string
}

// outlineName is a member as an Outline lists it.
type outlineName struct {
	name     string
	required bool
}

// parseHas reads a list such as `ID! IDType "odd name"!`.
func parseHas(has string) []outlineName {
	var list []outlineName
	for has != "" {
		var n outlineName
		if has[0] == '"' {
			quoted, err := strconv.QuotedPrefix(has)
			if err != nil {
				panic(fmt.Sprintf("redox: outline has a broken name: %v", err))
			}
			n.name, _ = strconv.Unquote(quoted)
			has = has[len(quoted):]
		} else {
			end := strings.IndexAny(has, " !")
			if end < 0 {
				end = len(has)
			}
			n.name, has = has[:end], has[end:]
		}
		if strings.HasPrefix(has, "!") {
			n.required, has = true, has[1:]
		}
		list = append(list, n)
		has = strings.TrimPrefix(has, " ")
	}
	return list
}

// joinPaths returns the path of what has the path rel in the value at path at.
func joinPaths(at, rel string) string {
	if at != "" && rel != "" && rel[0] != '[' {
		return at + "." + rel
	}
	return at + rel
}

// addOutline notes the objects of list, whose paths begin at the path at.
func (c *compiler) addOutline(list []Outline, at string) {
	for _, o := range list {
		path := joinPaths(at, o.At)
		if o.As != nil {
			c.addOutline(o.As, path)
		} else {
			c.outline[path] = parseHas(o.Has)
		}
	}
}
