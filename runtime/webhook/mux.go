package webhook

import (
	"context"
	"errors"
	"fmt"
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
// A query that no handler answers (Answer, AnswerAny) is a message like any other: whoever
// asked gets nothing but the status. One that is answered is given to the others
// that take it first, each time that it is asked.
//
// Use puts middleware around the handlers, and From gives the messages of a sender
// to handlers of their own.
//
// The zero Mux has no handlers. A Mux is filled by one goroutine; handlers registered after NewHandler have
// no effect on that Handler. Handlers are called concurrently.
type Mux struct {
	infos      []*redox.EventInfo // of the events that registrations name
	routes     []route
	responders []responder
	middleware []Middleware
	tenants    []tenant
	isTenant   bool // made by From
	errs       []error
}

// name is an event's name on the wire.
type name struct{ dataModel, eventType string }

func nameOf(info *redox.EventInfo) name { return name{info.DataModel, info.EventType} }

// route is a handler and what it takes.
type route struct {
	what   string        // it is registered for
	name   string        // its part of Delivery.Key, and of the mark that it is done
	named  bool          // by WithName
	events map[name]bool // that it may take; nil for any
	match  matcher
	handle HandlerFunc
}

// matcher returns what the handler gets of a message, if it takes it.
type matcher func(redox.Message) (seen redox.Message, ok bool)

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
	m.infos = append(m.infos, info)
	match := func(msg redox.Message) (redox.Message, bool) {
		ev, ok := msg.(M)
		return ev, ok
	}
	r := route{what: info.String(), events: map[name]bool{nameOf(info): true}, match: match}
	addHandler(m, r, h, options)
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
		m.infos = append(m.infos, info)
		taken[nameOf(info)] = true
		if info.DataModel != model {
			model = "several data models"
		}
	}
	match := func(msg redox.Message) (redox.Message, bool) { return msg, taken[nameOf(msg.RedoxEvent())] }
	addHandler(m, route{what: model + ".*", events: taken, match: match}, h, options)
}

// OnAny calls h with all messages. One whose event no other registration
// named is a *redox.Unknown.
func OnAny(m *Mux, h func(ctx context.Context, d Delivery, ev redox.Message) error, options ...Option) {
	match := func(msg redox.Message) (redox.Message, bool) { return msg, true }
	addHandler(m, route{what: "*", match: match}, h, options)
}

// OnPatient calls h with every message that has a patient, whatever its event:
// those whose event is registered otherwise in their own type, all others as
// far as the patient goes. So h also gets events that this program does not
// know, and need not import their data models.
func OnPatient(m *Mux, h func(ctx context.Context, d Delivery, p redox.PatientMessage) error, options ...Option) {
	match := func(msg redox.Message) (redox.Message, bool) {
		if u, isUnknown := msg.(*redox.Unknown); isUnknown {
			return unknown.Patient(u)
		}
		p, ok := msg.(redox.PatientMessage)
		return p, ok
	}
	addHandler(m, route{what: "patient", match: match}, h, options)
}

// OnVisit calls h with every message that has a visit, as OnPatient does for
// patients.
func OnVisit(m *Mux, h func(ctx context.Context, d Delivery, v redox.VisitMessage) error, options ...Option) {
	match := func(msg redox.Message) (redox.Message, bool) {
		if u, isUnknown := msg.(*redox.Unknown); isUnknown {
			return unknown.Visit(u)
		}
		v, ok := msg.(redox.VisitMessage)
		return v, ok
	}
	addHandler(m, route{what: "visit", match: match}, h, options)
}

// addHandler registers a handler.
func addHandler[M redox.Message](m *Mux, r route, h func(context.Context, Delivery, M) error, options []Option) {
	r.handle = func(ctx context.Context, d Delivery, msg redox.Message) (redox.Message, error) {
		seen, ok := msg.(M)
		if !ok {
			return nil, wrongMessage(r.what, msg)
		}
		return nil, h(ctx, d, seen)
	}
	m.add(r, h == nil, options)
}

// HandlerFunc is a handler as a Middleware sees it, whatever it was registered as.
// msg is what the handler gets: its event type, for OnPatient a redox.PatientMessage,
// for AnswerAny a *redox.Unknown. The answer is that of Answer and AnswerAny, before it
// is validated; other handlers return nil, and what is returned in its place is ignored.
type HandlerFunc func(ctx context.Context, d Delivery, msg redox.Message) (answer redox.Message, err error)

// Middleware wraps a handler, for what surrounds its work: transactions, tenants,
// spans. NewHandler calls it for each handler; what it returns is called with
// each message that the handler gets, and calls next or does not:
//
//	func inTransaction(next webhook.HandlerFunc) webhook.HandlerFunc {
//		return func(ctx context.Context, d webhook.Delivery, msg redox.Message) (answer redox.Message, err error) {
//			err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
//				answer, err = next(context.WithValue(ctx, txKey{}, tx), d, msg)
//				return err
//			})
//			return answer, err
//		}
//	}
//
// An error of a Middleware is one of its handler: temporary, or Permanent, in which
// case the message is dead-lettered, or a query is answered with a failure. A panic
// passes through it on its way out, and becomes a temporary error there. A Middleware
// that returns nil without calling next has handled the message in place of the handler.
//
// The message that it passes on may be another one of the same type; the Delivery
// should be the one that it got, with its Key.
//
// What only watches, such as metrics, is an Observer: it sees every request, also
// those that reach no handler.
type Middleware func(next HandlerFunc) HandlerFunc

// Use puts middleware around each handler of m, wherever it is registered and
// whether before or after: those of On and OnModel, of OnAny, OnPatient and OnVisit,
// and of Answer and AnswerAny. The first is the outermost, over several calls too; those
// of a Mux are outside those of the tenants' (From). Where several handlers take a
// message, each is wrapped by itself, with its own Delivery.Key.
func Use(m *Mux, middleware ...Middleware) {
	for _, mw := range middleware {
		if mw == nil {
			m.errs = append(m.errs, errors.New("a Middleware is nil"))
			return
		}
	}
	m.middleware = append(m.middleware, middleware...)
}

// wrap puts middleware around a handler, the first outermost. It returns nil if one
// of them does.
func wrap(handle HandlerFunc, middleware []Middleware) HandlerFunc {
	for _, mw := range slices.Backward(middleware) {
		if handle = mw(handle); handle == nil {
			return nil
		}
	}
	return handle
}

// wrongMessage is the error of a handler that got what is not its type from a
// Middleware.
func wrongMessage(what string, msg redox.Message) error {
	return Loggable(fmt.Errorf("webhook: a Middleware passed a %T to the handler for %s", msg, what))
}

// Sender is where messages come from, as Meta states it.
type Sender struct {
	SourceID     string // Meta.Source.ID
	FacilityCode string // Meta.FacilityCode; "" for those that no other Sender of the source has
}

// tenant is a Mux and whose messages it takes.
type tenant struct {
	senders []Sender
	mux     *Mux
}

// From returns a Mux for a tenant: its handlers get the messages of the senders, and
// no others do.
//
//	for _, c := range clinics {
//		m := webhook.From(mux, webhook.Sender{SourceID: c.SourceID})
//		webhook.On(m, c.Arrival)
//	}
//
// Handlers of mux itself take the messages of all its tenants, before the tenants'
// own. A Mux with tenants takes no others: a message of a sender that none of them
// has is dead-lettered (deadletter.NoTenant), whatever handlers there are, and so is
// a query, whose asker gets nothing but the status. IDs and codes are compared exactly.
//
// Tenants that are only known while the program runs are for a Middleware to look up
// by Delivery.Source and Delivery.FacilityCode; its Permanent error dead-letters what
// belongs to none.
func From(mux *Mux, senders ...Sender) *Mux {
	m := &Mux{isTenant: true}
	if mux.isTenant {
		mux.errs = append(mux.errs, errors.New("From of a tenant's Mux: a tenant has none of its own"))
	}
	if len(senders) == 0 {
		mux.errs = append(mux.errs, errors.New("From without senders"))
	}
	mux.tenants = append(mux.tenants, tenant{senders, m})
	return m
}
