package webhook

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Handler receives messages over HTTP. It is safe for concurrent use, behind
// any router that takes an http.Handler and at any path.
type Handler struct {
	mux    *Mux
	config Config
	tokens tokens
	store  guardedStore // Config.Dedup
	sink   guardedSink  // Config.DeadLetter

	started time.Time

	mu       sync.Mutex
	inFlight int
	closing  bool
	warned   time.Time     // of a wrong token
	idle     chan struct{} // closed when closing and nothing is in flight
}

var _ http.Handler = (*Handler)(nil)

// NewHandler returns a handler that calls what mux holds now. It returns an
// error for a Config that would accept messages from everybody or lose them,
// and for a Mux without handlers or with ones that cannot be called. The error
// joins everything that is wrong.
func NewHandler(mux *Mux, config Config) (*Handler, error) {
	tokens, tokensErr := newTokens(config.Tokens)
	mux, muxErr := mux.snapshot()
	if err := errors.Join(tokensErr, config.check(), muxErr); err != nil {
		return nil, err
	}
	config = config.complete()
	config.Tokens = nil
	return &Handler{
		mux: mux, config: config, tokens: tokens, idle: make(chan struct{}), started: time.Now(),
		store: guardStore(config.Dedup), sink: guardedSink{config.DeadLetter, new(bound)},
	}, nil
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{h: h, w: w, r: r, received: h.now()}
	x.observed(x.serve)
}

// observed serves the request, unless the handler is shutting down, then logs
// and tells the observers what became of it.
func (x *exchange) observed(serve func()) (served bool) {
	h := x.h
	ctx, ends := h.begin(x.r)
	x.ctx = ctx
	if served = h.enter(); served {
		defer h.leave()
		if err := protect(func() error { serve(); return nil }); err != nil {
			x.salvage(err)
		}
	} else {
		x.w.Header().Set("Connection", "close")
		x.reply(http.StatusServiceUnavailable, Unavailable)
	}
	x.out.Duration = h.now().Sub(x.received)
	h.log(ctx, x.out)
	x.out.Size, x.out.Delivery.Raw = len(x.out.Delivery.Raw), nil
	for _, end := range ends {
		h.guard(ctx, "the function of an observer", func() { end(x.out) })
	}
	if x.broken {
		panic(http.ErrAbortHandler) // that package http does not print
	}
	return served
}

// salvage answers what a panic left without an answer, wherever it was: 503, so
// that the message comes again. It must not be net/http that answers, which
// takes a handler that returns for one that means 200.
func (x *exchange) salvage(err error) {
	_ = x.settle(free)
	x.out.Err = err
	x.broken = x.written || protect(func() error { x.reply(http.StatusServiceUnavailable, Failed); return nil }) != nil
}

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
	message    held // the claim of the message
	deadLetter held // the claim of the dead letter that is replayed
	written    bool // the status is sent
	broken     bool // there is no way to answer any more
}

func (x *exchange) serve() {
	switch x.r.Method {
	case http.MethodPost:
		x.post()
	case http.MethodGet:
		x.challengeByGet()
	default:
		if x.h.tokens.check(x.r.Header) != rightToken {
			x.unverified()
			return
		}
		x.verified = true
		x.w.Header().Set("Allow", "GET, POST")
		x.reply(http.StatusMethodNotAllowed, Refused)
	}
}

// post takes a delivery, or a challenge in the body. What can be decided by the
// headers is, before anything is read.
func (x *exchange) post() {
	switch x.h.tokens.check(x.r.Header) {
	case wrongToken:
		x.wrongToken()
		return
	case noToken:
		x.challengeByPost()
		return
	}
	x.verified = true
	x.writeBy(0)
	if !x.acceptable() {
		return
	}
	raw, ok := x.read(x.h.config.MaxBody, x.h.config.BodyTimeout)
	if !ok {
		return
	}
	if !x.whole(raw) {
		// What is left of it is not to be taken for the next request.
		x.w.Header().Set("Connection", "close")
		x.fail(http.StatusServiceUnavailable, Unavailable, errBodyTaken)
		return
	}
	if x.verifiedChallenge(raw) {
		return
	}
	x.deliver(raw)
}

// reply answers with a status and, to verified senders, the result.
func (x *exchange) reply(status int, result Result) {
	x.out.Status, x.out.Result = status, result
	if !x.begun {
		hurry(x.w, x.r, x.h.config.BodyTimeout)
	}
	header := x.w.Header()
	if x.verified {
		header.Set(OutcomeHeader, string(result))
	}
	if status == http.StatusOK {
		x.start(status) // Redox reads the status alone
		return
	}
	if status == http.StatusServiceUnavailable {
		header.Set("Retry-After", "10")
	}
	text := http.StatusText(status)
	if why, ok := x.out.Err.(refusal); ok && x.verified {
		text = why.Error()
	}
	body := []byte(text + "\n")
	header.Set("Content-Type", "text/plain; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(len(body)))
	x.start(status)
	_, _ = x.w.Write(body) // a client that is gone asks again
}

// start sends the status and the headers.
func (x *exchange) start(status int) {
	x.written = true
	if x.verified {
		x.writeBy(x.h.config.BodyTimeout)
	}
	x.w.WriteHeader(status)
}

// writeBy moves the end of the time that the server gives for an answer, which
// counts from the request's headers: to then from now, or the server's time if that
// is longer; 0 is for as long as handlers take. A server without such a time would
// not set it anew for the next request of the connection, and is let be.
func (x *exchange) writeBy(then time.Duration) {
	server, _ := x.r.Context().Value(http.ServerContextKey).(*http.Server)
	if server == nil || server.WriteTimeout <= 0 {
		return
	}
	var by time.Time
	if then > 0 {
		by = time.Now().Add(max(then, server.WriteTimeout))
	}
	_ = http.NewResponseController(x.w).SetWriteDeadline(by) // not every ResponseWriter can
}

// fail answers with a status on account of an error.
func (x *exchange) fail(status int, result Result, err error) {
	x.out.Err = err
	x.reply(status, result)
}

// unverified answers whoever has no token: always the same, and without
// reading what they send.
func (x *exchange) unverified() {
	x.w.Header().Set("Connection", "close")
	x.reply(http.StatusUnauthorized, Unverified)
}

// wrongToken is unverified for whoever shows a token.
func (x *exchange) wrongToken() {
	x.out.Err = errWrongToken
	x.unverified()
}

// enter counts a request in, false when the handler is shutting down.
func (h *Handler) enter() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closing {
		return false
	}
	h.inFlight++
	return true
}

func (h *Handler) leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.inFlight--
	if h.closing && h.inFlight == 0 {
		close(h.idle)
	}
}
