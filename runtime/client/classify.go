package client

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/httperr"
)

// classify returns why an exchange failed, nil if it did not.
func (call *call) classify(ctx context.Context, x *exchange) *Error {
	e := &Error{Op: call.op, Event: call.event, Destinations: call.destinations, Status: x.status}
	switch {
	case x.err != nil:
		call.classifyConnection(ctx, x, e)
	case x.tooLong:
		e.classes, e.note = []error{ErrResponse}, "the answer exceeds Limits.Response"
		e.Unclear = true
		if x.status >= 300 {
			e.classes, e.Unclear = append(classesOfStatus(x.status, call.op), ErrResponse), isUnclear(x.status)
		}
	case x.status >= 200 && x.status < 300:
		if call.classifySuccess(x, e) {
			return nil
		}
	default:
		call.classifyStatus(x, e)
	}
	e.Unclear = e.Unclear && call.op == OpSend
	return e
}

// classifySuccess looks at an answer of status 2xx and reports whether it is what
// the call wanted.
func (call *call) classifySuccess(x *exchange, e *Error) bool {
	if call.op != OpUpload {
		var err error
		if x.envelope, err = readEnvelope(x.body, call); err != nil {
			e.classes, e.note, e.Unclear = []error{ErrResponse}, notRedox(x), true
			return false
		}
		if !x.envelope.isOfRedox() && !call.holdsAnswer(x.body) {
			e.Detail = Withheld(x.envelope.detail)
			e.classes, e.Unclear = []error{ErrResponse}, true
			e.note = "it names neither a log nor the event, as those of Redox do: is BaseURL that of Redox, and what is in between?"
			return false
		}
		if call.op == OpQuery && len(x.envelope.errors) > 0 {
			e.Errors, e.Logs = x.envelope.errors, x.envelope.logs
			e.classes = []error{classOfErrors(e.Errors, ErrDestination)}
			return false
		}
	}
	if call.decode != nil {
		if err := call.decode(x.body); err != nil {
			e.classes, e.note = []error{ErrResponse}, notRedox(x)
			return false
		}
	}
	return true
}

func notRedox(x *exchange) string {
	if x.isUTF16 {
		return "the answer is UTF-16, and Redox answers in UTF-8"
	}
	if strings.HasPrefix(strings.TrimSpace(string(x.body[:min(len(x.body), 64)])), "<") {
		return "an HTML page"
	}
	return "not the JSON of an answer"
}

// classifyStatus looks at an answer of a status other than 2xx.
func (call *call) classifyStatus(x *exchange, e *Error) {
	env, err := readEnvelope(x.body, call)
	x.envelope = env
	e.Errors, e.Logs, e.Detail = env.errors, env.logs, Withheld(env.detail)
	if err != nil && (x.isUTF16 || env.detail == "") && len(x.body) > 0 {
		e.note = notRedox(x)
	}
	e.classes = classesOfStatus(x.status, call.op)
	class := classOfErrors(env.errors, nil)
	if class == nil && strings.Contains(strings.ToLower(env.detail), "no subscription") {
		class = ErrRouting
	}
	if class != nil && class != e.classes[0] {
		e.classes = append([]error{class}, e.classes...)
	}
	if e.classes[0] == ErrRouting && len(call.destinations) > 1 {
		e.Accepted = acceptedOf(call.destinations, env.logs)
	}
	e.Unclear = isUnclear(x.status)
}

// acceptedOf returns the destinations that have a log.
func acceptedOf(destinations []string, logs []Log) []string {
	var accepted []string
	for _, d := range destinations {
		if slices.ContainsFunc(logs, func(l Log) bool { return l.Destination == d }) {
			accepted = append(accepted, d)
		}
	}
	return accepted
}

// isUnclear reports whether a server that answers so may have taken the message.
func isUnclear(status int) bool {
	return status == http.StatusRequestTimeout || status >= 500 && status != http.StatusBadGateway
}

func classesOfStatus(status int, op Op) []error {
	switch status {
	case http.StatusBadRequest:
		return []error{ErrInvalid}
	case http.StatusUnauthorized:
		return []error{ErrUnauthorized}
	case http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed:
		if op == OpUpload {
			return []error{ErrForbidden}
		}
		return []error{ErrRouting}
	case http.StatusRequestEntityTooLarge:
		return []error{ErrTooLarge}
	case http.StatusTooManyRequests:
		return []error{ErrRateLimited, ErrTemporary}
	case http.StatusRequestTimeout, http.StatusGatewayTimeout:
		return []error{ErrTimeout, ErrTemporary}
	}
	switch {
	case status >= 500:
		return []error{ErrServer, ErrTemporary}
	case status >= 400:
		return []error{ErrInvalid}
	default:
		return []error{ErrResponse} // a redirect, which is not followed
	}
}

// classOfErrors finds the class of what Meta.Errors says, otherwise fallback.
func classOfErrors(errs []MetaError, fallback error) error {
	for _, m := range errs {
		switch {
		case m.Module == "Subscriptions" || strings.Contains(strings.ToLower(string(m.Text)), "no subscriptions"):
			return ErrRouting
		case m.Module == "DataModels":
			return ErrInvalid
		case m.Module == "Send" && (m.Type == "transmission" || m.Type == "query"):
			return ErrDestination
		}
	}
	return fallback
}

// classifyConnection explains an exchange without a complete answer.
func (call *call) classifyConnection(ctx context.Context, x *exchange, e *Error) {
	e.hidden = x.err
	e.Unclear = x.reached()
	var fileErr *fileError
	switch {
	case errors.As(x.err, &fileErr) && ctx.Err() == nil && !x.timedOut:
		e.Unclear = false // the request was not complete
		e.classes, e.note = fileErr.classes, fileErr.note
	case ctx.Err() != nil:
		e.classes, e.cause = contextClasses(ctx), contextError(ctx)
	case x.timedOut:
		e.classes = []error{ErrTimeout, ErrTemporary}
		e.note = fmt.Sprintf("nothing within %v", call.timeout)
	case isTimeout(x.err) && x.reached():
		e.classes, e.note = []error{ErrTimeout, ErrTemporary}, "nothing within a timeout of Config.HTTPClient"
	case x.status != 0:
		e.classes, e.note = []error{ErrConnection, ErrResponse, ErrTemporary}, "the answer was cut off"
	case isTimeout(x.err):
		e.classes, e.note = []error{ErrConnection, ErrTemporary}, "no connection in time"
	default:
		e.classes, e.note = []error{ErrConnection, ErrTemporary}, httperr.Wrap(x.err).Error()
	}
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}
