package natsinbox

import (
	"context"
	"crypto/rand"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/redoxgen/redoxgen/runtime/inbox"
)

// Bodies that are longer than the server takes as one message are in an object store,
// in pieces.

// bodies returns the object store. It is created when it is first needed.
func (b *Box) bodies(ctx context.Context) (jetstream.ObjectStore, error) {
	b.objects.Lock()
	defer b.objects.Unlock()
	if b.store != nil {
		return b.store, nil
	}
	store, err := b.js.CreateOrUpdateObjectStore(ctx, jetstream.ObjectStoreConfig{
		Bucket: b.name + "-bodies", Description: "Long messages of " + b.name,
		Storage: jetstream.FileStorage, Replicas: b.copies,
	})
	if err == nil {
		b.store = store
	}
	return store, err
}

func (b *Box) putObject(ctx context.Context, body []byte) (name string, err error) {
	store, err := b.bodies(ctx)
	if err != nil {
		return "", err
	}
	name = rand.Text()
	_, err = store.PutBytes(ctx, name, body)
	return name, err
}

func (b *Box) deleteObject(ctx context.Context, name string) error {
	if name == "" {
		return nil
	}
	store, err := b.bodies(ctx)
	if err == nil {
		err = store.Delete(ctx, name)
	}
	return err
}

// message returns a message as it was appended, and its record.
func (b *Box) message(ctx context.Context, raw *jetstream.RawStreamMsg) (inbox.Message, messageRecord, error) {
	r, err := readRecord[messageRecord](raw.Header)
	if err != nil {
		return inbox.Message{}, r, err
	}
	m := r.message()
	if m.Raw = raw.Data; r.Object != "" {
		var store jetstream.ObjectStore
		if store, err = b.bodies(ctx); err == nil {
			m.Raw, err = store.GetBytes(ctx, r.Object)
		}
	}
	return m, r, err
}
