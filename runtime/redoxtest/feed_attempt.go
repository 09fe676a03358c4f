package redoxtest

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/redoxgen/redoxgen/runtime/redoxsim"
)

// FeedAttempt is one attempt at a message.
type FeedAttempt struct {
	Event     string // "DataModel.EventType"
	LogID     string
	AttemptID string
	At        time.Time // by the feed's clock
	Took      time.Duration
	Status    int         // 0 if there was no answer
	Header    http.Header // of the answer
	Body      []byte      // of the answer, its first 64 KB
	Err       error       // why there was no answer; its text repeats nothing of the server's
}

// Accepted reports whether the feed goes on with the next message. Redox stops at
// a status of 400 and above. A redirect counts as a failure: Redox may take the
// message for delivered, which then is lost.
func (a FeedAttempt) Accepted() bool { return redoxsim.Attempt(a).Accepted() }

// ErrAnswerLost is the error of an attempt whose answer was lost on purpose.
var ErrAnswerLost = redoxsim.ErrAnswerLost

// Verify verifies the endpoint as Redox does when it is set up, by POST and by
// GET. The webhook must answer 200 with the challenge in the body, and must
// not answer so to a wrong token.
func (f *Feed) Verify(ctx context.Context) error { return f.sender.Verify(ctx) }

// Trigger delivers a message once or several times, each time as an attempt at
// the same message, and returns what was answered. It does not wait for a
// message to be accepted; the error is for what cannot be delivered at all.
func (f *Feed) Trigger(ctx context.Context, message any, times int) ([]FeedAttempt, error) {
	m, err := redoxsim.NewMessage(message)
	if err != nil {
		return nil, err
	}
	attempts := make([]FeedAttempt, times)
	for i := range attempts {
		attempts[i] = f.attempt(ctx, m, f.sender.Token, false)
	}
	return attempts, ctx.Err()
}

// attemptAll makes the next attempt at a message, or several at once. Of those
// the worst counts, as Redox would try again.
func (f *Feed) attemptAll(ctx context.Context, m *FeedMessage) FeedAttempt {
	token, lose := f.sender.Token, false
	switch {
	case m.wrongToken > 0:
		m.wrongToken--
		token += "-wrong"
	case m.answerLost > 0:
		m.answerLost--
		lose = true
	}
	attempts := make([]FeedAttempt, max(1, m.atOnce))
	var wg sync.WaitGroup
	for i := range attempts {
		wg.Go(func() { attempts[i] = f.attempt(ctx, m.message, token, lose) })
	}
	wg.Wait()
	worst := attempts[0]
	for _, a := range attempts {
		if a.Accepted() {
			m.atOnce = 0 // the retry, if there is one, comes alone
		} else {
			worst = a
		}
	}
	return worst
}

func (f *Feed) attempt(ctx context.Context, m *redoxsim.Message, token string, lose bool) FeedAttempt {
	at := f.queues.Clock.Now()
	var a FeedAttempt
	if lose {
		a = FeedAttempt(f.sender.DeliverUnanswered(ctx, m, token))
	} else {
		a = FeedAttempt(f.sender.Deliver(ctx, m, token))
	}
	a.At = at
	f.mu.Lock()
	defer f.mu.Unlock()
	f.attempts = append(f.attempts, a)
	return a
}
