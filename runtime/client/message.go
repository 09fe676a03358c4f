package client

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"unicode/utf8"

	"github.com/redoxgen/redoxgen/runtime/internal/credential"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// outgoing is a message that may be sent.
type outgoing struct {
	event        string
	destinations []string
	message      redox.Message // as sent
}

// prepare checks a message and encodes it into body. Errors are *Error: there was no request.
func (c *Client) prepare(op Op, message redox.Message, body *body, o callOptions) (*outgoing, error) {
	if message == nil || isNilPointer(message) {
		return nil, &Error{Op: op, classes: []error{ErrInvalid}, note: "the message is nil"}
	}
	message = c.complete(message)
	out := &outgoing{event: message.RedoxEvent().String(), message: message}
	to := addressOf(message)
	out.destinations = to.destinations
	if err := c.checkMessage(op, out, to); err != nil {
		return nil, err
	}
	encode := message.AppendValid
	if c.config.SkipValidation || o.skipValidation {
		encode = message.AppendJSON
	}
	data, err := encode(body.data)
	if err != nil {
		return nil, out.refuse(op, ErrInvalid, err)
	}
	body.data = data
	if err := checkText(message, data); err != nil {
		return nil, out.refuse(op, ErrInvalid, err)
	}
	if err := checkEncoded(message, to, data); err != nil {
		return nil, out.refuse(op, ErrInvalid, err)
	}
	if int64(len(data)) > c.config.Limits.Message {
		return nil, out.refuse(op, ErrTooLarge, fmt.Errorf("%d bytes, %d are allowed: upload files instead of embedding them", len(data), c.config.Limits.Message))
	}
	return out, nil
}

func (c *Client) checkMessage(op Op, out *outgoing, to address) error {
	info := out.message.RedoxEvent()
	if err := checkKind(op, info); err != nil {
		return out.refuse(op, ErrInvalid, err)
	}
	if to.dataModel != info.DataModel || to.eventType != info.EventType || to.eventType == "" {
		return out.refuse(op, ErrInvalid, errors.New("Meta.DataModel and Meta.EventType name another event than the message is"))
	}
	if err := checkDestinations(op, out.destinations); err != nil {
		return out.refuse(op, ErrInvalid, err)
	}
	for _, d := range out.destinations {
		if err := c.supported.check(d, out.event); err != nil {
			return out.refuse(op, ErrUnsupported, err)
		}
	}
	if err := checkTest(c.config.Environment, to.test); err != nil {
		return out.refuse(op, ErrTestMessage, err)
	}
	return nil
}

func (out *outgoing) refuse(op Op, class, cause error) *Error {
	return &Error{Op: op, Event: out.event, Destinations: out.destinations, classes: []error{class}, cause: cause}
}

func checkKind(op Op, info *redox.EventInfo) error {
	switch {
	case op == OpSend && info.Kind == redox.Query:
		return errors.New("it is a query: use client.Query")
	case op == OpSend && (info.Kind == redox.Response || info.Kind == redox.SSO):
		return fmt.Errorf("it is of the kind %s, which is not sent this way", info.Kind)
	case op == OpQuery && info.Kind != redox.Query:
		return fmt.Errorf("it is of the kind %s and no query", info.Kind)
	default:
		return nil
	}
}

func checkDestinations(op Op, ids []string) error {
	switch {
	case len(ids) == 0:
		return errors.New("Meta.Destinations is empty")
	case op == OpQuery && len(ids) > 1:
		return fmt.Errorf("Meta.Destinations has %d entries; a query goes to exactly one", len(ids))
	}
	for i, id := range ids {
		if id == "" {
			return fmt.Errorf("Meta.Destinations[%d].ID is empty", i)
		}
		if err := credential.Check("ID", id); err != nil {
			return fmt.Errorf("Meta.Destinations[%d].%w", i, err)
		}
		if first := slices.Index(ids, id); first < i {
			return fmt.Errorf("Meta.Destinations[%d] is Meta.Destinations[%d] again: it would get the message twice", i, first)
		}
	}
	return nil
}

// checkText refuses text that is not UTF-8, which is no JSON, also where the
// message was not validated. The error names the first such place.
func checkText(message redox.Message, data []byte) error {
	if utf8.Valid(data) {
		return nil
	}
	for v := range message.Validate().Errors() {
		if v.Rule == redox.RuleEncoding {
			return fmt.Errorf("it cannot be sent as JSON: %s", v)
		}
	}
	return errors.New("it cannot be sent as JSON: its text is not UTF-8")
}

// checkEncoded compares what was checked of a message that this build has no
// schema for with what is sent: fields and text of an *redox.Unknown are two
// things, and only the text leaves.
func checkEncoded(message redox.Message, checked address, data []byte) error {
	if message.RedoxEvent().Validate != nil {
		return nil
	}
	meta, err := redox.PeekMeta(data)
	if err != nil {
		return err
	}
	sent := addressIn(meta)
	switch {
	case !slices.Equal(sent.destinations, checked.destinations):
		return errors.New("Meta.Destinations of the struct and of its JSON differ")
	case sent.dataModel != checked.dataModel, sent.eventType != checked.eventType:
		return errors.New("the struct's Meta and that of its JSON name different events")
	case sent.test.IsTrue() != checked.test.IsTrue():
		return errors.New("Meta.Test of the struct and of its JSON differ")
	default:
		return nil
	}
}

func checkTest(e Environment, test redox.Bool) error {
	switch {
	case e == Production && test.IsTrue():
		return errors.New("this client is for production and the message has Meta.Test true")
	case (e == Staging || e == Development) && !test.IsTrue():
		return fmt.Errorf("this client is for %s and the message does not have Meta.Test true", e)
	default:
		return nil
	}
}

// complete fills in what the client knows and the message leaves out: the
// names of its event, the time and the source. The caller's message is not
// changed; a copy is returned if anything was missing.
//
// Generated types are structs all of whose sections are held by value, so a
// shallow copy can have its own Meta. A message of another build, such as
// *redox.Unknown, is returned as it is.
func (c *Client) complete(message redox.Message) redox.Message {
	if _, ok := message.(*redox.Unknown); ok {
		return message
	}
	original := reflect.ValueOf(message)
	if original.Kind() != reflect.Pointer || original.Elem().Kind() != reflect.Struct {
		return message
	}
	info, fields := message.RedoxEvent(), fieldsOf(original.Type().Elem())
	var copied reflect.Value
	fill := func(index []int, value func() string) {
		if index == nil || original.Elem().FieldByIndex(index).Len() > 0 {
			return
		}
		if !copied.IsValid() {
			copied = reflect.New(original.Type().Elem())
			copied.Elem().Set(original.Elem())
		}
		copied.Elem().FieldByIndex(index).SetString(value())
	}
	fill(fields.dataModel, func() string { return info.DataModel })
	fill(fields.eventType, func() string { return info.EventType })
	fill(fields.eventDateTime, func() string { return string(redox.DateTimeOf(c.config.Now())) })
	if c.config.SourceID != "" {
		fill(fields.sourceID, func() string { return c.config.SourceID })
	}
	if !copied.IsValid() {
		return message
	}
	return copied.Interface().(redox.Message)
}

func isNilPointer(message redox.Message) bool {
	v := reflect.ValueOf(message)
	return v.Kind() == reflect.Pointer && v.IsNil()
}
