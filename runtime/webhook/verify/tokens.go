package verify

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/credential"
)

// TokenHeader is where Redox puts the verification token of a delivery.
const TokenHeader = "Verification-Token"

const (
	errWrongToken  Refusal = "verify: the token is not one of those that are accepted"
	errSeveral     Refusal = "verify: the request repeats the header of its credentials"
	errWrongScheme Refusal = "verify: the header Authorization has another scheme than Bearer"
)

// Tokens returns a verifier that accepts each of these verification tokens: one,
// and while it is being changed at Redox, the old and the new one. It looks at the
// header Verification-Token, and at Authorization: Bearer if there is none.
// Comparing takes the same time for every token. The error reports an empty token,
// or one that no header can transport.
func Tokens(tokens ...string) (Verifier, error) {
	set, err := credential.NewTokens("verify: Tokens", tokens)
	if err != nil {
		return nil, err
	}
	return tokenVerifier{set}, nil
}

type tokenVerifier struct{ set credential.Tokens }

func (v tokenVerifier) Verify(r *http.Request, _ []byte) error {
	token, err := one(r.Header[TokenHeader])
	if err == ErrNoCredentials {
		token, err = Bearer(r)
	}
	if err == nil && !v.set.Contains(token) {
		err = errWrongToken
	}
	return err
}

// Bearer returns the token of the header Authorization: Bearer. The error is
// ErrNoCredentials if there is no such header, and refuses a request with another
// scheme, or that repeats the header.
func Bearer(r *http.Request) (string, error) {
	value, err := one(r.Header["Authorization"])
	if err != nil {
		return "", err
	}
	scheme, token, _ := strings.Cut(value, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", errWrongScheme
	}
	return strings.TrimSpace(token), nil
}

// one returns the value of a header that must not be repeated: a request that does
// is not from Redox.
func one(values []string) (string, error) {
	switch len(values) {
	case 0:
		return "", ErrNoCredentials
	case 1:
		return values[0], nil
	default:
		return "", errSeveral
	}
}

// withheld is embedded where a value that is printed would disclose a secret.
type withheld struct{}

// Format writes a placeholder for every verb.
func (withheld) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "verify(withheld)") }

// LogValue is a placeholder.
func (withheld) LogValue() slog.Value { return slog.StringValue("verify(withheld)") }
