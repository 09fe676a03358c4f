package dev

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/jsontree"
)

// formEdit puts what a form says into a message. What the form does not have, or shows
// as the message has it, stays as it is.
type formEdit struct {
	fields      url.Values // by JSON pointer
	add, remove string     // pointers of a list to add to, and of an element to remove

	added string // pointer of the element that was added
}

// edited returns the message that a request has: as it is written, or with what a form
// changes in it. added is the pointer of an element that the form added.
func (s *Server) edited(values url.Values) (text []byte, added string) {
	text = []byte(values.Get("message"))
	info := s.eventOf(text)
	if info == nil || !values.Has("fields") {
		return text, ""
	}
	message, err := jsontree.Parse(text)
	schema := s.schemaOf(info.String())
	if err != nil || schema == nil || message.Kind != jsontree.Object {
		return text, "" // there was no form
	}
	e := &formEdit{fields: values, add: values.Get("add"), remove: values.Get("remove")}
	e.object(schema.byPath[""], message, "")
	return message.Append(nil), e.added
}

// object changes the fields of an object.
func (e *formEdit) object(schema *schemaField, v *jsontree.Value, at string) {
	for _, field := range schema.fields {
		here, member := pointer(at, field.name), v.Member(field.name)
		if to := e.member(field, member, here); to == nil && member != nil {
			v.Remove(field.name)
		} else if to != member {
			v.Set(field.name, to)
		}
	}
}

// member returns what a member becomes, nil for none.
func (e *formEdit) member(field *schemaField, v *jsontree.Value, at string) *jsontree.Value {
	switch {
	case field.isObject():
		if v != nil && v.Kind == jsontree.Object {
			e.object(field, v, at)
			return v
		}
		made := &jsontree.Value{Kind: jsontree.Object}
		if v == nil || isNull(v) {
			if e.object(field, made, at); len(made.Members) > 0 {
				return made
			}
		}
		return v
	case field.isList():
		return e.list(field, v, at)
	default:
		return e.scalar(field.JSON, v, at)
	}
}

// list changes the elements of a list, adds one or removes one.
func (e *formEdit) list(field *schemaField, v *jsontree.Value, at string) *jsontree.Value {
	if e.add == at && (v == nil || isNull(v)) {
		v = &jsontree.Value{Kind: jsontree.Array}
	}
	if v == nil || v.Kind != jsontree.Array {
		return v
	}
	removed := -1
	for i, element := range v.Elements {
		here := fmt.Sprintf("%s/%d", at, i)
		if here == e.remove {
			removed = i
		}
		if field.element() != "object" {
			if v.Elements[i] = e.scalar(field.element(), element, here); v.Elements[i] == nil {
				v.Elements[i] = jsontree.String("") // the others keep their places
			}
		} else if element.Kind == jsontree.Object {
			e.object(field, element, here)
		}
	}
	if removed >= 0 {
		v.Elements = slices.Delete(v.Elements, removed, removed+1)
	}
	if e.add == at {
		e.added = fmt.Sprintf("%s/%d", at, len(v.Elements))
		element := jsontree.String("")
		if field.element() == "object" {
			element = &jsontree.Value{Kind: jsontree.Object}
		}
		v.Elements = append(v.Elements, element)
	}
	return v
}

// scalar returns what a value becomes; nil is none.
func (e *formEdit) scalar(types string, v *jsontree.Value, at string) *jsontree.Value {
	if !e.fields.Has(at) {
		return v
	}
	text := strings.ReplaceAll(e.fields.Get(at), "\r\n", "\n") // as browsers send lines
	shown, editable := display(v)
	switch {
	case !editable || text == shown:
		return v
	case text == "":
		return nil
	case !strings.Contains(types, "string") && fits(types, text):
		return &jsontree.Value{Text: text}
	default:
		return jsontree.String(text)
	}
}

// fits reports whether a text spells a number or a boolean, where the schema wants one.
func fits(types, text string) bool {
	if !json.Valid([]byte(text)) || strings.TrimSpace(text) != text {
		return false
	}
	switch text[0] {
	case 't', 'f':
		return strings.Contains(types, "boolean")
	case '"', '{', '[', 'n':
		return false
	default:
		return strings.Contains(types, "number") || strings.Contains(types, "integer")
	}
}
