package deid

import "hash/maphash"

const (
	mostKnown    = 1 << 12
	longestKnown = 256 // bytes
)

// pseudonyms remembers what texts have become lately, as JSON. Each text has one place, and
// leaves it to the next that has the same.
type pseudonyms struct {
	seed   maphash.Seed
	places [mostKnown]known
}

// known is a text of a kind of field and what it has become. They are copies: nothing keeps
// the memory of a message.
type known struct {
	kind       int
	text, json []byte
}

func newPseudonyms() *pseudonyms { return &pseudonyms{seed: maphash.MakeSeed()} }

// place returns the place of a text, and whether what the text has become is there.
func (p *pseudonyms) place(kind int, text string) (*known, bool) {
	at := (maphash.String(p.seed, text) + uint64(kind)) % mostKnown
	k := &p.places[at]
	return k, k.kind == kind && string(k.text) == text
}
