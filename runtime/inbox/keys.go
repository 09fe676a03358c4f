package inbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// KeyFunc returns the keys of a message: see Message.Order. A message without any is
// handled beside all others.
type KeyFunc func(meta redox.Meta, raw []byte) []string

// identified is where a message names its patients and its visit.
type identified struct {
	redox.Object

	Patient  person   `json:"Patient"`
	Patients []person `json:"Patients"`
	Visit    visit    `json:"Visit"`
}

type person struct {
	redox.Object

	Identifiers         []redox.Identifier `json:"Identifiers"`
	PreviousIdentifiers []redox.Identifier `json:"PreviousIdentifiers"`
}

type visit struct {
	redox.Object

	VisitNumber         string `json:"VisitNumber"`
	PreviousVisitNumber string `json:"PreviousVisitNumber"`
}

// KeysOf is the default KeyFunc. The keys are those of all identifiers of the message's
// patients, the earlier ones of a merge among them; without any, of its visit; and
// without that, of the subscription, which is its source and its destinations.
func KeysOf(meta redox.Meta, raw []byte) []string {
	var m identified
	_ = redox.Unmarshal(raw, &m) // what cannot be read has the key of its subscription
	var keys []string
	for _, p := range append(m.Patients, m.Patient) {
		for _, id := range slices.Concat(p.Identifiers, p.PreviousIdentifiers) {
			if id.ID != "" {
				keys = append(keys, Identifier(meta.Source.ID, id.IDType, id.ID))
			}
		}
	}
	if len(keys) == 0 {
		for _, number := range []string{m.Visit.VisitNumber, m.Visit.PreviousVisitNumber} {
			if number != "" {
				keys = append(keys, join("visit", meta.Source.ID, number))
			}
		}
	}
	if len(keys) == 0 {
		parts := []string{"subscription", meta.Source.ID}
		for _, d := range meta.Destinations {
			parts = append(parts, d.ID)
		}
		keys = append(keys, join(parts...))
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// Identifier returns the key that KeysOf gives to the identifier of a patient.
func Identifier(source, idType, id string) string { return join("patient", source, idType, id) }

// join makes one text of several, another one for each other list.
func join(parts ...string) string {
	var b []byte
	for _, p := range parts {
		b = append(binary.AppendUvarint(b, uint64(len(p))), p...)
	}
	return string(b)
}

// Hash is what a Box has of a key: half of a keyed SHA-256.
type Hash [16]byte

// Hasher makes the hashes of keys.
type Hasher struct{ key []byte }

// SecretSize is how many bytes the key of a Hasher has at least.
const SecretSize = 16

// NewHasher returns a Hasher with that key. Whoever has it can find out whether an
// identifier that they know is among the hashes.
func NewHasher(key []byte) (Hasher, error) {
	if len(key) < SecretSize {
		return Hasher{}, errors.New("inbox: the key for hashes needs 16 random bytes or more")
	}
	return Hasher{slices.Clone(key)}, nil
}

// Hash returns the hash of a key.
func (h Hasher) Hash(key string) Hash {
	mac := hmac.New(sha256.New, h.key)
	_, _ = mac.Write([]byte(key))
	return Hash(mac.Sum(nil)[:len(Hash{})])
}

// Hashes returns the hashes of keys, in order and each once, so that workers which lock
// them do not wait for each other in a circle.
func (h Hasher) Hashes(keys []string) []Hash {
	hashes := make([]Hash, len(keys))
	for i, k := range keys {
		hashes[i] = h.Hash(k)
	}
	slices.SortFunc(hashes, func(a, b Hash) int { return slices.Compare(a[:], b[:]) })
	return slices.Compact(hashes)
}
