package webhook

import (
	"net/http"
	"time"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// toDeadLetters puts the message into the sink. If the sink does not take it, the
// message stays with Redox.
func (x *exchange) toDeadLetters(reason deadletter.Reason, cause error) answer {
	if err := x.store(reason, cause); err != nil {
		return unavailable("dead letter", err)
	}
	x.out.Reason = reason
	_, invalid := cause.(*redox.SyntaxError)
	switch {
	case invalid && x.h.config.RefuseInvalidJSON:
		// Not done: the retry is to be refused as well.
		return answer{release, http.StatusBadRequest, DeadLetter, cause}
	case x.out.Delivery.Replay:
		// To be replayed again: once its own claim is done, the dead letter would
		// be removed.
		return answer{commitMessageOnly, http.StatusOK, DeadLetter, cause}
	default:
		return answer{commit, http.StatusOK, DeadLetter, cause}
	}
}

func (x *exchange) store(reason deadletter.Reason, cause error) error {
	d := x.out.Delivery
	m := deadletter.Message{
		Key: d.key, Reason: reason, DataModel: d.DataModel, EventType: d.EventType,
		LogID: d.LogID, AttemptID: d.AttemptID, Received: x.firstReceived(), Raw: d.Raw,
	}
	if cause != nil {
		m.Detail = cause.Error()
	}
	ctx, cancel := x.h.sinkContext(x.ctx)
	defer cancel()
	return x.h.sink.Put(ctx, m)
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
