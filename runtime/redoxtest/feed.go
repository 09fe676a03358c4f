package redoxtest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
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
	t           T // nil outside of tests
	sender      *redoxsim.Sender
	clock       FeedClock
	maxAttempts int
	challenge   bool
	outOfOrder  bool

	mu            sync.Mutex
	err           error // of Deliver
	subscriptions []string
	queues        map[string][]*FeedMessage
	attempts      []FeedAttempt
}

// FeedOption configures a Feed.
type FeedOption func(*Feed)

// WithFeedClock sets the clock of the retry schedule. Default FastClock(1000).
func WithFeedClock(c FeedClock) FeedOption { return func(f *Feed) { f.clock = c } }

// WithMaxAttempts sets after how many attempts at a message Run gives up with
// an error; Redox never does. Default 50.
func WithMaxAttempts(n int) FeedOption { return func(f *Feed) { f.maxAttempts = n } }

// WithHTTPClient sets the client that delivers.
func WithHTTPClient(c *http.Client) FeedOption { return func(f *Feed) { f.sender.Client = c } }

// WithReceivers adds URLs of further receivers; attempts take turns, as with
// receivers behind a load balancer.
func WithReceivers(urls ...string) FeedOption {
	return func(f *Feed) { f.sender.URLs = append(f.sender.URLs, urls...) }
}

// WithoutChallenge leaves out the verification of the endpoint before the
// first message.
func WithoutChallenge() FeedOption { return func(f *Feed) { f.challenge = false } }

// NewFeed returns a feed to the webhook at url. Errors fail the test, and so do
// messages that were queued and not delivered when it ends. Outside of a test, t is
// nil and the methods return errors.
func NewFeed(t T, url, token string, options ...FeedOption) *Feed {
	f := &Feed{
		t: t, sender: redoxsim.NewSender(url, token), challenge: true, maxAttempts: 50,
		clock:  FastClock(1000),
		queues: map[string][]*FeedMessage{},
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
	n, err := 0, f.err
	for _, queue := range f.queues {
		n += len(queue)
	}
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
	s := queued.Subscription()
	if !slices.Contains(f.subscriptions, s) {
		f.subscriptions = append(f.subscriptions, s)
	}
	f.queues[s] = append(f.queues[s], m)
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

// OutOfOrder makes Run deliver the subscriptions one after the other, the last
// one first: Redox promises no order across data models.
func (f *Feed) OutOfOrder() *Feed {
	f.outOfOrder = true
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
	err, before := f.err, len(f.attempts)
	queues, subscriptions := f.queues, f.subscriptions
	f.queues, f.subscriptions, f.err = map[string][]*FeedMessage{}, nil, nil
	f.mu.Unlock()
	if err == nil && f.challenge {
		f.challenge = false
		err = f.Verify(ctx)
	}
	if err == nil {
		err = f.drain(ctx, subscriptions, queues)
	}
	if err != nil && f.t != nil {
		f.t.Fatalf("redoxtest: %v", err)
	}
	return f.Attempts()[before:], err
}

func (f *Feed) drain(ctx context.Context, subscriptions []string, queues map[string][]*FeedMessage) error {
	if f.outOfOrder {
		for _, s := range slices.Backward(subscriptions) {
			if err := f.drainOne(ctx, queues[s]); err != nil {
				return err
			}
		}
		return nil
	}
	errs := make([]error, len(subscriptions))
	var wg sync.WaitGroup
	for i, s := range subscriptions {
		wg.Go(func() { errs[i] = f.drainOne(ctx, queues[s]) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (f *Feed) drainOne(ctx context.Context, queue []*FeedMessage) error {
	for _, m := range queue {
		if err := f.deliver(ctx, m); err != nil {
			return fmt.Errorf("%s %s: %w", m.message.Event(), m.LogID, err)
		}
	}
	return nil
}

// deliver delivers a message and its duplicates.
func (f *Feed) deliver(ctx context.Context, m *FeedMessage) error {
	for range max(1, m.times) {
		if err := f.untilAccepted(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

func (f *Feed) untilAccepted(ctx context.Context, m *FeedMessage) error {
	for n := 1; ; n++ {
		a := f.attemptAll(ctx, m)
		if a.Accepted() {
			return nil
		}
		if n == f.maxAttempts {
			return fmt.Errorf("still not accepted after %d attempts: status %d, %w", n, a.Status, errOr(a.Err, errRefused))
		}
		if err := f.clock.Sleep(ctx, RetryDelay(n)); err != nil {
			return err
		}
	}
}

var errRefused = errors.New("refused")

func errOr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// Attempts returns all attempts so far, in the order in which they ended.
func (f *Feed) Attempts() []FeedAttempt {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.attempts)
}
