package webhook

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"log/slog"
	"net/http"
	"slices"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/internal/codec/decode"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// deliver takes a verified message through dedup and handlers to an answer.
func (x *exchange) deliver(raw []byte) {
	meta, err := x.decodeEarly(raw)
	if err != nil {
		x.out.Delivery = newDelivery(redox.Meta{}, raw, contentKey(raw), x.received)
		if x.work != nil {
			err = cmp.Or(x.work.Unreadable, err)
			x.out.Delivery.nameBy(*x.work)
		}
		// There is no claim: dead-lettering it twice leaves one dead letter.
		x.send(x.toDeadLetters(deadletter.Undecodable, err))
		return
	}
	x.out.Delivery = newDelivery(meta, raw, x.key(meta, raw), x.received)
	x.out.Delivery.timeline, x.out.Delivery.orderKeys = x.h.timeline, x.h.config.InboxKeys
	if x.work != nil {
		x.out.Delivery.takeFrom(*x.work)
	}
	event := name{meta.DataModel, meta.EventType}
	handlers, why := x.h.admit(x.out.Delivery)
	if why != nil {
		x.send(x.once(func(context.Context) answer { return x.toDeadLetters(why.reason, why) }))
		return
	}
	msg, known := x.early.msg, true
	if msg == nil || x.early.info != handlers.infos[event] {
		msg, known = handlers.message(event)
	}
	r, answers := handlers.responder(event)
	x.out.Known = known || answers && !r.isPattern()
	if answers {
		x.query(handlers, r, msg)
		return
	}
	if x.queues() {
		x.send(x.enqueue(meta))
		return
	}
	x.send(x.once(func(ctx context.Context) answer { return x.run(ctx, handlers, msg) }))
}

// early is a message that was decoded before it was known what is to be done with it.
type early struct {
	info   *redox.EventInfo // nil if there is none
	msg    redox.Message
	report redox.Report
}

// decodeEarly returns the Meta section of a message. One that begins with it, as
// nearly all do, and has a type is decoded for that, which its handlers need anyway.
func (x *exchange) decodeEarly(raw []byte) (redox.Meta, error) {
	var info *redox.EventInfo
	decode.Names(raw, func(dataModel, eventType string) { info = x.h.handlers.infos[name{dataModel, eventType}] })
	if info != nil && !x.queues() {
		e := early{info: info, msg: info.New()}
		var meta redox.Meta
		err := recoverToError(func() (err error) {
			if e.report, err = e.msg.DecodeJSON(raw); err == nil {
				meta = e.msg.RedoxMeta()
			}
			return err
		})
		// What a second Meta section says counts, and what is wrong is found again.
		if err == nil && nameOf(info) == (name{meta.DataModel, meta.EventType}) {
			x.early = e
			return meta, nil
		}
	}
	return redox.PeekMeta(raw)
}

// key identifies the message.
func (x *exchange) key(meta redox.Meta, raw []byte) dedup.Key {
	if x.work != nil {
		return x.work.Key
	}
	if x.r.Header.Get(ReplayHeader) != "" {
		if key, err := base64.StdEncoding.DecodeString(x.r.Header.Get(keyHeader)); err == nil && len(key) > 0 {
			return dedup.Key(key)
		}
	}
	key := x.h.config.Key(meta, raw)
	if key == "" { // messages that share a key hide each other
		x.h.log(x.ctx, slog.LevelError, "Config.Key returned no key, dedup.KeyOf is used instead")
		key = dedup.KeyOf(meta, raw)
	}
	return key
}

// contentKey is the key of what has no Meta because it is not JSON.
func contentKey(raw []byte) dedup.Key {
	sum := sha256.Sum256(raw)
	return dedup.Key("raw:" + hex.EncodeToString(sum[:16]))
}

// once does what is to be done with the message, unless it is done or another worker
// is busy with it.
func (x *exchange) once(do func(context.Context) answer) answer {
	if a, acquired := x.acquire(); !acquired {
		return a
	}
	leases := x.keepLeases()
	defer leases.stop()
	a := do(leases.ctx)
	if err := x.finish(a.claims); err != nil && a.claims == commit {
		// Whether it is done is not known. The next delivery finds out.
		return unavailable("commit", err)
	}
	return a
}

// run decodes the message and calls its handlers.
func (x *exchange) run(ctx context.Context, handlers *table, msg redox.Message) answer {
	d := &x.out.Delivery
	if err := x.decode(msg, d); err != nil {
		return x.toDeadLetters(deadletter.Undecodable, err)
	}
	calls := handlers.calls(msg)
	if x.work != nil && x.work.Handler != "" {
		calls = slices.DeleteFunc(calls, func(c call) bool { return c.route != x.work.Handler })
	} else if len(calls) == 0 {
		return x.toDeadLetters(deadletter.Unhandled, nil)
	}
	if x.work != nil && x.work.Exhausted {
		return x.toDeadLetters(deadletter.Exhausted, errExhausted)
	}
	began := x.h.config.Now()
	temporary, permanent := x.callAll(ctx, *d, calls)
	x.out.Handling = x.h.config.Now().Sub(began)
	switch {
	case temporary != nil:
		result := Failed
		if _, store := temporary.(*StoreError); store {
			result = Unavailable
		}
		if result == Failed && x.work != nil && x.work.Last && !x.lost() {
			return x.toDeadLetters(deadletter.Exhausted, temporary)
		}
		return answer{release, http.StatusServiceUnavailable, result, temporary}
	case permanent != nil && x.lost():
		return answer{release, http.StatusServiceUnavailable, Failed, ErrClaimLost}
	case permanent != nil:
		return x.toDeadLetters(deadletter.Rejected, permanent)
	default:
		return answer{commit, http.StatusOK, Handled, nil}
	}
}

// decode reads the message into msg, and notes what does not fit its schema.
func (x *exchange) decode(msg redox.Message, d *Delivery) error {
	if msg == x.early.msg {
		d.Report = x.early.report
		return nil
	}
	return recoverToError(func() (err error) {
		d.Report, err = msg.DecodeJSON(d.Raw)
		return err
	})
}

// misdirected is why a message is not for this receiver.
type misdirected struct {
	reason deadletter.Reason
	text   string
}

func (r *misdirected) Error() string { return r.text }

var (
	testInProduction = &misdirected{deadletter.WrongEnvironment, "webhook: the message has Meta.Test true, and Config.Environment is Production"}
	realInTestSystem = &misdirected{deadletter.WrongEnvironment, "webhook: the message does not have Meta.Test true, and Config.Environment is not Production"}
	ofNoTenant       = &misdirected{deadletter.NoTenant, "webhook: no tenant has the source and the facility code of the message"}
)

// admit returns the handlers for a delivery, or why it is to be dead-lettered without
// any.
func (h *Handler) admit(d Delivery) (*table, *misdirected) {
	switch handlers := h.handlers.of(d); {
	case !h.config.Environment.takes(d.Test) && d.Test:
		return nil, testInProduction
	case !h.config.Environment.takes(d.Test):
		return nil, realInTestSystem
	case handlers == nil:
		return nil, ofNoTenant
	default:
		return handlers, nil
	}
}
