package dev

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/go-jose/go-jose/v4"
)

// minRSA is the shortest RSA key that Redox accepts, in bits.
const minRSA = 2048

// errPrivate is the answer to what nobody but its owner may have. Nothing of it is kept.
var errPrivate = errors.New("that is a private key or a secret, which nobody but the client should have: register the public key " +
	"(openssl pkey -in key.pem -pubout). Nothing of it was kept")

// parsePublicKeys reads public keys: PEM, a JWK or a JWK set. kid is for a key that does
// not say its ID, or is the ID that it says. Errors repeat nothing of the text.
func parsePublicKeys(text []byte, kid string) ([]clientKey, error) {
	text = bytes.TrimSpace(text)
	switch {
	case len(text) == 0:
		return nil, errors.New("paste a public key: PEM, a JWK or a JWK set")
	case bytes.Contains(text, []byte("PRIVATE KEY")):
		return nil, errPrivate
	case bytes.HasPrefix(text, []byte("{")):
		return parseJWKs(text, kid)
	}
	block, _ := pem.Decode(append(bytes.Clone(text), '\n'))
	if block == nil {
		return nil, errors.New("that is neither PEM, from -----BEGIN to -----END, nor a JWK")
	}
	key, err := parseBlock(block)
	if err != nil {
		return nil, err
	}
	k, err := newClientKey(key, kid)
	return []clientKey{k}, err
}

func parseBlock(block *pem.Block) (any, error) {
	var key any
	var err error
	switch block.Type {
	case "PUBLIC KEY":
		key, err = x509.ParsePKIXPublicKey(block.Bytes)
	case "RSA PUBLIC KEY":
		key, err = x509.ParsePKCS1PublicKey(block.Bytes)
	case "CERTIFICATE":
		var c *x509.Certificate
		if c, err = x509.ParseCertificate(block.Bytes); err == nil {
			key = c.PublicKey
		}
	default:
		return nil, errors.New("the PEM holds no public key")
	}
	if err != nil {
		return nil, errors.New("the PEM is damaged, or of an unknown kind")
	}
	return key, nil
}

func parseJWKs(text []byte, kid string) ([]clientKey, error) {
	if !json.Valid(text) {
		return nil, errors.New("that is not valid JSON, and so no JWK")
	}
	set := jwksOf(text)
	if len(set) == 0 {
		return nil, errors.New("the JWK set is empty")
	}
	var list []clientKey
	for _, one := range set {
		k, err := parseJWK(one, kid)
		if err != nil {
			return nil, err
		}
		list = append(list, k)
	}
	return list, nil
}

func parseJWK(text []byte, kid string) (clientKey, error) {
	var members struct {
		Kty, Kid string
		D, K     any // of a private key, of a secret
	}
	if json.Unmarshal(text, &members) != nil || members.Kty == "" {
		return clientKey{}, errors.New("that is no JWK: it has no kty")
	}
	if members.D != nil || members.K != nil || members.Kty == "oct" {
		return clientKey{}, errPrivate
	}
	var key jose.JSONWebKey
	if json.Unmarshal(text, &key) != nil || !key.Valid() {
		return clientKey{}, errors.New("the JWK is damaged, or of an unknown kind")
	}
	switch {
	case key.KeyID == "":
		key.KeyID = kid
	case kid != "" && kid != key.KeyID:
		return clientKey{}, errors.New("the JWK has another kid than the key ID beside it: leave that empty")
	}
	return newClientKey(key.Key, key.KeyID)
}

// newClientKey checks a public key of package crypto.
func newClientKey(key any, kid string) (clientKey, error) {
	k := clientKey{KeyID: kid}
	algorithm := jose.RS384
	switch public := key.(type) {
	case *rsa.PublicKey:
		if public.N.BitLen() < minRSA {
			return k, fmt.Errorf("an RSA key of %d bits is too short: Redox wants %d", public.N.BitLen(), minRSA)
		}
		k.Kind = fmt.Sprintf("RSA, %d bits", public.N.BitLen())
	case *ecdsa.PublicKey:
		if public.Curve != elliptic.P384() {
			return k, fmt.Errorf("an EC key on curve %s cannot sign ES384, which needs P-384", public.Curve.Params().Name)
		}
		k.Kind, algorithm = "EC, P-384", jose.ES384
	default:
		return k, errors.New("the key is neither RSA nor EC")
	}
	if kid == "" {
		return k, errors.New("the key needs an ID (kid), which the client puts into its assertions")
	}
	var err error
	k.JWK, err = jose.JSONWebKey{Key: key, KeyID: kid, Algorithm: string(algorithm), Use: "sig"}.MarshalJSON()
	return k, err
}

// jwksOf returns the keys of a JWK set, or of what is a single JWK.
func jwksOf(text []byte) []json.RawMessage {
	var set struct{ Keys []json.RawMessage }
	if json.Unmarshal(text, &set) == nil && set.Keys != nil {
		return set.Keys
	}
	return []json.RawMessage{text}
}
