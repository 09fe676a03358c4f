package webhook

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/redoxgen/redoxgen/runtime/internal/credential"
	"github.com/redoxgen/redoxgen/runtime/webhook/verify"
)

// VerifyError is the error of a request that Config.Verify did not accept.
type VerifyError struct{ Err error }

// Error returns the verifier's text, which holds nothing of the request.
func (e *VerifyError) Error() string { return e.Err.Error() }

// Unwrap returns the verifier's error.
func (e *VerifyError) Unwrap() error { return e.Err }

// completeVerify checks Tokens and Verify, and returns the tokens of challenges, nil
// if there are none.
func (c *Config) completeVerify() (*credential.Tokens, error) {
	if c.Verify != nil && isNil(c.Verify) {
		return nil, fmt.Errorf("webhook: Config.Verify is a nil %T", c.Verify)
	}
	if c.Verify != nil && len(c.Tokens) == 0 {
		return nil, nil
	}
	tokens, err := credential.NewTokens("webhook: Config.Tokens", c.Tokens)
	if err == nil && c.Verify == nil {
		c.Verify, err = verify.Tokens(c.Tokens...)
	}
	return &tokens, err
}

// verify asks Config.Verify. The body of the request is not the verifier's to read.
func (x *exchange) verify(body []byte) error {
	unread := x.r.Body
	x.r.Body = http.NoBody
	defer func() { x.r.Body = unread }()
	return x.h.config.Verify.Verify(x.r, body)
}

// verifyHead decides by the head of a delivery: it is verified, or it is refused or
// answered as a challenge, or its body is needed.
func (x *exchange) verifyHead() (bodyNeeded, ok bool) {
	switch err := x.verify(nil); {
	case err == nil:
		return false, x.accept()
	case errors.Is(err, verify.ErrBodyNeeded) && x.r.ContentLength <= x.h.config.MaxBody:
		return true, true
	case errors.Is(err, verify.ErrBodyNeeded):
		x.refuse(errBodyUnread)
	case errors.Is(err, verify.ErrNoCredentials):
		x.challengeByPost()
	default:
		x.refuse(err)
	}
	return false, false
}

// verifyBody decides where the head did not suffice.
func (x *exchange) verifyBody(body []byte) bool {
	if err := x.verify(body); err != nil {
		x.refuse(err)
		return false
	}
	return x.accept()
}

// accept takes a request for verified, and reports whether its headers are as a
// delivery's should be.
func (x *exchange) accept() bool {
	x.verified = true
	x.writeBy(0)
	return x.acceptable()
}

// checkChallenge checks the token of a challenge. Without Config.Tokens, the request
// itself has to be verified.
func (x *exchange) checkChallenge(token string, body []byte) bool {
	var err error
	switch {
	case x.h.tokens != nil:
		if !x.h.tokens.Contains(token) {
			err = errWrongToken
		}
	case !x.verified:
		err = x.verify(body)
	}
	if err != nil {
		x.verified = false
		x.refuse(err)
	}
	return err == nil
}

// refuse answers 401 to whoever is not verified, always the same, and 503 if that
// cannot be decided now.
func (x *exchange) refuse(err error) {
	if !errors.Is(err, verify.ErrNoCredentials) {
		x.out.Err = &VerifyError{err}
	}
	if errors.Is(err, verify.ErrUndecided) {
		x.w.Header().Set("Connection", "close")
		x.reply(http.StatusServiceUnavailable, Unavailable)
		return
	}
	x.unverified()
}
