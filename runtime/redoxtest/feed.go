package redoxtest

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/redoxgen/redoxgen/runtime/redoxsim"
)

// Feed delivers messages to a webhook as Redox does: first in first out within
// a subscription (a data model to a destination), different subscriptions at
// the same time; a message whose answer is lost or has a status of 400 and
// above stops its subscription and is delivered again by Redox's schedule,
// with the same Meta.Logs[].ID and a new AttemptID.
//
//	feed := redoxtest.NewFeed(t, server.URL, token)
//	feed.Deliver(arrival).Twice()
//	feed.Deliver(result).AnswerLost()
//	feed.Run(t.Context())
//
// A Feed is safe for concurrent use; Run calls must not overlap.
type Feed struct {
	t         T // nil outside of tests
	sender    *redoxsim.Sender
	queues    redoxsim.Feed
	challenge bool

	mu       sync.Mutex
	err      error // of Deliver
	queued   []*FeedMessage
	attempts []FeedAttempt
}

// NewFeed returns a feed to the webhook at url. Errors fail the test, and so do
// messages that were queued and not delivered when it ends. Outside of a test, t is
// nil and the methods return errors.
func NewFeed(t T, url, token string, options ...FeedOption) *Feed {
	f := &Feed{
		t: t, sender: redoxsim.NewSender(url, token), challenge: true,
		queues: redoxsim.Feed{Clock: FastClock(1000), MaxAttempts: 50},
	}
	for _, o := range options {
		o(f)
	}
	if t != nil {
		t.Cleanup(f.leftBehind)
	}
	return f
}

// leftBehind fails a test that ends before what it queued is delivered: it would
// pass without having tested anything.
func (f *Feed) leftBehind() {
	f.t.Helper()
	f.mu.Lock()
	n, err := len(f.queued), f.err
	f.mu.Unlock()
	switch {
	case err != nil:
		f.t.Fatalf("redoxtest: %v", err)
	case n == 1:
		f.t.Fatalf("redoxtest: a message was queued and never delivered: call Run")
	case n > 1:
		f.t.Fatalf("redoxtest: %d messages were queued and never delivered: call Run", n)
	}
}

// Feed returns a feed to the webhook at url. Its methods return errors; NewFeed
// makes one that fails a test.
func (*Server) Feed(url, token string, options ...FeedOption) *Feed {
	return NewFeed(nil, url, token, options...)
}

// Deliver queues a message for Run: a redox.Message or any other value that
// encodes to JSON, or JSON text as a string or []byte. It gets a new log ID.
func (f *Feed) Deliver(message any) *FeedMessage {
	queued, err := redoxsim.NewMessage(message)
	m := &FeedMessage{feed: f, LogID: queued.LogID, message: queued}
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil {
		f.err = errors.Join(f.err, err)
		return m
	}
	f.queued = append(f.queued, m)
	return m
}

// Burst queues n messages with the same content and log IDs of their own.
func (f *Feed) Burst(n int, message any) []*FeedMessage {
	messages := make([]*FeedMessage, n)
	for i := range messages {
		messages[i] = f.Deliver(message)
	}
	return messages
}

// Backfill queues messages of the past, that Run delivers through the same endpoint
// beside the live ones, atOnce at a time. Only those of one patient keep their order.
func (f *Feed) Backfill(atOnce int, messages ...any) []*FeedMessage {
	queued := make([]*FeedMessage, len(messages))
	for i, message := range messages {
		queued[i] = f.Deliver(message)
		queued[i].backfill = max(1, atOnce)
	}
	return queued
}

// OutOfOrder makes Run deliver the subscriptions one after the other, the last
// one first: Redox promises no order across data models.
func (f *Feed) OutOfOrder() *Feed {
	f.queues.OutOfOrder = true
	return f
}

// Run delivers what is queued until every message was accepted, and returns the
// attempts that it took. Before its first message it verifies the endpoint. The
// error is for a webhook that does not verify, or that keeps refusing a message.
func (f *Feed) Run(ctx context.Context) ([]FeedAttempt, error) {
	if f.t != nil {
		f.t.Helper()
	}
	f.mu.Lock()
	err, before, queued := f.err, len(f.attempts), f.queued
	f.queued, f.err = nil, nil
	f.mu.Unlock()
	if err == nil && f.challenge {
		f.challenge = false
		err = f.Verify(ctx)
	}
	if err == nil {
		err = f.queues.Run(ctx, f.messages(queued))
	}
	if err != nil && f.t != nil {
		f.t.Fatalf("redoxtest: %v", err)
	}
	return f.Attempts()[before:], err
}

// messages returns what the queues need to know of the messages.
func (f *Feed) messages(queued []*FeedMessage) []*redoxsim.Queued {
	messages := make([]*redoxsim.Queued, len(queued))
	for i, m := range queued {
		m.message.LogID = m.LogID
		messages[i] = &redoxsim.Queued{
			Message: m.message, Times: m.times, Backfill: m.backfill,
			Attempt: func(ctx context.Context) redoxsim.Attempt { return redoxsim.Attempt(f.attemptAll(ctx, m)) },
		}
	}
	return messages
}

// Attempts returns all attempts so far, in the order in which they ended.
func (f *Feed) Attempts() []FeedAttempt {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.attempts)
}
