package redox

import (
	"bytes"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/decode"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/report"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// byteOrderMark may come before a message. It is no part of the JSON.
const byteOrderMark = "\ufeff"

// Unknown is a message of an event that this build does not know. It keeps the
// message as it is, but for a byte-order mark before it.
type Unknown struct {
	Object

	Meta Meta
	JSON Raw
}

var _ Message = (*Unknown)(nil)

// Dispatch reads Meta first, decodes data as the event of that name, and
// returns an *Unknown when events has none. A list may hold events of several
// data models, as that of package all does. The error is that of DecodeJSON.
func Dispatch(data []byte, events ...[]*EventInfo) (Message, Report, error) {
	meta, err := PeekMeta(data)
	if err != nil {
		return nil, Report{}, err
	}
	m := newMessage(meta, events)
	r, err := m.DecodeJSON(data)
	if err != nil {
		return nil, r, err
	}
	return m, r, nil
}

func newMessage(meta Meta, events [][]*EventInfo) Message {
	for _, list := range events {
		for _, e := range list {
			if e.EventType == meta.EventType && e.DataModel == meta.DataModel {
				return e.New()
			}
		}
	}
	return new(Unknown)
}

// PeekMeta reads the Meta section of a message and nothing else. Meta need not
// come first. Without a Meta section the result is empty. The error is for
// data that is not a JSON object, or whose Meta section is a *TooLargeError.
func PeekMeta(data []byte) (Meta, error) {
	meta := new(Meta)
	if err := decode.Section(partOf(meta).program, data, "Meta", mem.Of(meta)); err != nil {
		return Meta{}, exported(err)
	}
	return *meta, nil
}

// RedoxEvent returns the names that Meta gives.
func (u *Unknown) RedoxEvent() *EventInfo {
	return &EventInfo{
		DataModel: u.Meta.DataModel,
		EventType: u.Meta.EventType,
		New:       func() Message { return new(Unknown) },
	}
}

// RedoxMeta returns the Meta section.
func (u *Unknown) RedoxMeta() Meta { return u.Meta }

// DecodeJSON keeps a copy of data and reads its Meta section.
func (u *Unknown) DecodeJSON(data []byte) (Report, error) {
	if err := jsontext.CheckObject(data); err != nil {
		return Report{}, exported(err)
	}
	meta, err := PeekMeta(data)
	if err != nil {
		return Report{}, err
	}
	*u = Unknown{Meta: meta, JSON: Raw(bytes.TrimPrefix(data, []byte(byteOrderMark)))}
	return Report{}, nil
}

// UnmarshalJSON is DecodeJSON for encoding/json. null leaves u alone.
func (u *Unknown) UnmarshalJSON(data []byte) error {
	if jsontext.IsNull(data) {
		return nil
	}
	_, err := u.DecodeJSON(data)
	return err
}

// AppendJSON appends the message as it was received.
func (u *Unknown) AppendJSON(dst []byte) ([]byte, error) { return append(dst, u.JSON...), nil }

// AppendValid is AppendJSON of a JSON object whose text is UTF-8; no schema is
// known.
func (u *Unknown) AppendValid(dst []byte) ([]byte, error) {
	r, err := validateOutgoing(u.JSON)
	if err == nil {
		err = r.Err()
	}
	if err != nil {
		return dst, err
	}
	return u.AppendJSON(dst)
}

func validateOutgoing(text Raw) (Report, error) {
	found, err := decode.ValidateUTF8([]byte(text))
	return Report(report.ReportOf(found)), exported(err)
}

// MarshalJSON returns the message as it was received; {} if there is none.
func (u Unknown) MarshalJSON() ([]byte, error) { return textOf(&u).MarshalJSON() }

// textOf is {} for a message that was not received: package json asks for a value.
func textOf(u *Unknown) Raw {
	if u.JSON == "" {
		return "{}"
	}
	return u.JSON
}

// Validate reports text that is not UTF-8, which cannot be sent, and nothing
// else: there is no schema to hold the message against.
func (u *Unknown) Validate() Report {
	r, err := validateOutgoing(u.JSON)
	if err != nil {
		return Report{}
	}
	return r
}

// members is a message of which nothing is known.
type members struct{ Object }

// comparableUnknown is comparables of two messages, by their outermost members.
func comparableUnknown(a, b *Unknown) (x, y part, alike bool) {
	if a.JSON == b.JSON {
		return part{}, part{}, true
	}
	v, w := new(members), new(members)
	if Unmarshal([]byte(textOf(a)), v) != nil || Unmarshal([]byte(textOf(b)), w) != nil {
		return part{}, part{}, false
	}
	return partOf(v), partOf(w), false
}
