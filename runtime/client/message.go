package client

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"unicode/utf8"

	"github.com/redoxgen/redoxgen/runtime/internal/credential"
	"github.com/redoxgen/redoxgen/runtime/internal/message"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// outgoing is a message that may be sent.
type outgoing struct {
	event        string
	destinations []string
	message      redox.Message // as sent
}

// prepare checks a message and encodes it into body. Errors are *Error: there was no request.
func (c *Client) prepare(op Op, m redox.Message, body *body, o callOptions) (*outgoing, error) {
	if m == nil || isNilPointer(m) {
		return nil, &Error{Op: op, classes: []error{ErrInvalid}, note: "the message is nil"}
	}
	m = c.complete(m)
	out := &outgoing{event: m.RedoxEvent().String(), message: m}
	to := addressIn(m.RedoxMeta())
	out.destinations = to.destinations
	if err := c.checkMessage(op, out, to); err != nil {
		return nil, err
	}
	encode := m.AppendValid
	if c.config.SkipValidation || o.skipValidation {
		encode = m.AppendJSON
	}
	data, err := encode(body.data)
	if err != nil {
		return nil, out.refuse(op, ErrInvalid, err)
	}
	body.data = data
	if err := checkText(m, data); err != nil {
		return nil, out.refuse(op, ErrInvalid, err)
	}
	if err := checkEncoded(m, to, data); err != nil {
		return nil, out.refuse(op, ErrInvalid, err)
	}
	if int64(len(data)) > c.config.Limits.Message {
		return nil, out.refuse(op, ErrTooLarge, fmt.Errorf("%d bytes, %d are allowed: upload files instead of embedding them", len(data), c.config.Limits.Message))
	}
	return out, nil
}

// address is what a message's Meta says about where it belongs.
type address struct {
	dataModel, eventType string
	test                 redox.Bool
	destinations         []string // IDs
}

func addressIn(meta redox.Meta) address {
	a := address{dataModel: meta.DataModel, eventType: meta.EventType, test: meta.Test}
	for _, d := range meta.Destinations {
		a.destinations = append(a.destinations, d.ID)
	}
	return a
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
// changed; a copy is returned if anything was missing, see message.Complete.
func (c *Client) complete(m redox.Message) redox.Message {
	meta, info := m.RedoxMeta(), m.RedoxEvent()
	known := redox.Meta{DataModel: info.DataModel, EventType: info.EventType, Source: redox.Endpoint{ID: c.config.SourceID}}
	missing := meta.DataModel == "" || meta.EventType == "" || meta.Source.ID == "" && c.config.SourceID != ""
	if meta.EventDateTime == "" {
		known.EventDateTime, missing = redox.DateTimeOf(c.config.Now()), true
	}
	if !missing {
		return m
	}
	return message.Complete(m, known)
}

func isNilPointer(message redox.Message) bool {
	v := reflect.ValueOf(message)
	return v.Kind() == reflect.Pointer && v.IsNil()
}
