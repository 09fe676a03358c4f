package redox

import (
	"encoding/json"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
)

// Kind tells how an event travels.
type Kind uint8

// The kinds of events.
const (
	Notification Kind = iota + 1 // sent and accepted, no answer with content
	Query                        // asks; the answer is the event's Response
	Response                     // answers a query
	SSO                          // opens a session in a browser
)

// String returns the kind in lower case.
func (k Kind) String() string {
	switch k {
	case Notification:
		return "notification"
	case Query:
		return "query"
	case Response:
		return "response"
	case SSO:
		return "sso"
	default:
		return "unknown"
	}
}

// EventInfo describes one event type.
type EventInfo struct {
	DataModel string // as in Meta.DataModel, such as "Clinical Summary"
	EventType string // as in Meta.EventType, such as "PatientPush"
	Kind      Kind
	Response  string         // EventType of the answer; "" unless Kind is Query
	New       func() Message // returns a new, empty message of the event's type

	// Validate reports what is wrong with a message without building it; nil for
	// an event without a schema, such as that of an Unknown.
	Validate func(data []byte) (Report, error)
}

// ValidateJSON reports what is wrong with a message without building it. Without
// a schema, any JSON object is valid. The error is that of DecodeJSON.
func (e *EventInfo) ValidateJSON(data []byte) (Report, error) {
	if e.Validate == nil {
		return Report{}, exported(jsontext.CheckObject(data))
	}
	return e.Validate(data)
}

// String returns "DataModel.EventType".
func (e *EventInfo) String() string { return e.DataModel + "." + e.EventType }

// Message is any generated event type.
type Message interface {
	json.Marshaler
	json.Unmarshaler

	// RedoxEvent describes the message's type; it works on an empty message.
	RedoxEvent() *EventInfo
	// RedoxMeta returns what the Meta section says, in the form common to all events.
	RedoxMeta() Meta
	// DecodeJSON replaces the message by what data holds and reports what is
	// wrong with it. The error is a *SyntaxError for data that is not a JSON
	// object, or a *TooLargeError; the message is empty then.
	DecodeJSON(data []byte) (Report, error)
	// AppendJSON appends the message to dst.
	AppendJSON(dst []byte) ([]byte, error)
	// AppendValid appends the message to dst if its schema accepts it.
	// Otherwise the error says why, as that of Report.Err does.
	AppendValid(dst []byte) ([]byte, error)
	// Validate reports what is wrong with the message as it would be sent.
	Validate() Report
}

// QueryMessage is a query whose answer is a *R, so that a client can infer
// the type of the answer from the question.
type QueryMessage[R any] interface {
	Message
	// RedoxResponse returns a new, empty answer.
	RedoxResponse() *R
}
