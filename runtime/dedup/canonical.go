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
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	sum, ok := hashValue(dec, "", 0)
	if ok {
		_, err := dec.Token()
		ok = err == io.EOF
	}
	if !ok {
		return sha256.Sum256(raw)
	}
	return sum
}

// hashValue reads one value; its hash stands for it in its container's hash.
// Only one container's hashes are in memory per level, never the whole tree.
func hashValue(dec *json.Decoder, path string, depth int) (sum [sha256.Size]byte, ok bool) {
	token, err := dec.Token()
	if err != nil || depth > maxCanonicalDepth {
		return sum, false
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			return hashObject(dec, path, depth)
		}
		return hashArray(dec, depth)
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

func hashArray(dec *json.Decoder, depth int) (sum [sha256.Size]byte, ok bool) {
	h := sha256.New()
	h.Write([]byte("["))
	for dec.More() {
		item, ok := hashValue(dec, "-", depth+1)
		if !ok {
			return sum, false
		}
		h.Write(item[:])
	}
	_, err := dec.Token()
	return [sha256.Size]byte(h.Sum(nil)), err == nil
}

func hashObject(dec *json.Decoder, path string, depth int) (sum [sha256.Size]byte, ok bool) {
	type member struct {
		name string
		sum  [sha256.Size]byte
	}
	var members []member
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return sum, false
		}
		name, _ := token.(string)
		at := path + "/" + name
		value, ok := hashValue(dec, at, depth+1)
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
	_, err := dec.Token()
	return [sha256.Size]byte(h.Sum(nil)), err == nil
}
