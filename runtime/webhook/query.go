package webhook

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/message"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// responder is a handler that answers queries.
type responder struct {
	name   name   // of the event; each part may end with '*'
	raw    bool   // by AnswerAny
	what   string // its part of Delivery.Key
	handle HandlerFunc
}

func (r responder) isPattern() bool {
	return strings.HasSuffix(r.name.dataModel, "*") || strings.HasSuffix(r.name.eventType, "*")
}

func (r responder) matches(n name) bool {
	return matchesPattern(r.name.dataModel, n.dataModel) && matchesPattern(r.name.eventType, n.eventType)
}

func matchesPattern(pattern, text string) bool {
	prefix, open := strings.CutSuffix(pattern, "*")
	return pattern == text || open && strings.HasPrefix(text, prefix)
}

// query is a generated query's pointer.
type query[T, R any] interface {
	*T
	redox.QueryMessage[R]
}

// Answer answers every query of a type with what h returns:
//
//	webhook.Answer(mux, func(ctx context.Context, d webhook.Delivery, q *patientsearch.Query) (*patientsearch.Response, error) { … })
//
// Whoever asked waits, at most 120 seconds in all. An error becomes a failure
// for them, and so does an answer that does not fit its schema. What is sent has
// Meta.DataModel and Meta.EventType also where the answer leaves them empty. The
// answer itself is only read, so that h may return it again. Queries are not
// deduplicated, as a repeated question wants an answer too, and do not go
// to the dead-letter sink.
func Answer[T, R any, Q query[T, R], A pointer[R]](m *Mux, h func(ctx context.Context, d Delivery, q Q) (A, error)) {
	info := Q(new(T)).RedoxEvent()
	m.infos = append(m.infos, info)
	r := responder{name: nameOf(info), what: info.String()}
	r.handle = func(ctx context.Context, d Delivery, msg redox.Message) (redox.Message, error) {
		q, ok := msg.(Q)
		if !ok {
			return nil, wrongMessage(r.what, msg)
		}
		a, err := h(ctx, d, q)
		if err == nil && a == nil {
			err = errNoAnswer
		}
		if err != nil {
			return nil, err
		}
		return a, nil
	}
	m.addResponder(r, h == nil)
}

// AnswerAny answers the queries of an event that has no generated type with the JSON
// that h returns. Either name may end with '*', for any rest:
//
//	webhook.AnswerAny(mux, "CDSHooks", "order-select", func(ctx context.Context, d webhook.Delivery, q *redox.Unknown) (redox.Raw, error) { … })
//	webhook.AnswerAny(mux, "FHIR.*", "read", forwardToFHIRServer)
//
// The query is in q.JSON as it was received, and its Meta in q.Meta. The answer is sent
// as it is: a JSON object, in which h fills in Meta where the asker wants it. Otherwise
// it is like Answer. As nothing else says which events are queries, name no others:
// they are neither deduplicated nor dead-lettered.
//
// A full name goes before a pattern, and of two patterns the first that is registered.
// Patterns leave out the events that another registration of the Mux names. Schemas of
// your own give queries types (x-redox-event in docs/schemas-and-lock.md), for which
// there is Answer.
func AnswerAny(m *Mux, dataModel, eventType string, h func(ctx context.Context, d Delivery, q *redox.Unknown) (redox.Raw, error)) {
	r := responder{name: name{dataModel, eventType}, raw: true, what: dataModel + "." + eventType}
	if dataModel == "" || dataModel == "*" || eventType == "" {
		m.errs = append(m.errs, fmt.Errorf("AnswerAny for %q needs a data model, such as \"FHIR.*\", and an event type, such as \"*\"", r.what))
	}
	r.handle = func(ctx context.Context, d Delivery, msg redox.Message) (redox.Message, error) {
		q, ok := msg.(*redox.Unknown)
		if !ok {
			return nil, wrongMessage(r.what, msg)
		}
		raw, err := h(ctx, d, q)
		if err == nil && raw == "" {
			err = errNoAnswer
		}
		if err != nil {
			return nil, err
		}
		answer := new(redox.Unknown)
		if _, err := answer.DecodeJSON([]byte(raw)); err != nil {
			err = Loggable(fmt.Errorf("webhook: the answer to %s is not a JSON object: %w", r.what, err))
			return nil, Permanent(err) // a mistake of this side
		}
		return answer, nil
	}
	m.addResponder(r, h == nil)
}

func (m *Mux) addResponder(r responder, isNil bool) {
	if isNil {
		m.errs = append(m.errs, fmt.Errorf("the handler that answers %s is nil", r.what))
	}
	m.responders = append(m.responders, r)
}

// errNoAnswer is the error of a handler that returned nil twice.
var errNoAnswer = errors.New("webhook: the handler returned neither an answer nor an error")

// query answers a query. Whoever asked waits, so its time counts from when it
// was received, and ends when they are gone.
func (x *exchange) query(handlers *table, r responder, msg redox.Message) {
	// A deadline would mix clocks: contexts end by the real one, whatever
	// Config.Now says that it is.
	passed := x.h.config.Now().Sub(x.received)
	ctx, cancel := context.WithTimeout(x.ctx, x.h.config.Timeout-passed)
	defer cancel()
	d := &x.out.Delivery
	d.Query = true
	if err := x.decode(msg, d); err != nil {
		x.fail(http.StatusBadRequest, Refused, err)
		return
	}
	began := x.h.config.Now()
	body, err := x.ask(ctx, handlers.calls(msg), r, msg)
	x.out.Handling = x.h.config.Now().Sub(began)
	switch {
	case err == nil:
		x.replyWith(Answered, "application/json; charset=utf-8", body)
	case IsPermanent(err):
		x.fail(http.StatusInternalServerError, Failed, err)
	default:
		x.fail(http.StatusServiceUnavailable, Failed, err)
	}
}

// ask calls the handlers that listen in and the one that answers.
func (x *exchange) ask(ctx context.Context, listeners []call, r responder, msg redox.Message) (body []byte, err error) {
	d := x.out.Delivery
	for _, c := range listeners {
		if _, err := c.do(ctx, d); err != nil {
			x.failed(c.route)
			return nil, err
		}
	}
	d.route = r.what + "?"
	err = recoverToError(func() error {
		reply, err := r.handle(ctx, d, msg)
		if err != nil {
			return err
		}
		if reply == nil || isNil(reply) { // a Middleware left it out
			return errNoAnswer
		}
		// Strict out: what does not fit the schema is a mistake of this side.
		body, err = withNames(reply).AppendValid(nil)
		return err
	})
	if err != nil {
		x.failed(r.what)
	}
	return body, err
}

// withNames returns a copy of an answer in which Meta.DataModel and Meta.EventType
// are filled in if they are empty. A copy, as a handler may give several queries
// the same value at once.
func withNames(m redox.Message) redox.Message {
	info := m.RedoxEvent()
	return message.Complete(m, redox.Meta{DataModel: info.DataModel, EventType: info.EventType})
}
