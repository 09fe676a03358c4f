package jwtverify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/redoxgen/redoxgen/runtime/webhook/verify"
)

// maxToken is the longest token that is parsed; real ones have one or two KB.
const maxToken = 16 << 10

const (
	errMalformed  verify.Refusal = "jwtverify: the bearer token is not a JWT"
	errAlgorithm  verify.Refusal = "jwtverify: the token is not signed by one of Config.Algorithms"
	errClaims     verify.Refusal = "jwtverify: the claims of the token are not those of a JWT"
	errNoExpiry   verify.Refusal = "jwtverify: the token does not expire"
	errExpired    verify.Refusal = "jwtverify: the token has expired"
	errNotYet     verify.Refusal = "jwtverify: the token is not valid yet, or the clock is wrong"
	errIssuer     verify.Refusal = "jwtverify: the token has another issuer than Config.Issuer"
	errAudience   verify.Refusal = "jwtverify: the token is for none of Config.Audience"
	errOtherClaim verify.Refusal = "jwtverify: the token does not have the values of Config.Claims"
	errUnknownKey verify.Refusal = "jwtverify: the issuer publishes no key that the token could be signed with"
	errSignature  verify.Refusal = "jwtverify: the signature of the token is wrong"
)

type verifier struct {
	issuer     string
	audience   jwt.Audience
	claims     map[string]string
	algorithms []jose.SignatureAlgorithm
	leeway     time.Duration
	keys       *keySource
	now        func() time.Time
}

// Verify implements verify.Verifier. Its errors are constants, but for one that is
// verify.ErrUndecided: nothing of a token is in them.
func (v *verifier) Verify(r *http.Request, _ []byte) error {
	text, err := verify.Bearer(r)
	if err != nil {
		return err
	}
	if len(text) > maxToken {
		return errMalformed
	}
	token, err := jwt.ParseSigned(text, v.algorithms)
	var other *jose.ErrUnexpectedSignatureAlgorithm
	switch {
	case errors.As(err, &other):
		return errAlgorithm
	case err != nil:
		return errMalformed
	}
	if err := v.checkClaims(token); err != nil {
		return err
	}
	return v.checkSignature(r.Context(), token)
}

// checkClaims checks what the payload claims. It is verified after this.
func (v *verifier) checkClaims(token *jwt.JSONWebToken) error {
	var claims jwt.Claims
	all := map[string]any{}
	if token.UnsafeClaimsWithoutVerification(&claims, &all) != nil {
		return errClaims
	}
	if claims.Expiry == nil {
		return errNoExpiry
	}
	switch err := claims.ValidateWithLeeway(jwt.Expected{Issuer: v.issuer, AnyAudience: v.audience, Time: v.now()}, v.leeway); {
	case err == nil:
	case errors.Is(err, jwt.ErrInvalidIssuer):
		return errIssuer
	case errors.Is(err, jwt.ErrInvalidAudience):
		return errAudience
	case errors.Is(err, jwt.ErrExpired):
		return errExpired
	default: // not before, or issued, in the future
		return errNotYet
	}
	for name, want := range v.claims {
		if all[name] != want {
			return errOtherClaim
		}
	}
	return nil
}

// checkSignature looks for the key that the token is signed with, and fetches the
// keys anew if it is not among those that are known.
func (v *verifier) checkSignature(ctx context.Context, token *jwt.JSONWebToken) error {
	err := check(token, v.keys.current(ctx))
	if !errors.Is(err, errUnknownKey) {
		return err
	}
	latest := v.keys.update(ctx)
	if err = check(token, latest.keys); errors.Is(err, errUnknownKey) && latest.err != nil {
		return fmt.Errorf("%w: %w", verify.ErrUndecided, latest.err)
	}
	return err
}

// check returns nil if one of the keys verifies the token, errSignature if one has
// the token's key ID and does not, and errUnknownKey if none has.
func check(token *jwt.JSONWebToken, keys []jose.JSONWebKey) error {
	header := token.Headers[0]
	result := errUnknownKey
	for _, k := range keys {
		if header.KeyID != "" && k.KeyID != header.KeyID || k.Algorithm != "" && k.Algorithm != header.Algorithm {
			continue
		}
		if token.Claims(k.Key) == nil {
			return nil
		}
		if header.KeyID != "" {
			result = errSignature
		}
	}
	return result
}
