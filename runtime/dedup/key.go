package dedup

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// Key identifies a message over all of its deliveries. Any string is a key;
// stores use its hash.
type Key string

// Hash is what stores have of a key: half of its SHA-256.
type Hash [16]byte

// Hash returns the key's hash.
func (k Key) Hash() Hash {
	var room [256]byte // of nearly every key
	sum := sha256.Sum256(append(room[:0], k...))
	return Hash(sum[:16])
}

// String returns the hash in hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Sub returns the key of a part of the work that k identifies.
func (k Key) Sub(part string) Key { return k + "/" + Key(part) }

// KeyFunc finds the key of a message from its Meta section and its bytes. It
// must give the same key for every delivery of the same message, and different
// keys for different messages: of those that share a key all but the first are
// taken for redeliveries and not handled. Where it finds nothing that identifies
// the message it returns KeyOf(meta, raw).
type KeyFunc func(meta redox.Meta, raw []byte) Key

// KeyOf is the default KeyFunc. A message is identified by its source and its
// destinations, by the first of
//
//   - Meta.Logs[0].ID, which stays the same when a message is delivered again
//     (AttemptID does not), as a string or as a number;
//   - Meta.Message.ID, which messages carried before 2023,
//
// and by a hash of its text without the white space between tokens and without
// what differs between deliveries, the values of Meta.Logs and Meta.Transmission.
// So a redelivery has the key of the message, and two messages that were given one
// ID, as samples and tools for developers do, have two: other events, and another
// content.
//
// Without any of these IDs, and where one of them or the ID of the source or of a
// destination is not Unicode text, so that others may look like it, the hash is one
// of the content that does not depend on the order of members either.
//
// Earlier returns the key that an earlier version gave to a message.
func KeyOf(meta redox.Meta, raw []byte) Key {
	var room [256]byte // of nearly every key
	b := append(room[:0], component(meta.Source.ID)...)
	b = append(b, '/')
	b = append(b, destinations(meta.Destinations)...)
	ambiguous := isDamaged(meta.Source.ID) ||
		slices.ContainsFunc(meta.Destinations, func(d redox.Endpoint) bool { return isDamaged(d.ID) })
	switch {
	case len(meta.Logs) > 0 && meta.Logs[0].ID != "":
		b = append(b, "/log:"...)
		b = append(b, component(meta.Logs[0].ID)...)
		ambiguous = ambiguous || isDamaged(meta.Logs[0].ID)
	case meta.Message.ID != "":
		b = append(b, "/message:"...)
		b = append(b, component(string(meta.Message.ID))...)
		ambiguous = ambiguous || isDamaged(string(meta.Message.ID))
	default:
		ambiguous = true
	}
	part, sum := textPart, [sha256.Size]byte{}
	if ambiguous {
		part, sum = "/content:", contentHash(raw)
	} else {
		sum = textHash(raw)
	}
	b = append(b, part...)
	return Key(hex.AppendEncode(b, sum[:sumLength]))
}

const (
	textPart  = "/text:" // no component of a key has a slash
	sumLength = 16       // bytes of a hash in a key
)

// Earlier returns the key that KeyOf gave to a message before keys distinguished
// messages of one ID, false if it is the same. What a store knows under it may be
// about another message of that ID.
func Earlier(key Key) (Key, bool) {
	at := len(key) - len(textPart) - 2*sumLength
	if at < 0 || !strings.HasPrefix(string(key[at:]), textPart) {
		return key, false
	}
	return key[:at], true
}

// isDamaged reports whether a decoded text may stand for several: whatever is
// not Unicode text becomes U+FFFD.
func isDamaged(s string) bool { return strings.ContainsRune(s, utf8.RuneError) }

func destinations(ds []redox.Endpoint) string {
	if len(ds) == 1 {
		return component(ds[0].ID)
	}
	ids := make([]string, len(ds))
	for i, d := range ds {
		ids[i] = component(d.ID)
	}
	joined := strings.Join(ids, "+")
	if len(joined) <= maxComponent {
		return joined
	}
	return hashed(joined)
}

// maxComponent is longer than any identifier Redox uses.
const maxComponent = 128

// component returns s if it can stand in a key as it is, so that keys can be
// read, otherwise its hash: no two different messages may share a key.
func component(s string) string {
	if len(s) > maxComponent {
		return hashed(s)
	}
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.':
		default:
			return hashed(s)
		}
	}
	return s
}

func hashed(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "#" + strconv.Itoa(len(s)) + "-" + hex.EncodeToString(sum[:16])
}
