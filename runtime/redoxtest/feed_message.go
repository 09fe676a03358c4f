package redoxtest

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"strconv"

	"github.com/redoxgen/redoxgen/runtime/redoxsim"
)

// FeedMessage is a message that is queued in a Feed, and how its delivery is
// disturbed. Its methods are to be called before Run.
type FeedMessage struct {
	LogID string // Meta.Logs[0].ID of every attempt, as text

	feed       *Feed
	message    *redoxsim.Message
	times      int
	backfill   int
	atOnce     int
	answerLost int
	wrongToken int
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

// WrongToken makes the first attempt one with a wrong token, and without what
// WithCredentials adds.
func (m *FeedMessage) WrongToken() *FeedMessage {
	m.wrongToken++
	return m
}

// NumericLogID gives the message a log ID that is a JSON number, as in older
// messages.
func (m *FeedMessage) NumericLogID() *FeedMessage {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	m.LogID = strconv.FormatUint(binary.BigEndian.Uint64(b[:])>>1, 10)
	m.message.NumericLogID = true
	return m
}

// NewerSchema adds members that no schema knows, as Redox does without notice.
func (m *FeedMessage) NewerSchema() *FeedMessage {
	m.message.NewerSchema = true
	return m
}

// OutOfOrder is Feed.OutOfOrder.
func (m *FeedMessage) OutOfOrder() *FeedMessage {
	m.feed.OutOfOrder()
	return m
}

// Run is Feed.Run.
func (m *FeedMessage) Run(ctx context.Context) ([]FeedAttempt, error) { return m.feed.Run(ctx) }
