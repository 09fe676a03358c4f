package natsinbox

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/redoxgen/redoxgen/runtime/inbox"
)

// Config says how the inbox is kept.
type Config struct {
	// Name of the stream, and first token of its subjects. Default "redox-inbox".
	Name string
	// Replicas is how many servers keep each message, for a stream that New creates.
	// Default 3 in a cluster, otherwise 1.
	Replicas int
	// MaxBytes is at how many bytes the inbox takes no more messages, so that Redox
	// waits, for a stream that New creates. What it has is still handled, for which the
	// stream has room for an eighth more. Nothing is dropped. Default: no bound.
	MaxBytes int64
	// HashKey is the key for hashes of identifiers, 16 random bytes or more, the same
	// for all programs. By default it is made with the stream, and kept in the stream's
	// metadata: whoever may read those can find out whether an identifier that they
	// know is there.
	HashKey []byte
}

// Box is an inbox.Box in a JetStream stream.
type Box struct {
	js     jetstream.JetStream
	stream jetstream.Stream
	name   string
	hasher inbox.Hasher
	copies int

	asked atomic.Int64 // second of the last room
	full  atomic.Bool  // what it found

	objects sync.Mutex // while the object store is opened
	store   jetstream.ObjectStore

	view *view
}

var _ inbox.Box = (*Box)(nil)

// hashKey is where a stream's metadata have the key for hashes.
const hashKey = "redoxgen-hash-key"

// New returns the inbox of that name, which it creates if there is none. Close it when
// it is no longer used.
func New(ctx context.Context, js jetstream.JetStream, c Config) (*Box, error) {
	if c.Name == "" {
		c.Name = "redox-inbox"
	}
	if strings.ContainsAny(c.Name, ".*> \t\r\n/\\") {
		return nil, errors.New("natsinbox: Config.Name is not the name of a stream: it has a dot, a star, a slash or a space")
	}
	if c.Replicas == 0 {
		if c.Replicas = 1; js.Conn().ConnectedClusterName() != "" {
			c.Replicas = 3
		}
	}
	stream, err := open(ctx, js, c)
	if err != nil {
		return nil, fmt.Errorf("natsinbox: stream %s: %w", c.Name, err)
	}
	key := c.HashKey
	if key == nil {
		key, _ = base64.StdEncoding.DecodeString(stream.CachedInfo().Config.Metadata[hashKey])
	}
	hasher, err := inbox.NewHasher(key)
	if err != nil {
		return nil, fmt.Errorf("natsinbox: Config.HashKey, or %s of the stream's metadata: %w", hashKey, err)
	}
	b := &Box{js: js, stream: stream, name: c.Name, hasher: hasher, copies: c.Replicas}
	b.view = newView(b)
	return b, nil
}

// open returns the stream, created if it is not there.
func open(ctx context.Context, js jetstream.JetStream, c Config) (jetstream.Stream, error) {
	stream, err := ask(ctx, func(ctx context.Context) (jetstream.Stream, error) {
		stream, err := js.Stream(ctx, c.Name)
		if !errors.Is(err, jetstream.ErrStreamNotFound) {
			return stream, err
		}
		stream, err = js.CreateStream(ctx, c.stream())
		if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
			return nil, errBeingCreated
		}
		return stream, err
	})
	if err != nil {
		return nil, err
	}
	return stream, check(stream.CachedInfo().Config)
}

// errBeingCreated says that another program was first.
var errBeingCreated = errors.New("another program creates the stream")

// stream is the configuration of a new stream.
func (c Config) stream() jetstream.StreamConfig {
	config := jetstream.StreamConfig{
		Name: c.Name, Description: "Messages of Redox, until they are handled",
		Subjects: []string{c.Name + ".>"}, Storage: jetstream.FileStorage, Replicas: c.Replicas,
		Retention: jetstream.LimitsPolicy, Discard: jetstream.DiscardNew, MaxBytes: -1,
		MaxMsgsPerSubject: 1, Duplicates: 10 * time.Minute,
	}
	if c.MaxBytes > 0 {
		config.MaxBytes = c.MaxBytes + max(c.MaxBytes/8, 1)
	}
	if c.HashKey == nil {
		key := make([]byte, 32)
		_, _ = rand.Read(key) // never fails
		config.Metadata = map[string]string{hashKey: base64.StdEncoding.EncodeToString(key)}
	}
	return config
}

// check returns an error for a stream that could lose messages, or not keep their order.
func check(c jetstream.StreamConfig) error {
	switch {
	case c.Discard != jetstream.DiscardNew:
		return errors.New("it drops old messages when it is full: set its discard policy to new")
	case c.MaxAge != 0:
		return errors.New("it drops messages by age, also unhandled ones: set its max age to 0; handled messages are purged")
	case c.Retention != jetstream.LimitsPolicy:
		return errors.New("its retention is not limits")
	case c.MaxMsgsPerSubject != 1 || c.DiscardNewPerSubject:
		return errors.New("it does not keep the last message of each subject: set its max messages per subject to 1")
	case c.AllowDirect:
		return errors.New("replicas that lag may answer for it: set allow direct to false")
	default:
		return nil
	}
}

// Close ends reading from the stream. The connection stays open.
func (b *Box) Close() error {
	b.view.close()
	return nil
}

// info returns the stream's configuration and state now. (Info of jetstream.Stream is
// not safe for concurrent use.)
func (b *Box) info(ctx context.Context) (*jetstream.StreamInfo, error) {
	stream, err := ask(ctx, func(ctx context.Context) (jetstream.Stream, error) { return b.js.Stream(ctx, b.name) })
	if err != nil {
		return nil, err
	}
	return stream.CachedInfo(), nil
}

// Ping implements inbox.Box.
func (b *Box) Ping(ctx context.Context) error {
	info, err := b.info(ctx)
	if err != nil {
		return failed("Ping", err)
	}
	return b.hasRoom(info)
}

var errFull = errors.New("natsinbox: the stream is full, and takes no messages: raise its max bytes, or purge handled messages")

// hasRoom returns an error for a stream that has left only what workers need.
func (b *Box) hasRoom(info *jetstream.StreamInfo) error {
	most, now := info.Config.MaxBytes, int64(min(info.State.Bytes, math.MaxInt64))
	full := most > 0 && now >= most-most/9
	b.full.Store(full)
	if full {
		return errFull
	}
	return nil
}

// room is hasRoom once in a second, if the stream has a bound.
func (b *Box) room(ctx context.Context) error {
	if b.stream.CachedInfo().Config.MaxBytes <= 0 {
		return nil
	}
	now, asked := time.Now().Unix(), b.asked.Load()
	if now == asked || !b.asked.CompareAndSwap(asked, now) {
		if b.full.Load() {
			return errFull
		}
		return nil
	}
	info, err := b.info(ctx)
	if err != nil {
		return failed("Append", err)
	}
	return b.hasRoom(info)
}

// failed is the error of a method that the server did not do. Errors of nats.go have
// subjects and sequences in them, and nothing of messages.
func failed(method string, err error) error {
	return fmt.Errorf("natsinbox: %s: %w", method, err)
}
