package natsinbox

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/redoxgen/redoxgen/runtime/internal/duration"
)

// heartbeat is how often a server that reads for us shows that it lives. After two that
// are missing it is taken for dead.
const heartbeat = time.Second

// reader reads records in the order of the stream. Its consumer is on one server. When
// that dies, or a record is missing, the next one continues after the last record that
// was read. The ordered consumer of nats.go is not used: it ends for good if it cannot
// be made anew while no server leads.
type reader struct {
	box     *Box
	at      uint64 // sequence of the last record
	batch   int
	patient time.Duration // with the making of a consumer

	messages jetstream.MessagesContext // nil if there is none
	read     uint64                    // from the consumer
}

var errMissing = errors.New("a record is missing")

// next waits for the next record. After an error it may be called again.
func (r *reader) next(ctx context.Context) (jetstream.Msg, *jetstream.MsgMetadata, error) {
	for {
		if err := r.open(ctx); err != nil {
			return nil, nil, err
		}
		m, err := r.messages.Next(jetstream.NextContext(ctx))
		if err != nil {
			r.close()
			return nil, nil, err
		}
		meta, err := m.Metadata()
		if r.read++; err == nil && meta.Sequence.Consumer != r.read {
			err = errMissing
		}
		if err != nil {
			r.close()
			return nil, nil, err
		}
		if meta.Sequence.Stream > r.at {
			r.at = meta.Sequence.Stream
			return m, meta, nil
		} // else a replica that lags began at its own end, which was before ours
	}
}

func (r *reader) open(ctx context.Context) error {
	if r.messages != nil {
		return nil
	}
	// A server that just died may be chosen for the consumer, so try again soon; but
	// servers with much to do need longer.
	most := max(r.patient, firstPatience)
	r.patient = min(2*most, mostPatience)
	soon, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	consumer, err := r.box.stream.CreateConsumer(soon, jetstream.ConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: r.at + 1, HeadersOnly: true,
		AckPolicy: jetstream.AckNonePolicy, MaxDeliver: 1,
		MemoryStorage: true, Replicas: 1, InactiveThreshold: 30 * time.Second,
	})
	if err != nil {
		return err
	}
	r.patient, r.read = firstPatience, 0
	r.messages, err = consumer.Messages(jetstream.PullMaxMessages(r.batch), jetstream.PullExpiry(10*time.Second),
		jetstream.PullHeartbeat(heartbeat), jetstream.WithMessagesErrOnMissingHeartbeat(true))
	if err != nil {
		r.messages = nil
	}
	return err
}

func (r *reader) close() {
	if r.messages != nil {
		r.messages.Stop()
		r.messages = nil
	}
}

// follow reads the stream to its end and on, until ctx ends.
func (v *view) follow(ctx context.Context, from uint64) {
	r := reader{box: v.box, at: from - 1, batch: 2000}
	for ctx.Err() == nil {
		reading, cancel := context.WithCancel(ctx)
		v.mu.Lock()
		v.renew = cancel
		v.mu.Unlock()
		for {
			m, meta, err := r.next(reading)
			if err != nil {
				break
			}
			v.read(m, meta)
		}
		cancel()
		_ = duration.Sleep(ctx, pause) // it ends with ctx, as the loop does
	}
	r.close()
}
