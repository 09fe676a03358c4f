package redoxtest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync"
	"time"

	"github.com/redoxgen/redoxgen/internal/httperr"
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
// a status of 400 and above. It may take a message for delivered that is answered
// with a redirect, which then is lost: to the feed that is a failure.
func (a FeedAttempt) Accepted() bool { return a.Err == nil && a.Status >= 200 && a.Status < 300 }

// ErrAnswerLost is the error of an attempt whose answer was lost on purpose.
var ErrAnswerLost = errors.New("the answer was lost")

// Trigger delivers a message once or several times, each time as an attempt at
// the same message, and returns what was answered. It does not wait for a
// message to be accepted; the error is for what cannot be delivered at all.
func (f *Feed) Trigger(ctx context.Context, message any, times int) ([]FeedAttempt, error) {
	m, err := newFeedMessage(f, message)
	if err != nil {
		return nil, err
	}
	attempts := make([]FeedAttempt, times)
	for i := range attempts {
		attempts[i] = f.attempt(ctx, m, f.token, false)
	}
	return attempts, ctx.Err()
}

// attemptAll makes the next attempt at a message, or several at once. Of those
// the worst counts, as Redox would try again.
func (f *Feed) attemptAll(ctx context.Context, m *FeedMessage) FeedAttempt {
	token, lose := f.token, false
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
		wg.Go(func() { attempts[i] = f.attempt(ctx, m, token, lose) })
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

func (f *Feed) attempt(ctx context.Context, m *FeedMessage, token string, lose bool) FeedAttempt {
	a := FeedAttempt{Event: m.event(), LogID: m.LogID, AttemptID: newUUID(), At: f.clock.Now()}
	began := time.Now()
	a.Err = f.post(ctx, &a, m.body(a.AttemptID), token, lose)
	a.Took = time.Since(began)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.attempts = append(f.attempts, a)
	return a
}

// post sends a body as Redox sends deliveries.
func (f *Feed) post(ctx context.Context, a *FeedAttempt, body []byte, token string, lose bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if lose {
		ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
			WroteRequest: func(httptrace.WroteRequestInfo) { cancel() },
		})
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, f.url(), bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("verification-token", token)
	r.Header.Set("User-Agent", "RedoxEngine (redoxtest)")
	response, err := f.client.Do(r)
	if lose {
		if err == nil {
			_ = response.Body.Close()
		}
		return ErrAnswerLost
	}
	if err != nil {
		return httperr.Wrap(err)
	}
	defer response.Body.Close()
	a.Status, a.Header = response.StatusCode, response.Header
	a.Body, err = io.ReadAll(io.LimitReader(response.Body, 64<<10))
	return httperr.Wrap(err)
}

// url returns the receiver whose turn it is.
func (f *Feed) url() string {
	return f.urls[(f.turn.Add(1)-1)%uint64(len(f.urls))]
}
