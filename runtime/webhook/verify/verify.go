// Package verify decides whether a request comes from Redox. A webhook.Config
// takes static tokens by itself; what is here is for everything else that Redox
// can be configured to send:
//
//		signed, err := verify.HMAC(verify.HMACConfig{
//			Header:   "X-Signature", // see below
//			Prefix:   "sha256=",
//			Encoding: verify.Hex,
//			Secrets:  []string{os.Getenv("REDOX_SIGNING_SECRET")},
//		})
//		…
//		h, err := webhook.NewHandler(mux, webhook.Config{
//			Verify: signed,
//			Tokens: []string{os.Getenv("REDOX_TOKEN")}, // for the challenge
//			…
//		})
//
//	  - Tokens: static tokens, the one of the subscription or several.
//	  - HMAC: a signature of the body with a shared secret.
//	  - MutualTLS: a client certificate, checked here or by a proxy.
//	  - Package jwtverify: a JWT as the bearer token, new with every request.
//	  - All and Any combine them.
//	  - Func: anything else, such as asking the issuer about a token.
//
// # What Redox sends
//
// Redox publishes neither the name of the header that its signature comes in, nor
// its encoding, nor the hash. To find out, set a signing secret at a destination in a
// development environment, let Dev Tools send a message to an endpoint that prints
// the names of the headers it gets, and compare: a signature of 64 hexadecimal digits,
// or of 44 characters of base64, is one with SHA-256. What is before it is the Prefix.
// HMACConfig.Sign makes the same for the body and the secret.
//
// # Cost
//
// A verifier that needs the body makes the receiver read up to Config.MaxBody from
// whoever sends something that looks like a signature. All puts a check before it
// that needs the head alone, and stops at what it refuses:
//
//	verify.All(tokens, signed)
package verify

import (
	"errors"
	"net/http"
)

// Verifier decides whether a request comes from Redox. It must be safe for
// concurrent use.
type Verifier interface {
	// Verify returns nil for a request that comes from Redox. It looks at the
	// request's method, URL, headers, TLS state and address; it must not read its
	// Body. The body is nil at first: it is read only for a verifier that returns
	// ErrBodyNeeded, which is then called again with all of it, never nil.
	//
	// An error that is ErrNoCredentials, ErrBodyNeeded or ErrUndecided (errors.Is)
	// means what these say; every other one, that the request must be refused.
	// The text of an error is logged: it must hold no secret and nothing that
	// the request holds.
	Verify(r *http.Request, body []byte) error
}

// Func is a function as a Verifier.
type Func func(r *http.Request, body []byte) error

// Verify calls f.
func (f Func) Verify(r *http.Request, body []byte) error { return f(r, body) }

var (
	// ErrNoCredentials reports that a request shows nothing of what the verifier
	// looks for. It is refused, unless it is a challenge, which Redox sends
	// with a token in its body or query instead.
	ErrNoCredentials = errors.New("verify: the request has no credentials")
	// ErrBodyNeeded reports that the head of the request does not suffice.
	ErrBodyNeeded = errors.New("verify: the body is needed")
	// ErrUndecided reports that the verifier cannot decide now, for example because
	// the issuer of a token cannot be reached. It is answered with 503, so that the
	// message comes again. Wrap it with what happened: fmt.Errorf("%w: …", ErrUndecided).
	ErrUndecided = errors.New("verify: cannot decide now")
)

// Refusal is the error of a request that must be refused. Its text is the same for
// every request that is refused for the same reason.
type Refusal string

// Error returns the reason.
func (e Refusal) Error() string { return string(e) }
