package verify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"net/http"
	"net/textproto"
	"strings"
	"unicode/utf8"

	"github.com/redoxgen/redoxgen/runtime/internal/credential"
)

// Encoding is how a signature is written in a header.
type Encoding uint8

// The encodings. Base64 is accepted with padding and without.
const (
	Hex Encoding = iota + 1
	Base64
	Base64URL
)

func (e Encoding) decode(s string) ([]byte, error) {
	switch e {
	case Hex:
		return hex.DecodeString(s)
	case Base64:
		return base64.RawStdEncoding.Strict().DecodeString(strings.TrimRight(s, "="))
	case Base64URL:
		return base64.RawURLEncoding.Strict().DecodeString(strings.TrimRight(s, "="))
	default:
		return nil, errors.New("verify: unknown encoding")
	}
}

func (e Encoding) encode(b []byte) string {
	switch e {
	case Hex:
		return hex.EncodeToString(b)
	case Base64:
		return base64.StdEncoding.EncodeToString(b)
	default:
		return base64.URLEncoding.EncodeToString(b)
	}
}

// HMACConfig configures HMAC. Header, Encoding and Secrets must be set.
type HMACConfig struct {
	withheld // Secrets are secrets

	// Header is the header that the signature comes in.
	Header string
	// Prefix is what the header has before the signature, such as "sha256=".
	Prefix string
	// Encoding is how the signature is written.
	Encoding Encoding
	// Hash makes the hash. Default sha256.New.
	Hash func() hash.Hash
	// Secrets are the secrets that are accepted: one, and while it is being
	// changed at Redox, the old and the new one. Their bytes are the keys; a secret
	// that is handed out as base64 of the key has to be decoded before.
	Secrets []string
}

const (
	errSignatureForm Refusal = "verify: the signature does not have the prefix, encoding and length that were configured"
	errSignature     Refusal = "verify: the signature does not match the body and any of the secrets"
)

// HMAC returns a verifier of a signature of the body. A request whose header is
// absent, or has not the form of a signature, is refused before its body is read.
// The error joins what is wrong with the configuration.
func HMAC(c HMACConfig) (Verifier, error) {
	var errs []error
	if c.Header == "" {
		errs = append(errs, errors.New("verify: HMACConfig.Header is empty: name the header that the signature comes in"))
	}
	if c.Encoding < Hex || c.Encoding > Base64URL {
		errs = append(errs, errors.New("verify: HMACConfig.Encoding is not set: choose Hex, Base64 or Base64URL"))
	}
	if len(c.Secrets) == 0 {
		errs = append(errs, errors.New("verify: HMACConfig.Secrets is empty: everybody could sign messages"))
	}
	for i, secret := range c.Secrets {
		if secret == "" {
			errs = append(errs, fmt.Errorf("verify: HMACConfig.Secrets[%d] is empty: everybody could sign messages", i))
		}
		errs = append(errs, checkSecret(i, secret))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	c.Header = textproto.CanonicalMIMEHeaderKey(c.Header)
	c.Secrets = append([]string(nil), c.Secrets...)
	return &hmacVerifier{HMACConfig: c, size: len(c.sum("", nil))}, nil
}

// checkSecret refuses the line end that a secret from a file may have. A secret
// that is not text, such as one that was decoded, may have any bytes.
func checkSecret(i int, secret string) error {
	if !utf8.ValidString(secret) {
		return nil
	}
	return credential.Check(fmt.Sprintf("verify: HMACConfig.Secrets[%d]", i), secret)
}

// Sign returns the value of the header for a body that is signed with the first of the
// secrets: for tests, and to find out what Redox sends.
func (c HMACConfig) Sign(body []byte) string {
	return c.Prefix + c.Encoding.encode(c.sum(c.Secrets[0], body))
}

func (c HMACConfig) sum(secret string, body []byte) []byte {
	h := c.Hash
	if h == nil {
		h = sha256.New
	}
	mac := hmac.New(h, []byte(secret))
	_, _ = mac.Write(body) // never fails
	return mac.Sum(nil)
}

type hmacVerifier struct {
	HMACConfig
	size int // of a signature in bytes
}

func (v *hmacVerifier) Verify(r *http.Request, body []byte) error {
	value, err := one(r.Header[v.Header])
	if err != nil {
		return err
	}
	encoded, found := strings.CutPrefix(value, v.Prefix)
	signature, err := v.Encoding.decode(encoded)
	if !found || err != nil || len(signature) != v.size {
		return errSignatureForm
	}
	if body == nil {
		return ErrBodyNeeded
	}
	matches := false
	for _, secret := range v.Secrets {
		if hmac.Equal(v.sum(secret, body), signature) {
			matches = true
		}
	}
	if !matches {
		return errSignature
	}
	return nil
}
