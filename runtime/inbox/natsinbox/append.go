package natsinbox

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/internal/duration"
)

// headerRoom is what a message may need besides its body.
const headerRoom = 64 << 10

// Append implements inbox.Box. The stream refuses a second message of a subject, which
// is the message's key.
func (b *Box) Append(ctx context.Context, m inbox.Message) (added bool, err error) {
	subject := b.messageSubject(m.Key)
	record := messageRecord{
		Key: []byte(m.Key), Order: packHashes(b.hasher.Hashes(m.Order)),
		DataModel: m.DataModel, EventType: m.EventType, Source: m.Source, LogID: m.LogID, AttemptID: m.AttemptID,
		Received: m.Received.UnixNano(), Size: len(m.Raw),
	}
	if len(record.Order) > maxOrder {
		return false, errors.New("natsinbox: Append: a message with more than 2,000 keys of order; give it fewer")
	}
	if err := b.room(ctx); err != nil {
		return false, err
	}
	body := m.Raw
	if int64(len(body)) > b.js.Conn().MaxPayload()-headerRoom {
		if there, err := b.last(ctx, subject); there != nil || err != nil {
			return false, wrap("Append", err)
		}
		if record.Object, err = b.putObject(ctx, body); err != nil {
			return false, failed("Append", err)
		}
		body = nil
	}
	_, err = b.publish(ctx, newRecord(subject, record, body), 0)
	if err != nil && record.Object != "" {
		// Of no use, unless the answer was lost.
		if errors.Is(err, errChanged) {
			_ = b.store.Delete(ctx, record.Object)
		}
	}
	if errors.Is(err, errChanged) {
		return false, nil
	}
	return err == nil, wrap("Append", err)
}

// maxOrder is how many bytes of hashes fit into a header, in base64.
const maxOrder = 2000 * len(inbox.Hash{})

// errChanged says that the last record of a subject is not the expected one.
var errChanged = errors.New("the record was changed by another")

// requestHeader is the header with the name of the request that added a record.
const requestHeader = "Redoxgen-Request"

// publish adds a record if the last one of its subject is at that sequence, 0 for none,
// and returns its own. The request is repeated if it is not answered. If the server
// refuses it then, the record that is there may be the one of before.
func (b *Box) publish(ctx context.Context, m *nats.Msg, last uint64) (uint64, error) {
	name, repeated := rand.Text(), false
	m.Header.Set(requestHeader, name)
	return ask(ctx, func(ctx context.Context) (uint64, error) {
		seq, err := b.publishOnce(ctx, m, last)
		if repeated && errors.Is(err, errChanged) {
			there, err := b.stream.GetLastMsgForSubject(ctx, m.Subject)
			switch {
			case err == nil && there.Header.Get(requestHeader) == name:
				return there.Sequence, nil
			case err != nil && !errors.Is(err, jetstream.ErrMsgNotFound):
				return 0, err
			}
			return 0, errChanged
		}
		repeated = true
		return seq, err
	})
}

func (b *Box) publishOnce(ctx context.Context, m *nats.Msg, last uint64) (uint64, error) {
	for {
		ack, err := b.js.PublishMsg(ctx, m, jetstream.WithExpectLastSequencePerSubject(last), jetstream.WithRetryAttempts(0))
		if err == nil {
			return ack.Sequence, nil
		}
		var refused *jetstream.APIError
		if !errors.As(err, &refused) {
			return 0, err
		}
		switch refused.ErrorCode {
		case wrongLastSequence:
			return 0, errChanged
		case lastInProcess:
			// Another one is on its way into the stream, and may fail yet.
			if err := duration.Sleep(ctx, 5*time.Millisecond); err != nil {
				return 0, err
			}
		default:
			return 0, err
		}
	}
}

// Codes of the server's errors.
const (
	wrongLastSequence jetstream.ErrorCode = 10071
	lastInProcess     jetstream.ErrorCode = 10164
)

// last returns the last record of a subject, nil if there is none.
func (b *Box) last(ctx context.Context, subject string) (*jetstream.RawStreamMsg, error) {
	m, err := ask(ctx, func(ctx context.Context) (*jetstream.RawStreamMsg, error) {
		return b.stream.GetLastMsgForSubject(ctx, subject)
	})
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, nil
	}
	return m, err
}

// end returns the last record of the stream, nil if there is none. It takes the server no
// time, unless that was deleted: then it looks through the subjects for the one before.
func (b *Box) end(ctx context.Context) (*jetstream.RawStreamMsg, error) {
	last, err := b.last(ctx, ">")
	if last != nil || err != nil {
		return last, err
	}
	return b.last(ctx, b.name+".>")
}

// get returns the record of a sequence.
func (b *Box) get(ctx context.Context, seq int64) (*jetstream.RawStreamMsg, error) {
	return ask(ctx, func(ctx context.Context) (*jetstream.RawStreamMsg, error) {
		return b.stream.GetMsg(ctx, uint64(seq))
	})
}

// wrap is failed for what may be no error.
func wrap(method string, err error) error {
	if err == nil {
		return nil
	}
	return failed(method, err)
}
