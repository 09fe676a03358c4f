package redoxtest

import (
	"net/http"
	"time"

	"github.com/redoxgen/redoxgen/runtime/redoxsim"
)

// FeedOption configures a Feed.
type FeedOption func(*Feed)

// WithFeedClock sets the clock of the retry schedule. Default FastClock(1000).
func WithFeedClock(c FeedClock) FeedOption { return func(f *Feed) { f.queues.Clock = c } }

// WithMaxAttempts sets after how many attempts at a message Run gives up with
// an error; Redox never does. Default 50.
func WithMaxAttempts(n int) FeedOption { return func(f *Feed) { f.queues.MaxAttempts = n } }

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

// WithChildQueues splits each subscription into n queues, delivered at the same time
// and first in first out each. A patient, known by the first identifier of a message,
// has all messages in one queue. A merge of two patients is in the queue of the one
// that remains: it may come before messages of the other that were queued earlier.
func WithChildQueues(n int) FeedOption { return func(f *Feed) { f.queues.ChildQueues = n } }

// WithMergesFirst makes sure that merges do come first: the messages before a merge
// that are of the previous patient, in another child queue, wait until the merge is
// accepted.
func WithMergesFirst() FeedOption { return func(f *Feed) { f.queues.MergesFirst = true } }

// WithProduction delivers as Redox does in production, where a message with Meta.Test
// has one attempt: if that is refused the next message follows, and Run returns no error
// for it.
func WithProduction() FeedOption { return func(f *Feed) { f.queues.Production = true } }

// FeedClock is the time that a Feed goes by.
type FeedClock = redoxsim.Clock

// RealClock is the machine's clock.
func RealClock() FeedClock { return redoxsim.RealClock() }

// FastClock is a clock that runs so many times as fast as the machine's: with
// 1000, Redox's ten seconds take ten milliseconds.
func FastClock(factor float64) FeedClock { return redoxsim.FastClock(factor) }

// RetryDelay is redoxsim.RetryDelay: how long Redox waits after the n-th failed attempt
// at a message.
func RetryDelay(n int) time.Duration { return redoxsim.RetryDelay(n) }
