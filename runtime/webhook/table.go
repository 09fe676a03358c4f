package webhook

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// table is what a Handler looks up: the handlers of a Mux, or of a Mux and one of its
// tenants, as they were when the Handler was made.
type table struct {
	infos      map[name]*redox.EventInfo
	routes     []route
	responders map[name]responder
	patterns   []responder
	errs       []error // why there is no such table
}

// newTable makes a table of the handlers of the Muxes. The middleware of the first is
// outermost.
func newTable(muxes ...*Mux) *table {
	t := &table{infos: map[name]*redox.EventInfo{}, responders: map[name]responder{}}
	var middleware []Middleware
	for _, m := range muxes {
		middleware = slices.Concat(middleware, m.middleware)
		for _, info := range m.infos {
			t.addInfo(info)
		}
		for _, r := range m.routes {
			t.addRoute(r, middleware)
		}
		for _, r := range m.responders {
			t.addResponder(r, middleware)
		}
	}
	for n, r := range t.responders {
		if r.raw && t.infos[n] != nil {
			t.fail("AnswerAny answers %s, which is registered with a type: use Answer", r.what)
		}
	}
	if len(t.errs) == 0 && len(t.routes)+len(t.responders)+len(t.patterns) == 0 {
		t.fail("the Mux has no handlers")
	}
	return t
}

func (t *table) fail(format string, args ...any) {
	t.errs = append(t.errs, fmt.Errorf(format, args...))
}

// addInfo makes messages of that event decode in its type.
func (t *table) addInfo(info *redox.EventInfo) {
	if known := t.infos[nameOf(info)]; known != nil {
		a, b := reflect.TypeOf(known.New()).Elem(), reflect.TypeOf(info.New()).Elem()
		if a != b {
			t.fail("%v is registered with two types, of %s and of %s", info, a.PkgPath(), b.PkgPath())
		}
	}
	t.infos[nameOf(info)] = info
}

func (t *table) addRoute(r route, middleware []Middleware) {
	for _, other := range t.routes {
		if other.name == r.name && other.meets(r) {
			t.fail("the handlers for %s and for %s have the same name %q: give each its own with webhook.WithName", other.what, r.what, r.name)
		}
	}
	if r.handle = wrap(r.handle, middleware); r.handle == nil {
		t.fail("a Middleware returned nil for the handler for %s", r.what)
	}
	t.routes = append(t.routes, r)
}

func (t *table) addResponder(r responder, middleware []Middleware) {
	if r.handle = wrap(r.handle, middleware); r.handle == nil {
		t.fail("a Middleware returned nil for the handler that answers %s", r.what)
	}
	if r.isPattern() {
		t.patterns = append(t.patterns, r)
		return
	}
	if _, taken := t.responders[r.name]; taken {
		t.fail("two handlers answer %s", r.what)
	}
	t.responders[r.name] = r
}

// message returns an empty message of the event, and whether it has the event's type.
func (t *table) message(n name) (msg redox.Message, known bool) {
	if info := t.infos[n]; info != nil {
		return info.New(), true
	}
	return new(redox.Unknown), false
}

// responder returns the handler that answers the event.
func (t *table) responder(n name) (responder, bool) {
	if r, ok := t.responders[n]; ok || t.infos[n] != nil {
		return r, ok
	}
	for _, r := range t.patterns {
		if r.matches(n) {
			return r, true
		}
	}
	return responder{}, false
}

// calls returns the handlers that take the message.
func (t *table) calls(msg redox.Message) []call {
	var calls []call
	for _, r := range t.routes {
		if seen, ok := r.match(msg); ok {
			calls = append(calls, call{r.name, seen, r.handle})
		}
	}
	return calls
}

// directory is the tables of a Handler.
type directory struct {
	handlers int                       // how many are registered
	all      *table                    // of a Mux without tenants
	tenants  map[Sender]*table         // of a Mux with tenants
	infos    map[name]*redox.EventInfo // of all tables; of several, one
}

// newDirectory returns the tables of m, which later registrations do not change.
func newDirectory(m *Mux) (*directory, error) {
	if m == nil {
		return nil, errors.New("webhook: NewHandler has no Mux")
	}
	d := &directory{handlers: len(m.routes) + len(m.responders)}
	errs := slices.Clone(m.errs)
	for _, t := range m.tenants {
		d.handlers += len(t.mux.routes) + len(t.mux.responders)
		errs = append(errs, t.mux.errs...)
	}
	if len(errs) == 0 {
		errs = d.fill(m)
	}
	for i, err := range errs {
		errs[i] = fmt.Errorf("webhook: %w", err)
	}
	return d, errors.Join(errs...)
}

func (d *directory) fill(m *Mux) []error {
	if len(m.tenants) == 0 {
		d.all = newTable(m)
		d.infos = d.all.infos
		return d.all.errs
	}
	d.tenants, d.infos = map[Sender]*table{}, map[name]*redox.EventInfo{}
	for _, t := range m.tenants {
		handlers := newTable(m, t.mux)
		for _, s := range t.senders {
			switch {
			case s.SourceID == "":
				handlers.fail("From has a Sender without SourceID")
			case d.tenants[s] != nil:
				handlers.fail("From has the Sender %+v twice", s)
			}
			d.tenants[s] = handlers
		}
		if len(handlers.errs) > 0 {
			return handlers.errs
		}
		maps.Copy(d.infos, handlers.infos)
	}
	return nil
}

// of returns the handlers for a delivery, nil if it is of no tenant.
func (d *directory) of(delivery Delivery) *table {
	if d.all != nil {
		return d.all
	}
	s := Sender{delivery.Source.ID, delivery.FacilityCode}
	if t := d.tenants[s]; t != nil {
		return t
	}
	return d.tenants[Sender{SourceID: s.SourceID}]
}
