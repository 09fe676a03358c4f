package auth

import (
	"bytes"
	"cmp"
	"context"
	"crypto"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"github.com/redoxgen/redoxgen/runtime/internal/credential"
	"github.com/redoxgen/redoxgen/runtime/internal/httpkit"
)

// ParseKeys reads private keys: one in PEM, a JWK, or a JWK set. keyID names
// the key where the data does not, and chooses one where the data has several.
// White space around the data does not matter.
// Errors say what is wrong and never repeat the data.
func ParseKeys(data []byte, keyID string) ([]Key, error) {
	if err := credential.Check("KeyID", keyID); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	data, isUTF16 := httpkit.TrimMark(data)
	data = bytes.TrimSpace(data)
	switch {
	case isUTF16:
		return nil, fmt.Errorf("%w: it is UTF-16: save the file as ASCII or UTF-8", ErrKey)
	case len(data) == 0:
		return nil, fmt.Errorf("%w: it is empty", ErrKey)
	case data[0] == '{':
		return parseJWKs(data, keyID)
	default:
		k, err := parsePEM(data, keyID)
		if err != nil {
			return nil, err
		}
		return []Key{k}, nil
	}
}

// KeyFile returns a value for OAuth.Keys that reads the file whenever a token
// is needed, so that a key can be replaced while the program runs. Redox gets
// a new token every five minutes, so reading costs nothing that matters.
func KeyFile(path, keyID string) func(context.Context) ([]Key, error) {
	return func(context.Context) ([]Key, error) {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		return ParseKeys(data, keyID)
	}
}

func parsePEM(data []byte, keyID string) (Key, error) {
	for {
		block, rest := pem.Decode(data)
		if block == nil {
			return Key{}, fmt.Errorf("%w: neither PEM nor JWK; was the line structure of the PEM lost on the way?", ErrKey)
		}
		if strings.Contains(block.Type, "PRIVATE KEY") {
			return parseBlock(block, keyID)
		}
		if len(bytes.TrimSpace(rest)) == 0 {
			return Key{}, fmt.Errorf("%w: the PEM holds %s and no private key", ErrKey, pemLabel(block.Type))
		}
		data = rest // EC PARAMETERS or a certificate may come first
	}
}

// pemLabel is the label of a PEM block if it is a usual one: a label is part
// of the data, which is not repeated.
func pemLabel(label string) string {
	switch label {
	case "PUBLIC KEY", "RSA PUBLIC KEY", "CERTIFICATE", "EC PARAMETERS", "CERTIFICATE REQUEST":
		return "a " + label
	default:
		return "something else"
	}
}

func parseBlock(block *pem.Block, keyID string) (Key, error) {
	if strings.Contains(block.Type, "ENCRYPTED") || block.Headers["DEK-Info"] != "" {
		return Key{}, fmt.Errorf("%w: it is encrypted; decrypt it first (openssl pkcs8)", ErrKey)
	}
	if k, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
		signer, ok := k.(crypto.Signer)
		if !ok {
			return Key{}, fmt.Errorf("%w: neither RSA nor EC (%T)", ErrKey, k)
		}
		return newKey(signer, keyID)
	}
	if k, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return newKey(k, keyID)
	}
	if k, err := x509.ParseECPrivateKey(block.Bytes); err == nil {
		return newKey(k, keyID)
	}
	return Key{}, fmt.Errorf("%w: the PEM block is damaged or of an unknown kind", ErrKey)
}

func parseJWKs(data []byte, keyID string) ([]Key, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if json.Unmarshal(data, &set) != nil {
		return nil, fmt.Errorf("%w: the JWK is not valid JSON", ErrKey)
	}
	if set.Keys == nil {
		k, err := parseJWK(data, keyID)
		if err != nil {
			return nil, err
		}
		set.Keys = []json.RawMessage{data}
		if keyID != "" && k.id != keyID {
			return nil, fmt.Errorf("%w: the JWK's kid is %q, KeyID is %q", ErrKey, k.id, keyID)
		}
	}
	return chooseJWKs(set.Keys, keyID)
}

// chooseJWKs returns all keys of a set, or the one called keyID; then the others
// need not be usable.
func chooseJWKs(raw []json.RawMessage, keyID string) ([]Key, error) {
	var keys []Key
	var names []string
	var bad error
	for i, data := range raw {
		k, err := parseJWK(data, "")
		if err != nil && len(raw) == 1 && keyID != "" {
			k, err = parseJWK(data, keyID)
		}
		if err != nil {
			bad = cmp.Or(bad, fmt.Errorf("key %d of the JWK set: %w", i, err))
			continue
		}
		names = append(names, k.id)
		if keyID == "" || k.id == keyID {
			keys = append(keys, k)
		}
	}
	if bad != nil && (keyID == "" || len(keys) == 0) {
		return nil, bad // it, or another of those to be tried, is missing
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("%w: none of the set is called %q; it has %q", ErrKey, keyID, names)
	}
	return keys, nil
}

// parseJWK reads one private JWK. keyID stands in for a missing kid.
func parseJWK(data []byte, keyID string) (Key, error) {
	var j jose.JSONWebKey
	if j.UnmarshalJSON(data) != nil {
		return Key{}, fmt.Errorf("%w: the JWK is damaged or of an unknown kind", ErrKey)
	}
	if j.KeyID == "" {
		j.KeyID = keyID
	}
	var k Key
	var err error
	switch key := j.Key.(type) {
	case crypto.Signer:
		k, err = newKey(key, j.KeyID)
	case []byte:
		k, err = newSecret(string(key), j.KeyID)
	default:
		return Key{}, fmt.Errorf("%w: the JWK has only the public half", ErrKey)
	}
	if err == nil && j.Algorithm != "" && j.Algorithm != string(k.alg) {
		return Key{}, fmt.Errorf("%w: the JWK is for another algorithm; Redox takes %s for this kind of key", ErrKey, k.alg)
	}
	return k, err
}
