package webhook

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/redoxgen/redoxgen/runtime/inbox"
)

// A message goes through the files in this order: exchange, body, deliver, acquire,
// inbox if there is one, handlers, deadletter, acquire again, answer.

// exchange is one request and its answer.
type exchange struct {
	h          *Handler
	w          http.ResponseWriter
	r          *http.Request
	ctx        context.Context
	received   time.Time
	out        Outcome
	calling    atomic.Pointer[string] // the handler that is running
	verified   bool
	begun      bool // the body is read
	early      early
	message    claimState  // the claim of the message
	work       *inbox.Work // the message is from the inbox, and its claim is there
	deadLetter claimState  // the claim of the dead letter that is replayed
	written    bool        // the status is sent
	broken     bool        // there is no way to answer any more
}

// observe serves the request, unless the handler is shutting down, then logs its
// outcome and passes it to the observers.
func (x *exchange) observe(serve func()) (served bool) {
	h := x.h
	observers := x.beginObservers()
	if served = h.enter(); served {
		defer h.leave()
		if err := recoverToError(func() error { serve(); return nil }); err != nil {
			x.answerAfterPanic(err)
		}
	} else {
		x.w.Header().Set("Connection", "close")
		x.reply(http.StatusServiceUnavailable, Unavailable)
	}
	x.out.Duration = h.config.Now().Sub(x.received)
	ignorePanic(func() { h.logOutcome(x.ctx, x.out) })
	x.out.Size, x.out.Delivery.Raw = len(x.out.Delivery.Raw), nil
	for _, o := range observers {
		ignorePanic(func() { o.End(x.out) })
	}
	if x.broken {
		panic(http.ErrAbortHandler) // that package http does not print
	}
	return served
}

func (x *exchange) beginObservers() []RequestObserver {
	x.ctx = x.r.Context()
	var begun []RequestObserver
	for _, o := range x.h.config.Observers {
		ignorePanic(func() {
			ctx, observer := o.Begin(x.ctx, x.r)
			x.ctx, begun = ctx, append(begun, observer)
		})
	}
	return begun
}

// answerAfterPanic answers 503 where a panic left no answer, so that the message
// comes again. It must not be net/http that answers, which takes a handler that
// returns for one that means 200.
func (x *exchange) answerAfterPanic(err error) {
	_ = x.finish(release)
	x.out.Err = err
	x.broken = x.written || recoverToError(func() error { x.reply(http.StatusServiceUnavailable, Failed); return nil }) != nil
}

func (x *exchange) serve() {
	switch x.r.Method {
	case http.MethodPost:
		x.post()
	case http.MethodGet:
		x.challengeByGet()
	default:
		if err := x.verify(nil); err != nil {
			x.refuse(err)
			return
		}
		x.verified = true
		x.w.Header().Set("Allow", "GET, POST")
		x.reply(http.StatusMethodNotAllowed, Refused)
	}
}

// post takes a delivery, or a challenge in the body. What can be decided by the
// head is, before anything is read.
func (x *exchange) post() {
	bodyNeeded, ok := x.verifyHead()
	if !ok {
		return
	}
	raw, ok := x.read(x.h.config.MaxBody, x.h.config.BodyTimeout)
	switch {
	case !ok && bodyNeeded:
		x.out.Err = errBodyUnread
		return
	case !ok || bodyNeeded && !x.verifyBody(raw):
		return
	}
	if !x.whole(raw) {
		// What is left of it is not to be taken for the next request.
		x.w.Header().Set("Connection", "close")
		x.fail(http.StatusServiceUnavailable, Unavailable, errBodyTaken)
		return
	}
	if !x.verifiedChallenge(raw) {
		x.deliver(raw)
	}
}
