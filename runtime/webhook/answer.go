package webhook

import (
	"net/http"
	"strconv"
	"time"
)

// answer is how a request is answered, once the store has noted what becomes of
// its claims.
type answer struct {
	claims settlement
	status int
	result Result
	err    error
}

// unavailable is the answer for a store or a sink that did not do what it was asked.
func unavailable(op string, err error) answer {
	return answer{release, http.StatusServiceUnavailable, Unavailable, &StoreError{op, err}}
}

// send sends the answer.
func (x *exchange) send(a answer) { x.fail(a.status, a.result, a.err) }

// fail answers with a status on account of an error.
func (x *exchange) fail(status int, result Result, err error) {
	x.out.Err = err
	x.reply(status, result)
}

// reply answers with a status and, to verified senders, the result.
func (x *exchange) reply(status int, result Result) {
	x.out.Status, x.out.Result = status, result
	if !x.begun {
		limitDrain(x.w, x.r, x.h.config.BodyTimeout)
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
	x.write(status, "text/plain; charset=utf-8", []byte(text+"\n"))
}

// replyWith answers 200 with a body.
func (x *exchange) replyWith(result Result, contentType string, body []byte) {
	x.out.Status, x.out.Result = http.StatusOK, result
	x.w.Header().Set(OutcomeHeader, string(result))
	x.write(http.StatusOK, contentType, body)
}

func (x *exchange) write(status int, contentType string, body []byte) {
	header := x.w.Header()
	header.Set("Content-Type", contentType)
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
// not set it anew for the next request of the connection, and is left as it is.
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

// drainTimeout is how long a client whose body is not read has to take its answer.
const drainTimeout = 5 * time.Second

// limitDrain bounds how long the server goes on reading a body that the handler does
// not read: up to 256 KB behind the answer, for as long as the client likes.
func limitDrain(w http.ResponseWriter, r *http.Request, timeout time.Duration) {
	if r.ContentLength != 0 {
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(min(timeout, drainTimeout)))
	}
}

// unverified answers whoever is not verified: always the same, and without reading
// more of what they send.
func (x *exchange) unverified() {
	x.w.Header().Set("Connection", "close")
	x.reply(http.StatusUnauthorized, Unverified)
}
