package inbox

import (
	"context"
	"crypto/cipher"
	"errors"
	"iter"
	"time"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
)

// Seal returns a Box that encrypts bodies before they go to box, by the same means as
// deadletter.Seal, which says what keys it takes and how they are changed. Everything but
// Raw stays readable, and is bound to what is sealed. A message that no key opens is
// Claim.Unreadable, and an error of Find; one that was appended without Seal is given out
// as it is.
func Seal(box Box, key cipher.AEAD, older ...cipher.AEAD) (Box, error) {
	if isNil(box) {
		return nil, errors.New("inbox: Seal: the Box is nil")
	}
	sealer, err := deadletter.NewSealer(key, older...)
	if err != nil {
		return nil, err
	}
	s := &sealed{box, sealer}
	if t, ok := box.(Transactional); ok {
		return &sealedTransactional{s, t}, nil
	}
	return s, nil
}

type sealed struct {
	Box

	sealer *deadletter.Sealer
}

type sealedTransactional struct {
	*sealed
	Transactional
}

// letter is a message as the sealer takes it.
func letter(m Message) deadletter.Message {
	return deadletter.Message{
		Key: m.Key, DataModel: m.DataModel, EventType: m.EventType,
		LogID: m.LogID, AttemptID: m.AttemptID, Received: m.Received, Raw: m.Raw,
	}
}

// Append implements Box.
func (s *sealed) Append(ctx context.Context, m Message) (bool, error) {
	m.Raw = s.sealer.Seal(letter(m)).Raw
	return s.Box.Append(ctx, m)
}

func (s *sealed) open(m *Message) error {
	opened, err := s.sealer.Open(letter(*m))
	if err == nil {
		m.Raw = opened.Raw
	}
	return err
}

// Claim implements Box.
func (s *sealed) Claim(ctx context.Context, n int, lease time.Duration) ([]Claim, error) {
	claims, err := s.Box.Claim(ctx, n, lease)
	for i := range claims {
		claims[i].Unreadable = s.open(&claims[i].Message)
	}
	return claims, err
}

// Find implements Box.
func (s *sealed) Find(ctx context.Context, f Filter) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for e, err := range s.Box.Find(ctx, f) {
			if err == nil && f.Raw {
				err = s.open(&e.Message)
			}
			if !yield(e, err) {
				return
			}
		}
	}
}
