package natsinbox

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/inbox"
)

// recordHeader is the header with a record, in JSON. Workers read headers alone.
const recordHeader = "Redoxgen-Record"

// The subjects of a stream. Of each only the last record is kept; those of messages
// have one.
//
//	NAME.m.KEY  a message, by the hash of its key
//	NAME.s.ID   what became of the message, by its sequence in the stream
//	NAME.r.ID   the last replay of a finished message
//	NAME.floor  where a worker that starts reads from
func (b *Box) messageSubject(key dedup.Key) string {
	h := b.hasher.Hash(string(key))
	return fmt.Sprintf("%s.m.%x", b.name, h[:])
}
func (b *Box) stateSubject(id int64) string  { return b.name + ".s." + strconv.FormatInt(id, 10) }
func (b *Box) replaySubject(id int64) string { return b.name + ".r." + strconv.FormatInt(id, 10) }
func (b *Box) floorSubject() string          { return b.name + ".floor" }

// parse returns the kind of a record and the ID in its subject, which a message has not.
func (b *Box) parse(subject string) (kind string, id int64) {
	rest := strings.TrimPrefix(subject, b.name+".")
	kind, last, _ := strings.Cut(rest, ".")
	if kind != "m" {
		id, _ = strconv.ParseInt(last, 10, 64)
	}
	return kind, id
}

// messageRecord is the header of a message. Its body is the raw message, or nothing if
// that is in the object store.
type messageRecord struct {
	Key       []byte `json:"k"`
	Order     []byte `json:"o,omitempty"` // hashes, one after the other
	DataModel string `json:"d,omitempty"`
	EventType string `json:"e,omitempty"`
	Source    string `json:"s,omitempty"`
	LogID     string `json:"l,omitempty"`
	AttemptID string `json:"a,omitempty"`
	Received  int64  `json:"t"` // ns since 1970
	Size      int    `json:"z"`
	Object    string `json:"b,omitempty"` // its name in the object store
}

// stateRecord is the header of a state.
type stateRecord struct {
	Outcome  inbox.Outcome `json:"o"`
	At       int64         `json:"p"` // the position: the message's ID, or the sequence of its replay
	Attempt  int           `json:"n,omitempty"`
	Replay   bool          `json:"r,omitempty"`
	Handler  string        `json:"h,omitempty"`
	Run      int64         `json:"x,omitempty"` // as in inbox.Claim
	Claim    string        `json:"c,omitempty"` // a claim's own name, also of what ended it
	Claimed  bool          `json:"w,omitempty"` // held by a worker
	For      time.Duration `json:"u,omitempty"` // the lease, or the time until the retry
	Finished int64         `json:"f,omitempty"` // ns since 1970
}

// replayRecord is the header of a replay.
type replayRecord struct {
	Order    []byte `json:"o,omitempty"`
	Handler  string `json:"h,omitempty"`
	Received int64  `json:"t"`
	State    uint64 `json:"s"`           // sequence of the message's state before it
	Handled  bool   `json:"f,omitempty"` // which was Handled: it is a run of its own
	Run      int64  `json:"x,omitempty"` // that of the state otherwise
}

// floorRecord is the header of the floor: what is before this sequence is finished.
type floorRecord struct {
	Sequence uint64 `json:"q"`
}

func newRecord(subject string, record any, body []byte) *nats.Msg {
	text, err := json.Marshal(record)
	if err != nil { // texts, numbers and bytes
		panic(err)
	}
	return &nats.Msg{Subject: subject, Header: nats.Header{recordHeader: {string(text)}}, Data: body}
}

var errRecord = errors.New("natsinbox: the stream has a record that this program did not write")

func readRecord[T any](header nats.Header) (record T, err error) {
	if json.Unmarshal([]byte(header.Get(recordHeader)), &record) != nil {
		return record, errRecord // without the text: it is not ours
	}
	return record, nil
}

func packHashes(hashes []inbox.Hash) []byte {
	var packed []byte
	for _, h := range hashes {
		packed = append(packed, h[:]...)
	}
	return packed
}

// lanes returns the first half of each hash, by which workers find messages with a
// common key. Two that only look the same wait for each other, no more.
func lanes(packed []byte) []uint64 {
	const size = len(inbox.Hash{})
	lanes := make([]uint64, 0, len(packed)/size)
	for ; len(packed) >= size; packed = packed[size:] {
		lanes = append(lanes, binary.BigEndian.Uint64(packed))
	}
	return lanes
}

func hasHash(packed []byte, h inbox.Hash) bool {
	for ; len(packed) >= len(h); packed = packed[len(h):] {
		if inbox.Hash(packed[:len(h)]) == h {
			return true
		}
	}
	return false
}

// message returns the message without its body.
func (r messageRecord) message() inbox.Message {
	return inbox.Message{
		Key: dedup.Key(r.Key), DataModel: r.DataModel, EventType: r.EventType, Source: r.Source,
		LogID: r.LogID, AttemptID: r.AttemptID, Received: time.Unix(0, r.Received),
	}
}
