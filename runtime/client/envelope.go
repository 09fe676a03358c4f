package client

import (
	"bytes"
	"encoding/json"
	"reflect"
	"regexp"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// envelope is what an answer says besides its content.
type envelope struct {
	logs   []Log
	errors []MetaError
	detail string // what was said outside of Meta
	event  bool   // Meta names one
}

// isOfRedox reports whether it is Redox that gives this answer: its answers
// name the logs or, older ones, the message, and repeat the event. Those of
// something in between do neither, whatever their status.
func (e *envelope) isOfRedox() bool { return e.event || len(e.logs) > 0 || len(e.errors) > 0 }

// readEnvelope reads an answer to a message. Redox's own answers have a Meta;
// before it come gateways, which say errorDetail, the OAuth layer, and hosts
// that answer in plain text. The error is for a body that is not a JSON object.
func readEnvelope(body []byte, call *call) (envelope, error) {
	meta, err := redox.PeekMeta(body)
	if err != nil {
		return envelope{detail: plainText(body)}, err
	}
	e := envelope{
		logs:  readLogs(meta, call.destinations),
		event: meta.DataModel != "" || meta.EventType != "",
	}
	e.errors = readErrors(redox.UnknownMember(meta.Object, "Errors"), call)
	if len(e.errors) == 0 && len(e.logs) == 0 {
		e.readTop(body, call)
	}
	return e, nil
}

// readLogs assigns log entries to destinations, which are in the same order if
// they are as many. The answer's own list of destinations comes before the
// message's: a refusal may be about some of them.
func readLogs(meta redox.Meta, destinations []string) []Log {
	if len(meta.Destinations) > 0 {
		destinations = make([]string, len(meta.Destinations))
		for i, d := range meta.Destinations {
			destinations[i] = d.ID
		}
	}
	var logs []Log
	for i, l := range meta.Logs {
		entry := Log{ID: l.ID, AttemptID: l.AttemptID}
		if len(meta.Logs) == len(destinations) {
			entry.Destination = destinations[i]
		}
		logs = append(logs, entry)
	}
	if len(logs) == 0 && meta.Message.ID.IsSet() { // before 2023
		logs = []Log{{ID: string(meta.Message.ID), AttemptID: string(meta.Transmission.ID)}}
	}
	return logs
}

// stringOrNumber is a string that may be written as a number.
type stringOrNumber string

// UnmarshalJSON takes any scalar; what else there is counts as empty.
func (l *stringOrNumber) UnmarshalJSON(data []byte) error {
	var s string
	switch {
	case json.Unmarshal(data, &s) == nil:
		*l = stringOrNumber(s)
	case data[0] != '{' && data[0] != '[' && string(data) != "null":
		*l = stringOrNumber(data)
	}
	return nil
}

// readErrors reads a list of errors. Whatever else stands in its place is one
// error, except for null and the empty object: it does not stand there for
// nothing.
func readErrors(raw redox.Raw, call *call) []MetaError {
	if !raw.IsSet() {
		return nil
	}
	var list []json.RawMessage
	if json.Unmarshal([]byte(raw), &list) == nil {
		var errs []MetaError
		for _, item := range list {
			errs = append(errs, readError(item, call))
		}
		return errs
	}
	var object map[string]json.RawMessage
	if json.Unmarshal([]byte(raw), &object) == nil && len(object) == 0 {
		return nil
	}
	return []MetaError{readError([]byte(raw), call)}
}

// readError reads one error; what does not fit stays empty.
func readError(data []byte, call *call) MetaError {
	var i struct{ ID, Text, Type, Module stringOrNumber }
	if json.Unmarshal(data, &i) != nil {
		_ = json.Unmarshal(data, &i.Text)
	}
	return MetaError{
		ID:     string(i.ID),
		Text:   Withheld(i.Text),
		Type:   string(i.Type),
		Module: string(i.Module),
		Field:  fieldIn(string(i.Text), call.message),
	}
}

// readTop reads what is said outside of Meta: by gateways, by OAuth, and by
// Redox itself before 2017.
func (e *envelope) readTop(body []byte, call *call) {
	var top struct {
		ErrorDetail   stringOrNumber   `json:"errorDetail"`
		Error         stringOrNumber   `json:"error"`
		Description   stringOrNumber   `json:"error_description"`
		Text          stringOrNumber   `json:"message"`
		MessageID     stringOrNumber   `json:"MessageID"`
		Transmission  stringOrNumber   `json:"TransmissionID"`
		ErrorIDs      []stringOrNumber `json:"ErrorIDs"`
		ErrorMessages []stringOrNumber `json:"ErrorMessages"`

		Errors json.RawMessage `json:"Errors"`
	}
	_ = json.Unmarshal(body, &top)
	for _, s := range []stringOrNumber{top.ErrorDetail, top.Description, top.Error, top.Text} {
		if e.detail == "" {
			e.detail = string(s)
		}
	}
	if top.MessageID != "" {
		e.logs = []Log{{ID: string(top.MessageID), AttemptID: string(top.Transmission)}}
	}
	for i, id := range top.ErrorIDs {
		m := MetaError{ID: string(id)}
		if i < len(top.ErrorMessages) {
			m.Text = Withheld(top.ErrorMessages[i])
			m.Field = fieldIn(string(m.Text), call.message)
		}
		e.errors = append(e.errors, m)
	}
	if e.event { // else it is somebody else's, and does not show that it is Redox
		e.errors = append(e.errors, readErrors(redox.Raw(top.Errors), call)...)
	}
}

// holdsAnswer reports whether body has any part of the answer to a query. An
// error that has none would be decoded as one that found nothing.
func (call *call) holdsAnswer(body []byte) bool {
	var members map[string]json.RawMessage
	if call.response == nil || json.Unmarshal(body, &members) != nil {
		return false
	}
	delete(members, "Meta")
	for name := range members {
		if _, ok := fieldByJSON(call.response, name); ok {
			return true
		}
	}
	return false
}

// plainText is a body that is no JSON, if it is short and no HTML page.
func plainText(body []byte) string {
	const longest = 1000
	text := bytes.TrimSpace(body)
	if len(text) > longest || bytes.HasPrefix(text, []byte("<")) {
		return ""
	}
	return string(text)
}

var pathWord = regexp.MustCompile(`[A-Za-z]\w*(?:\[\d*\])?(?:\.[A-Za-z]\w*(?:\[\d*\])?)+`)

// fieldIn finds the path of a field in what Redox says about a message. Only a
// path along fields that the message's type has is returned: these are words
// of the schema, while anything else might be patient data.
func fieldIn(text string, message redox.Message) string {
	if message == nil {
		return ""
	}
	t := reflect.TypeOf(message)
	for _, path := range pathWord.FindAllString(text, 8) {
		if isFieldPath(t, path) {
			return path
		}
	}
	return ""
}

func isFieldPath(t reflect.Type, path string) bool {
	for word := range strings.SplitSeq(path, ".") {
		name, index, _ := strings.Cut(word, "[")
		if len(index) > 6 { // no more than an index: "[12345]"
			return false
		}
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct {
			return false
		}
		next, ok := fieldByJSON(t, name)
		if !ok {
			return false
		}
		t = next
	}
	return true
}

func fieldByJSON(t reflect.Type, name string) (reflect.Type, bool) {
	for i := range t.NumField() {
		f := t.Field(i)
		if tag, _, _ := strings.Cut(f.Tag.Get("json"), ","); tag == name && name != "" {
			return f.Type, true
		}
	}
	return nil, false
}
