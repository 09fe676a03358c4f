package auth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"log/slog"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/cryptosigner"

	"github.com/redoxgen/redoxgen/runtime/internal/credential"
)

// minRSA is the shortest RSA key that is accepted, in bits.
const minRSA = 2048

// Key is a private key, or a secret, that signs assertions. Package fmt and
// log/slog show its ID and algorithm and no more.
type Key struct {
	id     string
	alg    jose.SignatureAlgorithm
	key    func() any // what go-jose signs with; a func, so that it cannot be printed
	public any        // nil for a secret
}

// NewKey returns a key that lives elsewhere, such as in a KMS or an HSM, and
// signs through s. keyID is the kid under which Redox knows its public key.
func NewKey(s crypto.Signer, keyID string) (Key, error) {
	if s == nil {
		return Key{}, fmt.Errorf("%w: the signer is nil", ErrKey)
	}
	if err := credential.Check("keyID", keyID); err != nil {
		return Key{}, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return newKey(s, keyID)
}

// newKey checks a private key of package crypto.
func newKey(s crypto.Signer, keyID string) (Key, error) {
	k := Key{id: keyID, public: s.Public()}
	switch pub := k.public.(type) {
	case *rsa.PublicKey:
		if pub.N.BitLen() < minRSA {
			return Key{}, fmt.Errorf("%w: an RSA key of %d bits is too short, %d are required", ErrKey, pub.N.BitLen(), minRSA)
		}
		k.alg = jose.RS384
	case *ecdsa.PublicKey:
		if pub.Curve != elliptic.P384() {
			return Key{}, fmt.Errorf("%w: an EC key on curve %s cannot sign ES384, which needs P-384", ErrKey, pub.Curve.Params().Name)
		}
		k.alg = jose.ES384
	default:
		return Key{}, fmt.Errorf("%w: neither RSA nor EC (%T)", ErrKey, k.public)
	}
	if keyID == "" {
		return Key{}, fmt.Errorf("%w: set KeyID, the kid of the public key in the Redox dashboard", ErrKey)
	}
	switch s.(type) {
	case *rsa.PrivateKey, *ecdsa.PrivateKey:
		k.key = func() any { return s }
	default:
		k.key = func() any { return cryptosigner.Opaque(s) }
	}
	return k, nil
}

// newSecret returns a shared secret as a key.
func newSecret(secret, keyID string) (Key, error) {
	const minLen, hashLen = 16, 48
	if len(secret) < minLen {
		return Key{}, fmt.Errorf("%w: a secret of %d bytes is too short", ErrKey, len(secret))
	}
	if keyID == "" {
		return Key{}, fmt.Errorf("%w: set KeyID, the kid of the secret", ErrKey)
	}
	// HMAC pads keys with zeros up to its block size, so this changes no
	// signature; it satisfies go-jose, which wants a key as long as the hash,
	// where the length of the secret is not for us to choose.
	padded := append([]byte(secret), make([]byte, max(0, hashLen-len(secret)))...)
	return Key{id: keyID, alg: jose.HS384, key: func() any { return padded }}, nil
}

// ID returns the kid.
func (k Key) ID() string { return k.id }

// Algorithm returns RS384, ES384 or HS384.
func (k Key) Algorithm() string { return string(k.alg) }

// signer returns what signs assertions with k.
func (k Key) signer(keySetURL string) (jose.Signer, error) {
	if k.key == nil {
		return nil, fmt.Errorf("%w: it is the zero Key", ErrKey)
	}
	opts := (&jose.SignerOptions{}).WithType("JWT").WithHeader("kid", k.id)
	if keySetURL != "" {
		opts.WithHeader("jku", keySetURL)
	}
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: k.alg, Key: k.key()}, opts)
	if err != nil {
		return nil, fmt.Errorf("%w: it cannot sign %s", ErrKey, k.alg)
	}
	return s, nil
}

// PublicJWKS returns the public halves of keys as a JWK set, for the Redox
// dashboard or to be served at a JWKS URL. Secrets have none and are refused.
func PublicJWKS(keys ...Key) ([]byte, error) {
	var set jose.JSONWebKeySet
	for _, k := range keys {
		if k.public == nil {
			return nil, fmt.Errorf("%w: %q has no public half", ErrKey, k.id)
		}
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: k.public, KeyID: k.id, Algorithm: string(k.alg), Use: "sig"})
	}
	return json.Marshal(set)
}

// String names the key and its algorithm.
func (k Key) String() string { return fmt.Sprintf("auth.Key(%q, %s)", k.id, k.alg) }

// Format prints what String returns, whatever the verb.
func (k Key) Format(s fmt.State, _ rune) { printRedacted(s, k.String()) }

// LogValue is what String returns.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalText returns what String returns.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }
