package redoxsim

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/redoxgen/redoxgen/runtime/internal/httperr"
)

// Attempt is one attempt at delivering a message.
type Attempt struct {
	Event     string // "DataModel.EventType"
	LogID     string
	AttemptID string
	At        time.Time
	Took      time.Duration
	Status    int         // 0 if there was no answer
	Header    http.Header // of the answer
	Body      []byte      // of the answer, its first 64 KB
	Err       error       // why there was no answer; its text repeats nothing of the server's
}

// Accepted reports whether Redox would go on with the next message. It stops at a
// status of 400 and above. A redirect counts as a failure: Redox may take the
// message for delivered, which then is lost.
func (a Attempt) Accepted() bool { return a.Err == nil && a.Status >= 200 && a.Status < 300 }

// longestAnswer is how much of an answer is read.
const longestAnswer = 64 << 10

// Sender delivers messages to a webhook, or to several in turn, as to receivers
// behind a load balancer. Make one with NewSender. It is safe for concurrent use,
// its fields are not to be changed then.
type Sender struct {
	URLs   []string
	Token  string       // verification token of the webhook
	Client *http.Client // by default one that waits two minutes and follows no redirects
	// Authorize, if set, adds credentials to deliveries with s.Token: a signature of
	// the body, another token. Challenges have none, as with Redox.
	Authorize func(r *http.Request, body []byte) error

	turn atomic.Uint64 // which URL is next
}

// NewSender returns a sender to the webhook at url with that verification token.
func NewSender(url, token string) *Sender {
	return &Sender{
		URLs: []string{url}, Token: token,
		Client: &http.Client{
			Timeout:       2 * time.Minute,
			Transport:     &http.Transport{MaxIdleConnsPerHost: 64},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// Deliver makes an attempt at the message with a verification token: s.Token, or a
// wrong one.
func (s *Sender) Deliver(ctx context.Context, m *Message, token string) Attempt {
	a := Attempt{Event: m.Event(), LogID: m.LogID, AttemptID: NewID(), At: time.Now()}
	a.Err = s.post(ctx, &a, m.Body(a.AttemptID), token)
	a.Took = time.Since(a.At)
	return a
}

// ErrAnswerLost is the error of an attempt by DeliverUnanswered.
var ErrAnswerLost = errors.New("the answer was lost")

// DeliverUnanswered is Deliver, with a connection that breaks as soon as the request is
// written: the webhook may have handled the message, and Redox does not know.
func (s *Sender) DeliverUnanswered(ctx context.Context, m *Message, token string) Attempt {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	a := s.Deliver(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteRequest: func(httptrace.WroteRequestInfo) { cancel() },
	}), m, token)
	a.Status, a.Header, a.Body, a.Err = 0, nil, nil, ErrAnswerLost
	return a
}

func (s *Sender) post(ctx context.Context, a *Attempt, body []byte, token string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url(), bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("verification-token", token)
	r.Header.Set("User-Agent", "RedoxEngine (redoxtest)")
	if s.Authorize != nil && token == s.Token {
		if err := s.Authorize(r, body); err != nil {
			return err
		}
	}
	response, err := s.Client.Do(r)
	if err != nil {
		return httperr.Wrap(err)
	}
	defer response.Body.Close()
	a.Status, a.Header = response.StatusCode, response.Header
	a.Body, err = io.ReadAll(io.LimitReader(response.Body, longestAnswer))
	return httperr.Wrap(err)
}

// url returns the receiver whose turn it is.
func (s *Sender) url() string {
	return s.URLs[(s.turn.Add(1)-1)%uint64(len(s.URLs))]
}
