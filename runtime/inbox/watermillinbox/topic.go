package watermillinbox

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"net/url"
	"strconv"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/redoxgen/redoxgen/runtime/inbox"
)

// The metadata of a message. All but MetadataOrder are escaped as in the path of a URL.
const (
	MetadataKey       = "redox_key"        // Message.Key
	MetadataOrder     = "redox_order"      // a hash of one key of Message.Order: the partition key
	MetadataDataModel = "redox_data_model" // Meta.DataModel
	MetadataEventType = "redox_event_type" // Meta.EventType
	MetadataSource    = "redox_source"     // Meta.Source.ID
	MetadataLogID     = "redox_log_id"     // Meta.Logs[0].ID
	MetadataAttemptID = "redox_attempt_id" // Meta.Logs[0].AttemptID
	MetadataReceived  = "redox_received"   // Unix time in microseconds
)

// Topic publishes received messages. It is an inbox.Appender, for webhook.Config.Inbox.
type Topic struct {
	publisher message.Publisher
	name      string
	hasher    inbox.Hasher
}

// New returns the topic of that name. The secret is for the hashes of keys, as of
// inbox.NewHasher: the same for all who publish, as it decides on the partition.
func New(publisher message.Publisher, topic string, secret []byte) (*Topic, error) {
	if publisher == nil || topic == "" {
		return nil, errors.New("watermillinbox: New needs a publisher and the name of a topic")
	}
	hasher, err := inbox.NewHasher(secret)
	if err != nil {
		return nil, err
	}
	return &Topic{publisher, topic, hasher}, nil
}

// Append implements inbox.Appender. It returns nil when Publish has, and always says
// that the message was added. When ctx ends first it returns its error; the message may
// be published nevertheless.
func (t *Topic) Append(ctx context.Context, m inbox.Message) (added bool, err error) {
	id := m.Key.Hash()
	// Publish may go on after Append: the body must be its own.
	msg := message.NewMessageWithContext(ctx, hex.EncodeToString(id[:]), bytes.Clone(m.Raw))
	for name, value := range map[string]string{
		MetadataKey: string(m.Key), MetadataDataModel: m.DataModel, MetadataEventType: m.EventType,
		MetadataSource: m.Source, MetadataLogID: m.LogID, MetadataAttemptID: m.AttemptID,
		MetadataReceived: strconv.FormatInt(m.Received.UnixMicro(), 10),
	} {
		msg.Metadata.Set(name, url.PathEscape(value))
	}
	if hashes := t.hasher.Hashes(m.Order); len(hashes) > 0 {
		msg.Metadata.Set(MetadataOrder, hex.EncodeToString(hashes[0][:]))
	}
	done := make(chan error, 1)
	go func() { done <- t.publisher.Publish(t.name, msg) }()
	select {
	case err = <-done:
	case <-ctx.Done():
		err = ctx.Err()
	}
	return err == nil, err
}

// Ping implements inbox.Appender. A publisher cannot be asked: it returns nil.
func (t *Topic) Ping(context.Context) error { return nil }
