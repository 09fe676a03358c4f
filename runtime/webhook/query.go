package webhook

import (
	"context"
	"net/http"
	"reflect"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// query answers a query. Whoever asked waits, so its time counts from when it
// was received, and ends when they are gone.
func (x *exchange) query(respond responder, msg redox.Message, info *redox.EventInfo) {
	// A deadline would mix clocks: contexts end by the real one, whatever
	// Config.Now says that it is.
	passed := x.h.config.Now().Sub(x.received)
	ctx, cancel := context.WithTimeout(x.ctx, x.h.config.Timeout-passed)
	defer cancel()
	d := &x.out.Delivery
	if err := decode(msg, d); err != nil {
		x.fail(http.StatusBadRequest, Refused, err)
		return
	}
	began := x.h.config.Now()
	body, err := x.ask(ctx, respond, msg, info)
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
func (x *exchange) ask(ctx context.Context, respond responder, msg redox.Message, info *redox.EventInfo) (body []byte, err error) {
	d := x.out.Delivery
	for _, c := range x.h.mux.calls(msg) {
		if _, err := c.do(ctx, d); err != nil {
			x.failed(c.route)
			return nil, err
		}
	}
	d.route = info.String() + "?"
	err = recoverToError(func() error {
		reply, err := respond(ctx, d, msg)
		if err != nil {
			return err
		}
		reply = withNames(reply)
		// Strict out: what does not fit the schema is a mistake of this side.
		if err := reply.Validate().Err(); err != nil {
			return err
		}
		body, err = reply.AppendJSON(nil)
		return err
	})
	if err != nil {
		x.failed(info.String())
	}
	return body, err
}

// withNames returns a copy of an answer in which Meta.DataModel and Meta.EventType
// are filled in if they are empty. A copy, as a handler may give several queries
// the same value at once; a shallow one has a Meta of its own, as all sections
// of generated structs are held by value. They may come from a user's own
// schemas, so the fields are looked for rather than assumed.
func withNames(m redox.Message) redox.Message {
	original := reflect.ValueOf(m).Elem()
	if original.FieldByName("Meta").Kind() != reflect.Struct {
		return m
	}
	copied := reflect.New(original.Type())
	copied.Elem().Set(original)
	info, meta := m.RedoxEvent(), copied.Elem().FieldByName("Meta")
	for field, value := range map[string]string{"DataModel": info.DataModel, "EventType": info.EventType} {
		f := meta.FieldByName(field)
		if f.Kind() == reflect.String && f.CanSet() && f.Len() == 0 {
			f.SetString(value)
		}
	}
	return copied.Interface().(redox.Message)
}
