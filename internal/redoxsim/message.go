package redoxtest

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// FeedMessage is a message that is queued in a Feed, and how its delivery is
// disturbed. Its methods are to be called before Run.
type FeedMessage struct {
	LogID string // Meta.Logs[0].ID of every attempt, as text

	feed       *Feed
	meta       redox.Meta
	raw        []byte
	times      int
	atOnce     int
	answerLost int
	wrongToken int
	numericID  bool
	newer      bool
}

func newFeedMessage(f *Feed, message any) (*FeedMessage, error) {
	m := &FeedMessage{feed: f, LogID: newUUID()}
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
	// What is no JSON is delivered too: that is what some tests are about.
	m.meta, _ = redox.PeekMeta(m.raw)
	return m, nil
}

// Twice delivers the message once more after it was accepted.
func (m *FeedMessage) Twice() *FeedMessage { return m.Times(2) }

// Times delivers the message until it was accepted n times.
func (m *FeedMessage) Times(n int) *FeedMessage {
	m.times = n
	return m
}

// AtOnce makes the first attempt n attempts at the same moment, and those
// after it until one of them is accepted.
func (m *FeedMessage) AtOnce(n int) *FeedMessage {
	m.atOnce = n
	return m
}

// AnswerLost drops the connection of the first attempt after the request was
// sent: the webhook may have handled the message, Redox does not know.
func (m *FeedMessage) AnswerLost() *FeedMessage {
	m.answerLost++
	return m
}

// WrongToken makes the first attempt one with a wrong token.
func (m *FeedMessage) WrongToken() *FeedMessage {
	m.wrongToken++
	return m
}

// NumericLogID gives the message a log ID that is a JSON number, as in older
// messages.
func (m *FeedMessage) NumericLogID() *FeedMessage {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	m.LogID, m.numericID = fmt.Sprint(binary.BigEndian.Uint64(b[:])>>1), true
	return m
}

// NewerSchema adds members that no schema knows, as Redox does without notice.
func (m *FeedMessage) NewerSchema() *FeedMessage {
	m.newer = true
	return m
}

// OutOfOrder is Feed.OutOfOrder.
func (m *FeedMessage) OutOfOrder() *FeedMessage {
	m.feed.OutOfOrder()
	return m
}

// Run is Feed.Run.
func (m *FeedMessage) Run(ctx context.Context) ([]FeedAttempt, error) { return m.feed.Run(ctx) }

func (m *FeedMessage) event() string { return m.meta.DataModel + "." + m.meta.EventType }

// subscription is what the message keeps its order within.
func (m *FeedMessage) subscription() string {
	destination := ""
	if len(m.meta.Destinations) > 0 {
		destination = m.meta.Destinations[0].ID
	}
	return m.meta.DataModel + " to " + destination
}

// body returns the message with its log ID and an attempt ID. Everything but
// Meta stays as it is, byte for byte.
func (m *FeedMessage) body(attemptID string) []byte {
	start, end, err := findMeta(m.raw)
	if err != nil {
		return m.raw
	}
	var meta map[string]json.RawMessage
	if json.Unmarshal(m.raw[start:end], &meta) != nil || meta == nil {
		return m.raw // there is no place for a log ID in what is no object, nor in null
	}
	id, _ := json.Marshal(m.LogID)
	if m.numericID {
		id = []byte(m.LogID)
	}
	meta["Logs"] = fmt.Appendf(nil, `[{"ID":%s,"AttemptID":%q}]`, id, attemptID)
	if m.newer {
		meta["Newer"] = json.RawMessage(`{"Added":[1,null,"x"]}`)
	}
	stamped, err := json.Marshal(meta)
	if err != nil {
		return m.raw
	}
	body := bytes.Join([][]byte{m.raw[:start], stamped, m.raw[end:]}, nil)
	if m.newer {
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

// newUUID returns a random UUID.
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
