//go:build !redoxgen_bootstrap

// Package listen receives deliveries as a destination of Redox does, records them,
// and forwards them to the program that is developed.
package listen

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
	"github.com/redoxgen/redoxgen/runtime/webhook/verify"
)

// Config says who may deliver, and what becomes of deliveries.
type Config struct {
	Token   string
	Verify  verify.Verifier // of deliveries; nil: they have Token
	MaxBody int64           // the largest delivery in bytes
	Target  *url.URL        // where deliveries are forwarded to; nil: they are answered 200
	Timeout time.Duration   // that Target has for an answer
	Record  string          // directory that deliveries are recorded in; "" for none

	// Delivered is called after each delivery, and Other after each other request, with
	// the status of its answer. Both are called by several goroutines.
	Delivered func(Delivery)
	Other     func(status int, result webhook.Result)
}

// Delivery is a verified delivery and how it was answered.
type Delivery struct {
	Raw        []byte // the body as it was received
	Event      string // withheld, as the IDs are, if it does not look like a name
	LogID      string
	AttemptID  string
	Received   time.Time
	Redelivery bool   // the message was delivered before, since the Listener was made
	File       string // that Raw is recorded in
	RecordErr  error  // why it is not
	Answer            // of the target
	Status     int    // what Redox was answered
}

// Listener receives deliveries.
type Listener struct {
	config  Config
	handler *webhook.Handler
	root    http.Handler
	target  *target
	seen    *dedup.Memory
}

// New returns a Listener. Each delivery is forwarded, also one that was delivered
// before or is no JSON: what to do with it is for the target to decide.
func New(c Config) (*Listener, error) {
	l := &Listener{config: c, seen: dedup.NewMemory(dedup.MemoryConfig{})}
	if c.Target != nil {
		l.target = newTarget(c.Target, c.Timeout, c.MaxBody)
	}
	mux := webhook.NewMux()
	webhook.OnAny(mux, func(ctx context.Context, d webhook.Delivery, _ redox.Message) error {
		received := Delivery{Raw: d.Raw, Received: d.Received}
		for _, a := range d.Attrs() {
			switch a.Key {
			case "event":
				received.Event = a.Value.String()
			case "log_id":
				received.LogID = a.Value.String()
			case "attempt_id":
				received.AttemptID = a.Value.String()
			}
		}
		return l.take(ctx, received, d.MessageKey())
	})
	var err error
	l.handler, err = webhook.NewHandler(mux, webhook.Config{
		Tokens: []string{c.Token}, Verify: c.Verify, MaxBody: c.MaxBody, Dedup: dedup.None(), DeadLetter: undecodable{l},
		Logger: slog.New(slog.DiscardHandler),
	})
	return l, err
}

// undecodable takes what is no message at all.
type undecodable struct{ l *Listener }

// Put implements deadletter.Sink.
func (u undecodable) Put(ctx context.Context, m deadletter.Message) error {
	return u.l.take(ctx, Delivery{Raw: m.Raw, Event: m.Event(), Received: m.Received}, m.Key)
}

// take notes the delivery of a request, which is dealt with when its handler returns.
func (l *Listener) take(ctx context.Context, d Delivery, key dedup.Key) error {
	claim, err := l.seen.Claim(ctx, key, time.Minute)
	if err != nil {
		return err
	}
	d.Redelivery = claim.State != dedup.New
	if !d.Redelivery {
		if err := l.seen.Commit(ctx, claim); err != nil {
			return err
		}
	}
	ctx.Value(exchangeKey{}).(*exchange).delivery = &d
	return nil
}

// Serve serves until ctx ends, then stops gracefully, as webhook.ServeListener does.
func (l *Listener) Serve(ctx context.Context, listener net.Listener) error {
	server := webhook.NewServer(l.handler)
	l.root, server.Handler = server.Handler, l
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	return errors.Join(l.handler.Shutdown(ctx), server.Shutdown(ctx), server.Close())
}

// ServeHTTP lets the webhook's handler verify and read the request. A delivery is
// answered as the target answers it, and all else as the handler does.
func (l *Listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{ResponseWriter: w}
	l.root.ServeHTTP(x, r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x)))
	if x.delivery == nil {
		if result := webhook.ResultOf(w.Header()); result != "" || x.status == http.StatusUnauthorized {
			l.config.Other(x.status, result)
		}
		return
	}
	d := x.delivery
	l.deal(r, d)
	// The time to take the answer counts from now, not from the handler's answer.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(answerTimeout)) // not every ResponseWriter can
	d.writeTo(w, d.Status)
	l.config.Delivered(*d)
}

// answerTimeout is how long a client has to take an answer.
const answerTimeout = 30 * time.Second

// deal records and forwards the delivery, and says how it is to be answered. What
// cannot be recorded is not accepted: it comes again.
func (l *Listener) deal(r *http.Request, d *Delivery) {
	if l.config.Record != "" {
		if d.File, d.RecordErr = record(l.config.Record, d); d.RecordErr != nil {
			d.Status = http.StatusServiceUnavailable
			return
		}
	}
	if l.target == nil {
		d.Status = http.StatusOK
		return
	}
	d.Answer = l.target.forward(r, d.Raw)
	d.Status = d.statusForRedox()
}

// exchange is a request on its way through the webhook's handler, whose answer to a
// delivery is not sent.
type exchange struct {
	http.ResponseWriter
	delivery *Delivery
	status   int
}

type exchangeKey struct{}

// Unwrap is for http.ResponseController.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (x *exchange) WriteHeader(status int) {
	x.status = status
	if x.delivery == nil {
		x.ResponseWriter.WriteHeader(status)
	}
}

// Write implements http.ResponseWriter.
func (x *exchange) Write(p []byte) (int, error) {
	if x.delivery != nil {
		return len(p), nil
	}
	return x.ResponseWriter.Write(p)
}
