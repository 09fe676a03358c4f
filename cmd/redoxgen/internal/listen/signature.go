//go:build !redoxgen_bootstrap

package listen

import (
	"errors"

	"github.com/redoxgen/redoxgen/runtime/webhook/verify"
)

// encodings are the words for how a signature is written.
var encodings = map[string]verify.Encoding{"hex": verify.Hex, "base64": verify.Base64, "base64url": verify.Base64URL}

// Signed returns the verifier of deliveries that are signed with the secret; nil where
// header names no header for the signature.
func Signed(header, prefix, encoding, secret string) (verify.Verifier, error) {
	e, known := encodings[encoding]
	switch {
	case header == "":
		return nil, nil
	case !known:
		return nil, errors.New("--signature-encoding must be hex, base64 or base64url")
	case secret == "":
		return nil, errors.New("$REDOX_SIGNING_SECRET is missing, which --signature-header needs")
	}
	v, err := verify.HMAC(verify.HMACConfig{Header: header, Prefix: prefix, Encoding: e, Secrets: []string{secret}})
	if err != nil {
		return nil, err
	}
	return v, nil
}
