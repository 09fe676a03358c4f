package webhook

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// ReplayHeader marks a message that was dead-lettered and is delivered again. Its
// value tells one dead letter from another: the same value twice is a redelivery.
const ReplayHeader = "Redoxgen-Replay"

// receivedHeader says of a message that was dead-lettered when it was received, in
// the form of RFC 3339. Dead-lettered again it keeps its place among the dead letters,
// and stays the same dead letter: when it was handled, it is so wherever it is.
const receivedHeader = "Redoxgen-Replay-Received"

// keyHeader has the key of a dead letter that is replayed, in base64: it is the same
// message, also where the program's keys have changed since.
const keyHeader = "Redoxgen-Replay-Key"

// deliver takes a verified message through dedup and handlers to an answer.
func (x *exchange) deliver(raw []byte) {
	meta, err := redox.PeekMeta(raw)
	if err != nil {
		x.out.Delivery = newDelivery(redox.Meta{}, raw, contentKey(raw), x.received)
		// There is no claim: dead-lettering it twice leaves one dead letter.
		_, answer := x.aside(deadletter.Undecodable, err)
		answer()
		return
	}
	x.out.Delivery = newDelivery(meta, raw, x.key(meta, raw), x.received)
	msg, info := x.h.mux.message(name{meta.DataModel, meta.EventType})
	x.out.Known = info != nil
	if answer := x.h.mux.answers[name{meta.DataModel, meta.EventType}]; answer != nil {
		x.query(answer, msg, info)
		return
	}
	if x.hold() {
		x.handle(msg)
	}
}

// key identifies the message.
func (x *exchange) key(meta redox.Meta, raw []byte) dedup.Key {
	if x.r.Header.Get(ReplayHeader) != "" {
		if key, err := base64.StdEncoding.DecodeString(x.r.Header.Get(keyHeader)); err == nil && len(key) > 0 {
			return dedup.Key(key)
		}
	}
	return x.h.key(x.ctx, meta, raw)
}

// contentKey is the key of what has no Meta because it is not JSON.
func contentKey(raw []byte) dedup.Key {
	sum := sha256.Sum256(raw)
	return dedup.Key("raw:" + hex.EncodeToString(sum[:16]))
}

// handle runs the handlers of a claimed message and settles the claims.
func (x *exchange) handle(msg redox.Message) {
	ctx, stop := x.keepLeases()
	defer stop()
	settle, answer := x.run(ctx, msg)
	if err := x.settle(settle); err != nil && settle == done {
		// Whether it is done is not known. The next delivery finds out.
		x.fail(http.StatusServiceUnavailable, Unavailable, &storeError{"commit", err})
		return
	}
	answer()
}

// run decodes the message and runs its handlers. It returns what becomes of
// the claims, and the answer to give once the store has taken note.
func (x *exchange) run(ctx context.Context, msg redox.Message) (settlement, func()) {
	d := &x.out.Delivery
	if err := decode(msg, d); err != nil {
		return x.aside(deadletter.Undecodable, err)
	}
	calls := x.h.mux.calls(msg)
	if len(calls) == 0 {
		return x.aside(deadletter.Unhandled, nil)
	}
	began := x.h.now()
	temporary, permanent := x.callAll(ctx, *d, calls)
	x.out.Handling = x.h.now().Sub(began)
	switch {
	case temporary != nil:
		result := Failed
		if _, store := temporary.(*storeError); store {
			result = Unavailable
		}
		return free, func() { x.fail(http.StatusServiceUnavailable, result, temporary) }
	case permanent != nil && x.lost():
		return free, func() { x.fail(http.StatusServiceUnavailable, Failed, ErrClaimLost) }
	case permanent != nil:
		return x.aside(deadletter.Rejected, permanent)
	default:
		return done, func() { x.reply(http.StatusOK, Handled) }
	}
}

// decode reads the message into msg, and notes what does not fit its schema.
func decode(msg redox.Message, d *Delivery) error {
	return protect(func() (err error) {
		d.Report, err = msg.DecodeJSON(d.Raw)
		return err
	})
}

// aside puts the message into the sink; if the sink does not take it, the
// message stays with Redox.
func (x *exchange) aside(reason deadletter.Reason, err error) (settlement, func()) {
	if sinkErr := x.put(reason, err); sinkErr != nil {
		return free, func() { x.fail(http.StatusServiceUnavailable, Unavailable, &storeError{"dead letter", sinkErr}) }
	}
	x.out.Reason = reason
	if _, invalid := err.(*redox.SyntaxError); invalid && x.h.config.RefuseInvalidJSON {
		// Not done: the retry is to be refused as well.
		return free, func() { x.fail(http.StatusBadRequest, DeadLetter, err) }
	}
	if x.out.Delivery.Replay {
		// To be replayed again; of what is done, the dead letter would be removed.
		return kept, func() { x.fail(http.StatusOK, DeadLetter, err) }
	}
	return done, func() { x.fail(http.StatusOK, DeadLetter, err) }
}

// firstReceived returns when the message came from Redox.
func (x *exchange) firstReceived() time.Time {
	if x.r.Header.Get(ReplayHeader) != "" {
		if t, err := time.Parse(time.RFC3339Nano, x.r.Header.Get(receivedHeader)); err == nil {
			return t
		}
	}
	return x.out.Delivery.Received
}

func (x *exchange) put(reason deadletter.Reason, cause error) error {
	d := x.out.Delivery
	deadLetter := deadletter.Message{
		Key: d.key, Reason: reason, DataModel: d.DataModel, EventType: d.EventType,
		LogID: d.LogID, AttemptID: d.AttemptID, Received: x.firstReceived(), Raw: d.Raw,
	}
	if cause != nil {
		deadLetter.Detail = detail(cause)
	}
	ctx, cancel := x.h.storeContext(x.ctx)
	defer cancel()
	return x.h.sink.Put(ctx, deadLetter)
}
