package webhook

import "net/http"

// ResultOf returns the Result that a handler of this package reports in the header
// of its answer; "" if the answer has none, or a word that is no Result.
func ResultOf(header http.Header) Result {
	switch r := Result(header.Get(OutcomeHeader)); r {
	case Handled, Answered, Duplicate, DeadLetter, Challenged, Failed, InFlight, Unavailable, Unverified, Refused:
		return r
	default:
		return ""
	}
}

// Advice returns what a sender can do about an answer that does not say that its
// message was handled; "" for one that does. It repeats nothing of the answer.
func Advice(status int, header http.Header) string {
	switch result := ResultOf(header); result {
	case Handled, Answered, Duplicate, Challenged:
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
