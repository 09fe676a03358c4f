package auth

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// The reasons why there is no token, for errors.Is. Every *Error is one of these
// or ErrKey, and either ErrRejected or ErrUnavailable as well.
var (
	// ErrRejected is the class of refused credentials and requests, which fail
	// again until something is changed.
	ErrRejected = errors.New("auth: the token request was rejected")
	// ErrUnavailable is the class of failures that may pass: the server could
	// not be reached, or could not answer.
	ErrUnavailable = errors.New("auth: the token endpoint is not available")

	ErrContentType         = errors.New("auth: the server did not accept the request's content type")
	ErrGrantType           = errors.New("auth: grant_type is missing or not client_credentials")
	ErrAssertionType       = errors.New("auth: client_assertion_type is missing or invalid")
	ErrAssertionMissing    = errors.New("auth: client_assertion is missing")
	ErrKeyIDMissing        = errors.New("auth: the assertion names no key: set KeyID")
	ErrKeyNotFound         = errors.New("auth: the server knows no public key for this client ID and key ID: compare both, and save the key or JWKS URL in the dashboard")
	ErrSignature           = errors.New("auth: the assertion's signature does not fit the public key")
	ErrClockSkew           = errors.New("auth: this machine's clock differs from the server's")
	ErrBadCredentials      = errors.New("auth: the credentials are not valid")
	ErrSourceSecret        = errors.New("auth: the source's secret is not valid")
	ErrSourceNotAuthorized = errors.New("auth: the source is not authorized")
	ErrRateLimited         = errors.New("auth: too many requests")
	ErrNotJSON             = errors.New("auth: the answer is not JSON: is the URL that of a Redox token endpoint?")
	ErrResponse            = errors.New("auth: the answer holds no usable token")
)

// ErrKey is returned for a private key that cannot be read or used. The error
// repeats nothing of the key.
var ErrKey = errors.New("auth: private key")

// Error says why there is no token.
type Error struct {
	Cause  error         // one of the Err… values, ErrKey included
	Status int           // of the HTTP answer, 0 if there was none
	Code   string        // the OAuth error code, such as "invalid_client"
	Detail string        // what the server said; secrets are removed
	Skew   time.Duration // how far this clock is ahead of the server's, if that matters

	host string
	err  error // the error beneath: for errors.Is, never printed
	// pause is how long not to ask again, after a 429.
	pause time.Duration
}

// Error says what went wrong, and what the server said about it.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("auth: no access token")
	if e.host != "" {
		b.WriteString(" from " + e.host)
	}
	b.WriteString(": " + strings.TrimPrefix(e.Cause.Error(), "auth: "))
	if e.Skew != 0 && errors.Is(e.Cause, ErrClockSkew) {
		b.WriteString(" (" + skewText(e.Skew) + ")")
	}
	if e.Status != 0 {
		fmt.Fprintf(&b, " (HTTP %d)", e.Status)
	}
	for _, said := range []string{e.Code, e.Detail} {
		if said != "" {
			b.WriteString(": " + said)
		}
	}
	return b.String()
}

func skewText(d time.Duration) string {
	if d > 0 {
		return fmt.Sprintf("%v ahead", d.Round(time.Second))
	}
	return fmt.Sprintf("%v behind", -d.Round(time.Second))
}

// Unwrap returns the cause, its class and the error beneath.
func (e *Error) Unwrap() []error {
	errs := []error{e.Cause}
	if class := e.class(); !errors.Is(e.Cause, class) {
		errs = append(errs, class)
	}
	if e.err != nil {
		errs = append(errs, e.err)
	}
	return errs
}

// class tells whether trying again could help.
func (e *Error) class() error {
	if e.Status >= 500 || e.Cause == ErrRateLimited || e.Cause == ErrUnavailable {
		return ErrUnavailable
	}
	return ErrRejected
}

// asError makes an *Error of what is none: what Keys and signers return.
func asError(err error) error {
	if e := (*Error)(nil); errors.As(err, &e) {
		return err
	}
	if !errors.Is(err, ErrKey) {
		return &Error{Cause: ErrRejected, Detail: strings.TrimPrefix(err.Error(), "auth: "), err: err}
	}
	text := err.Error()
	if _, what, ok := strings.Cut(text, ErrKey.Error()+": "); ok {
		text = what
	}
	return &Error{Cause: ErrKey, Detail: text, err: err}
}
