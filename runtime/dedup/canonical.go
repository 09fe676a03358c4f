package dedup

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"io"
	"slices"
	"strings"
)

// maxCanonicalDepth bounds the recursion; no Redox message is near it.
const maxCanonicalDepth = 500

// contentHash returns a hash of a JSON text that does not depend on the order
// of members and on white space, nor on Meta.Logs and Meta.Transmission. What
// is not JSON, or nested too deeply, is hashed as it is.
func contentHash(raw []byte) [sha256.Size]byte {
	raw = bytes.TrimPrefix(raw, []byte("\ufeff")) // a byte-order mark is no part of JSON
	r := reader{json.NewDecoder(bytes.NewReader(raw)), raw}
	r.dec.UseNumber()
	sum, ok := r.hashValue("", 0)
	if ok {
		_, err := r.dec.Token()
		ok = err == io.EOF
	}
	if !ok {
		return sha256.Sum256(raw)
	}
	return sum
}

// reader reads a JSON text token by token.
type reader struct {
	dec *json.Decoder
	raw []byte // the whole text
}

// token returns the next token. A string or name that decoding damages is
// returned as it is written, after a byte that no decoded text has: different
// texts must stay different.
func (r reader) token() (json.Token, error) {
	start := r.dec.InputOffset()
	token, err := r.dec.Token()
	text, isText := token.(string)
	if err != nil || !isText || !isDamaged(text) {
		return token, err
	}
	written := r.raw[start:r.dec.InputOffset()] // after white space, a comma or a colon
	return "\xff" + string(written[bytes.IndexByte(written, '"'):]), nil
}

// hashValue reads one value; its hash stands for it in its container's hash.
// Only one container's hashes are in memory per level, never the whole tree.
func (r reader) hashValue(path string, depth int) (sum [sha256.Size]byte, ok bool) {
	token, err := r.token()
	if err != nil || depth > maxCanonicalDepth {
		return sum, false
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			return r.hashObject(path, depth)
		}
		return r.hashArray(depth)
	case string:
		return sha256.Sum256([]byte("s" + t)), true
	case json.Number:
		return sha256.Sum256([]byte("n" + t)), true
	case bool:
		if t {
			return sha256.Sum256([]byte("t")), true
		}
		return sha256.Sum256([]byte("f")), true
	default:
		return sha256.Sum256([]byte("0")), true
	}
}

func (r reader) hashArray(depth int) (sum [sha256.Size]byte, ok bool) {
	h := sha256.New()
	h.Write([]byte("["))
	for r.dec.More() {
		item, ok := r.hashValue("-", depth+1)
		if !ok {
			return sum, false
		}
		h.Write(item[:])
	}
	_, err := r.dec.Token()
	return [sha256.Size]byte(h.Sum(nil)), err == nil
}

func (r reader) hashObject(path string, depth int) (sum [sha256.Size]byte, ok bool) {
	type member struct {
		name string
		sum  [sha256.Size]byte
	}
	var members []member
	for r.dec.More() {
		token, err := r.token()
		if err != nil {
			return sum, false
		}
		name, _ := token.(string)
		at := path + "/" + name
		value, ok := r.hashValue(at, depth+1)
		if !ok {
			return sum, false
		}
		if depth == 1 && (at == "/Meta/Logs" || at == "/Meta/Transmission") {
			continue
		}
		members = append(members, member{name, value})
	}
	slices.SortStableFunc(members, func(a, b member) int { return strings.Compare(a.name, b.name) })
	h := sha256.New()
	h.Write([]byte("{"))
	for _, m := range members {
		name := sha256.Sum256([]byte(m.name))
		h.Write(name[:])
		h.Write(m.sum[:])
	}
	_, err := r.dec.Token()
	return [sha256.Size]byte(h.Sum(nil)), err == nil
}
