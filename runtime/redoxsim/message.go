package redoxsim

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// Message is a message that Redox delivers.
type Message struct {
	Meta  redox.Meta // of the message as it was given; zero for what is not JSON
	LogID string     // Meta.Logs[0].ID of every attempt

	NumericLogID bool // write LogID as a JSON number
	NewerSchema  bool // add members that no schema knows

	raw []byte
}

// NewMessage returns the message with a new log ID. It is JSON text, as a string
// or bytes, or a value that encodes to JSON. Text that is not JSON is taken as
// well, and delivered as it is. The message is never nil.
func NewMessage(message any) (*Message, error) {
	m := &Message{LogID: NewID()}
	switch v := message.(type) {
	case []byte:
		m.raw = v
	case json.RawMessage:
		m.raw = v
	case string:
		m.raw = []byte(v)
	default:
		raw, err := json.Marshal(v)
		if err != nil {
			return m, fmt.Errorf("a message that does not encode: %w", err)
		}
		m.raw = raw
	}
	m.Meta, _ = redox.PeekMeta(m.raw)
	return m, nil
}

// Event returns "DataModel.EventType".
func (m *Message) Event() string { return m.Meta.DataModel + "." + m.Meta.EventType }

// Subscription returns what Redox keeps the order of messages within: a data model
// to a destination.
func (m *Message) Subscription() string {
	destination := ""
	if len(m.Meta.Destinations) > 0 {
		destination = m.Meta.Destinations[0].ID
	}
	return m.Meta.DataModel + " to " + destination
}

// Patient returns the first identifier of the message's patient with its type, by which
// child queues are chosen; "" if there is none. It is patient data.
func (m *Message) Patient() string {
	patient, _ := patients(m.raw)
	return patient
}

// Body returns the message with its log ID and an attempt ID. Everything but Meta
// stays as it is, byte for byte, and so does a message without a Meta section.
func (m *Message) Body(attemptID string) []byte {
	start, end, err := findMeta(m.raw)
	if err != nil {
		return m.raw
	}
	var meta map[string]json.RawMessage
	if json.Unmarshal(m.raw[start:end], &meta) != nil || meta == nil {
		return m.raw // there is no place for a log ID in what is no object, nor in null
	}
	id, _ := json.Marshal(m.LogID)
	if m.NumericLogID {
		id = []byte(m.LogID)
	}
	meta["Logs"] = fmt.Appendf(nil, `[{"ID":%s,"AttemptID":%q}]`, id, attemptID)
	if m.NewerSchema {
		meta["Newer"] = json.RawMessage(`{"Added":[1,null,"x"]}`)
	}
	stamped, err := json.Marshal(meta)
	if err != nil {
		return m.raw
	}
	body := bytes.Join([][]byte{m.raw[:start], stamped, m.raw[end:]}, nil)
	if m.NewerSchema {
		body = bytes.Replace(body, []byte("{"), []byte(`{"Newer":{"Added":true},`), 1)
	}
	return body
}

var errNoMeta = errors.New("no Meta section")

// findMeta returns where the value of the member Meta is.
func findMeta(raw []byte) (start, end int64, err error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return 0, 0, errNoMeta
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return 0, 0, err
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return 0, 0, err
		}
		if name == "Meta" {
			end = dec.InputOffset()
			return end - int64(len(value)), end, nil
		}
	}
	return 0, 0, errNoMeta
}

// NewID returns a random ID in the form of those that Redox gives, a UUID.
func NewID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
