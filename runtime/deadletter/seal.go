package deadletter

import (
	"bytes"
	"context"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"time"
)

// sealMark is how the body of a sealed message begins in its store. A nonce and
// what the key sealed follow: Detail after its length, and Raw.
const sealMark = "redoxgen sealed 1\n"

// ErrSealed is returned for a message that is sealed and cannot be opened: by a store
// of Seal without its key, and by Replay of a store without Seal.
var ErrSealed = errors.New("deadletter: the message is sealed")

// Seal returns a store that encrypts messages before they go to store, by an AEAD such
// as AES-GCM:
//
//	block, err := aes.NewCipher(key) // 32 random bytes
//	…
//	aead, err := cipher.NewGCMWithRandomNonce(block)
//	…
//	sink, err := deadletter.Seal(deadletter.Dir("dead"), aead)
//
// Raw and Detail are sealed. Reason, event, IDs, time and Key stay readable, for lists
// and for the store; they are bound to what is sealed, so that none of them can be
// changed unnoticed. A Key is made of IDs and hashes, unless webhook.Config says
// otherwise: a key of your own must not contain patient data.
//
// To change the key, give the new one as key and the earlier ones as older until their
// messages are gone. A message that no key opens is yielded as an error, and stays. One
// that was put without Seal is yielded as it is. AEADs with random nonces, which are
// those of 12 bytes or more, and of 0 as of NewGCMWithRandomNonce, may be used; a key of
// AES-GCM is good for 4 billion messages.
func Seal(store Store, key cipher.AEAD, older ...cipher.AEAD) (Store, error) {
	if store == nil {
		return nil, errors.New("deadletter: Seal: the store is nil")
	}
	sealer, err := NewSealer(key, older...)
	if err != nil {
		return nil, err
	}
	return &sealed{store, sealer}, nil
}

// Sealer seals and opens messages as a store of Seal does, for other stores.
type Sealer struct{ keys []cipher.AEAD } // the first seals

// NewSealer returns a Sealer with the keys of Seal.
func NewSealer(key cipher.AEAD, older ...cipher.AEAD) (*Sealer, error) {
	keys := append([]cipher.AEAD{key}, older...)
	for _, k := range keys {
		if k == nil {
			return nil, errors.New("deadletter: Seal: a key is nil")
		}
		if n := k.NonceSize(); n > 0 && n < 12 {
			return nil, fmt.Errorf("deadletter: Seal: nonces of %d bytes are too short to be random: use an AEAD with 12 or more", n)
		}
	}
	return &Sealer{keys}, nil
}

// IsSealed reports whether a message, as a store without Seal yields it, is sealed.
func IsSealed(m Message) bool { return bytes.HasPrefix(m.Raw, []byte(sealMark)) }

type sealed struct {
	store  Store
	sealer *Sealer
}

var _ Pinger = (*sealed)(nil)

// Put implements Sink.
func (s *sealed) Put(ctx context.Context, m Message) error { return s.store.Put(ctx, s.sealer.Seal(m)) }

// Seal returns the message sealed.
func (s *Sealer) Seal(m Message) Message {
	m.Received = m.Received.UTC()
	key := s.keys[0]
	nonce := make([]byte, key.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	plain := binary.AppendUvarint(make([]byte, 0, binary.MaxVarintLen64+len(m.Detail)+len(m.Raw)), uint64(len(m.Detail)))
	plain = append(append(plain, m.Detail...), m.Raw...)
	body := make([]byte, 0, len(sealMark)+len(nonce)+len(plain)+key.Overhead())
	body = append(append(body, sealMark...), nonce...)
	m.Raw = key.Seal(body, nonce, plain, boundTo(m))
	m.Detail = ""
	return m
}

// Messages implements Store.
func (s *sealed) Messages(ctx context.Context) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		for m, err := range s.store.Messages(ctx) {
			if err == nil {
				m, err = s.sealer.Open(m)
			}
			if !yield(m, err) {
				return
			}
		}
	}
}

// Remove implements Store.
func (s *sealed) Remove(ctx context.Context, m Message) error { return s.store.Remove(ctx, m) }

// Ping implements Pinger, as far as the store does.
func (s *sealed) Ping(ctx context.Context) error {
	if p, ok := s.store.(Pinger); ok {
		return p.Ping(ctx)
	}
	return nil
}

// Open returns the message that was sealed. One that is not is returned as it is.
func (s *Sealer) Open(m Message) (Message, error) {
	if !IsSealed(m) {
		return m, nil
	}
	body, bound := m.Raw[len(sealMark):], boundTo(m)
	for _, key := range s.keys {
		n := key.NonceSize()
		if len(body) < n {
			continue
		}
		plain, err := key.Open(nil, body[:n], body[n:], bound)
		if err != nil {
			continue
		}
		size, read := binary.Uvarint(plain)
		if read <= 0 || size > uint64(len(plain)-read) {
			continue
		}
		plain = plain[read:]
		m.Detail, m.Raw = string(plain[:size]), plain[size:]
		return m, nil
	}
	return Message{}, fmt.Errorf("%w: none of %d keys opens %v: it was sealed with another key, or changed", ErrSealed, len(s.keys), m)
}

// boundTo returns what stays readable of a message, as it is authenticated. Stores
// may replace bytes that are not UTF-8 and times that JSON does not have, and keep
// microseconds.
func boundTo(m Message) []byte {
	if y := m.Received.UTC().Year(); y < 0 || y > 9999 {
		m.Received = time.Time{}
	}
	bound := []byte(sealMark)
	field := func(b []byte) {
		bound = append(binary.AppendUvarint(bound, uint64(len(b))), b...)
	}
	field([]byte(m.Key)) // any bytes, in every store
	for _, text := range []string{string(m.Reason), m.DataModel, m.EventType, m.LogID, m.AttemptID} {
		field([]byte(string([]rune(text))))
	}
	return binary.BigEndian.AppendUint64(bound, uint64(m.Received.UnixMicro()))
}
