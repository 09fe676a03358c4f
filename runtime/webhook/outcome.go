package webhook

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
)

// Result is what became of a request.
type Result string

// The results. Redox continues with the next message after those answered 200.
const (
	Handled     Result = "handled"     // 200: every handler succeeded
	Queued      Result = "queued"      // 200: the message is in Config.Inbox
	Answered    Result = "answered"    // 200: a query was answered
	Duplicate   Result = "duplicate"   // 200: handled by an earlier delivery
	DeadLetter  Result = "dead-letter" // 200: dead-lettered (400 with RefuseInvalidJSON)
	Challenged  Result = "challenge"   // 200: Redox verified the endpoint
	Failed      Result = "failed"      // 503: a handler failed, a retry may succeed; queries also 500
	InFlight    Result = "in-flight"   // 503: another worker is busy with the message
	Unavailable Result = "unavailable" // 503: no store, sink, inbox or verdict on the sender, not the whole body, or shutting down
	Unverified  Result = "unverified"  // 401: no valid credentials
	Refused     Result = "refused"     // 400, 405, 408, 413, 415: not a request Redox makes
)

// OutcomeHeader is the header with the Result, for verified senders.
const OutcomeHeader = "Redoxgen-Outcome"

// ResultOf returns the Result that a handler of this package reports in the header
// of its answer; "" if the answer has none, or a word that is no Result.
func ResultOf(header http.Header) Result {
	switch r := Result(header.Get(OutcomeHeader)); r {
	case Handled, Queued, Answered, Duplicate, DeadLetter, Challenged, Failed, InFlight, Unavailable, Unverified, Refused:
		return r
	default:
		return ""
	}
}

// Advice returns what a sender can do about an answer that does not say that its
// message was handled; "" for one that does. It repeats nothing of the answer.
func Advice(status int, header http.Header) string {
	switch result := ResultOf(header); result {
	case Handled, Queued, Answered, Duplicate, Challenged:
		return ""
	case DeadLetter:
		return "the message is in the dead-letter store: the receiver's log says why"
	case Failed:
		return "a handler failed: the receiver's log says which and why"
	case InFlight:
		return "another delivery of the message is being handled: try again when that is done"
	case Unavailable:
		return "the receiver is shutting down, or its dedup store or dead-letter store fails: its log says which"
	case Refused:
		return "the receiver does not take this request: its log says why"
	}
	switch {
	case status == http.StatusUnauthorized:
		return "the token is not one of the receiver's"
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
		return "there is no handler at the path of the url"
	case 300 <= status && status < 400:
		return "redirects are not followed: use the url of the handler itself"
	case status >= 500:
		return "no handler of this package answers: see the log of what does, or of a proxy in front of it"
	default:
		return "the url does not belong to a handler of this package"
	}
}

// Outcome describes how a request was answered: names, IDs, sizes, durations,
// and an error.
type Outcome struct {
	Result   Result
	Status   int
	Delivery Delivery      // zero if no message was read; Raw is left out
	Size     int           // of the message in bytes
	Known    bool          // the event's type is registered: its name is one of few
	Duration time.Duration // from the request's headers to the answer
	Handling time.Duration // within handlers
	// Handler names those that failed, as in Delivery.Key: by WithName, or by what
	// they were registered for. Several are set apart by commas.
	Handler string
	Reason  deadletter.Reason // why the message was dead-lettered
	Err     error             // of a handler, the store or the sink; may contain patient data
}

// Format writes what log lines have, for every verb: of Err its types only.
func (o Outcome) Format(s fmt.State, _ rune) {
	fmt.Fprintf(s, "%s (%d) %v", o.Result, o.Status, o.Delivery)
	if o.Err != nil {
		fmt.Fprintf(s, ": %s", ErrorTypes(o.Err))
	}
}

// MarshalText returns what Format writes, for JSON.
func (o Outcome) MarshalText() ([]byte, error) { return fmt.Append(nil, o), nil }

// LogValue returns what Format writes.
func (o Outcome) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(o)) }

// Observer follows requests, for metrics and traces.
type Observer interface {
	// Begin is called with every request, before it is verified. The returned
	// context is the handlers'.
	Begin(ctx context.Context, r *http.Request) (context.Context, RequestObserver)
}

// RequestObserver follows one request.
type RequestObserver interface {
	// End is called once.
	End(Outcome)
}
