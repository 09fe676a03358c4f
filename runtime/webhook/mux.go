package webhook

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook/internal/unknown"
)

// Mux is a set of handlers and of what they take. Several may take the same message:
// they are called one after the other in the order of registration, and the
// message is done when all succeeded. A handler that succeeded is not called
// again for a redelivery that another handler's error caused; see WithName for how
// it is recognised.
//
// The handlers of a message get the same value, and the same Delivery.Raw: do not
// change them, or the handlers after see the change.
//
// A query that no handler answers (Answer) is a message like any other: whoever
// asked gets nothing but the status. One that is answered is given to the others
// that take it first, each time that it is asked.
//
// The zero Mux has no handlers. A Mux is filled by one goroutine; handlers registered after NewHandler have
// no effect on that Handler. Handlers are called concurrently.
type Mux struct {
	events     map[name]*redox.EventInfo
	routes     []route
	responders map[name]responder
	errs       []error
}

// name is an event's name on the wire.
type name struct{ dataModel, eventType string }

// route is a handler and what it takes.
type route struct {
	what   string        // it is registered for
	name   string        // its part of Delivery.Key, and of the mark that it is done
	named  bool          // by WithName
	events map[name]bool // that it may take; nil for any
	match  matcher
}

// matcher returns the handler's call for a message, if it takes it.
type matcher func(redox.Message) (handle func(context.Context, Delivery) error, ok bool)

// responder is a handler that answers a query.
type responder func(context.Context, Delivery, redox.Message) (redox.Message, error)

// NewMux returns a Mux without handlers.
func NewMux() *Mux { return new(Mux) }

// pointer is a generated event type's pointer, which is what implements Message.
type pointer[T any] interface {
	*T
	redox.Message
}

// On calls h with the messages of an event type, which follows from h:
//
//	webhook.On(mux, func(ctx context.Context, d webhook.Delivery, ev *patientadmin.Arrival) error { … })
//
// When an event has more than one handler, give each a name (WithName); and none may
// change ev, which they share.
func On[T any, M pointer[T]](m *Mux, h func(ctx context.Context, d Delivery, ev M) error, options ...Option) {
	info := M(new(T)).RedoxEvent()
	m.know(info)
	match := func(msg redox.Message) (func(context.Context, Delivery) error, bool) {
		ev, ok := msg.(M)
		return func(ctx context.Context, d Delivery) error { return h(ctx, d, ev) }, ok
	}
	m.add(route{what: info.String(), events: map[name]bool{nameOf(info): true}, match: match}, h == nil, options)
}

// OnModel calls h with the messages of the events, each in its own type:
//
//	webhook.OnModel(mux, patientadmin.Events(), func(ctx context.Context, d webhook.Delivery, ev redox.Message) error { … })
func OnModel(m *Mux, events []*redox.EventInfo, h func(ctx context.Context, d Delivery, ev redox.Message) error, options ...Option) {
	if len(events) == 0 {
		m.errs = append(m.errs, errors.New("OnModel without events"))
		return
	}
	taken := map[name]bool{}
	model := events[0].DataModel
	for _, info := range events {
		m.know(info)
		taken[nameOf(info)] = true
		if info.DataModel != model {
			model = "several data models"
		}
	}
	match := func(msg redox.Message) (func(context.Context, Delivery) error, bool) {
		ok := taken[nameOf(msg.RedoxEvent())]
		return func(ctx context.Context, d Delivery) error { return h(ctx, d, msg) }, ok
	}
	m.add(route{what: model + ".*", events: taken, match: match}, h == nil, options)
}

// OnAny calls h with all messages. One whose event no other registration
// named is a *redox.Unknown.
func OnAny(m *Mux, h func(ctx context.Context, d Delivery, ev redox.Message) error, options ...Option) {
	match := func(msg redox.Message) (func(context.Context, Delivery) error, bool) {
		return func(ctx context.Context, d Delivery) error { return h(ctx, d, msg) }, true
	}
	m.add(route{what: "*", match: match}, h == nil, options)
}

// OnPatient calls h with every message that has a patient, whatever its event:
// those whose event is registered otherwise in their own type, all others as
// far as the patient goes. So h also gets events that this program does not
// know, and need not import their data models.
func OnPatient(m *Mux, h func(ctx context.Context, d Delivery, p redox.PatientMessage) error, options ...Option) {
	match := func(msg redox.Message) (func(context.Context, Delivery) error, bool) {
		p, ok := msg.(redox.PatientMessage)
		if u, isUnknown := msg.(*redox.Unknown); isUnknown {
			p, ok = unknown.Patient(u)
		}
		return func(ctx context.Context, d Delivery) error { return h(ctx, d, p) }, ok
	}
	m.add(route{what: "patient", match: match}, h == nil, options)
}

// OnVisit calls h with every message that has a visit, as OnPatient does for
// patients.
func OnVisit(m *Mux, h func(ctx context.Context, d Delivery, v redox.VisitMessage) error, options ...Option) {
	match := func(msg redox.Message) (func(context.Context, Delivery) error, bool) {
		v, ok := msg.(redox.VisitMessage)
		if u, isUnknown := msg.(*redox.Unknown); isUnknown {
			v, ok = unknown.Visit(u)
		}
		return func(ctx context.Context, d Delivery) error { return h(ctx, d, v) }, ok
	}
	m.add(route{what: "visit", match: match}, h == nil, options)
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
	m.know(info)
	if h == nil {
		m.errs = append(m.errs, fmt.Errorf("the handler that answers %v is nil", info))
	}
	if m.responders[nameOf(info)] != nil {
		m.errs = append(m.errs, fmt.Errorf("two handlers answer %v", info))
	}
	if m.responders == nil {
		m.responders = map[name]responder{}
	}
	m.responders[nameOf(info)] = func(ctx context.Context, d Delivery, msg redox.Message) (redox.Message, error) {
		a, err := h(ctx, d, msg.(Q))
		if err != nil {
			return nil, err
		}
		if a == nil {
			return nil, errNoAnswer
		}
		return a, nil
	}
}

// errNoAnswer is the error of a handler that returned nil twice.
var errNoAnswer = errors.New("webhook: the handler returned neither an answer nor an error")

// know makes messages of that event decode in its type.
func (m *Mux) know(info *redox.EventInfo) {
	if known := m.events[nameOf(info)]; known != nil {
		a, b := reflect.TypeOf(known.New()).Elem(), reflect.TypeOf(info.New()).Elem()
		if a != b {
			m.errs = append(m.errs, fmt.Errorf("%v is registered with two types, of %s and of %s", info, a.PkgPath(), b.PkgPath()))
		}
	}
	if m.events == nil {
		m.events = map[name]*redox.EventInfo{}
	}
	m.events[nameOf(info)] = info
}

// snapshot returns a copy that later registrations do not change.
func (m *Mux) snapshot() (*Mux, error) {
	if m == nil {
		return nil, errors.New("webhook: NewHandler has no Mux")
	}
	var errs []error
	for _, err := range m.errs {
		errs = append(errs, fmt.Errorf("webhook: %w", err))
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	if len(m.routes) == 0 && len(m.responders) == 0 {
		return nil, errors.New("webhook: the Mux has no handlers")
	}
	return &Mux{events: maps.Clone(m.events), routes: slices.Clone(m.routes), responders: maps.Clone(m.responders)}, nil
}

// message returns an empty message of the event, and its description if the
// event is known.
func (m *Mux) message(n name) (redox.Message, *redox.EventInfo) {
	if info := m.events[n]; info != nil {
		return info.New(), info
	}
	return new(redox.Unknown), nil
}

// calls returns the handlers that take the message.
func (m *Mux) calls(msg redox.Message) []call {
	var calls []call
	for _, r := range m.routes {
		if run, ok := r.match(msg); ok {
			calls = append(calls, call{r.name, run})
		}
	}
	return calls
}

func nameOf(info *redox.EventInfo) name { return name{info.DataModel, info.EventType} }
