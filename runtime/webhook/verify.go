package webhook

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/credential"
)

// tokenHeader is where Redox puts the token of a delivery.
const tokenHeader = "Verification-Token"

// errWrongToken is the outcome's error of who shows a token that is not valid.
const errWrongToken refusal = "webhook: the token is none of Config.Tokens"

// tokens knows the valid verification tokens by their hashes, so that what is
// compared always has the same length, whatever was sent.
type tokens struct {
	sums [][sha256.Size]byte
}

func newTokens(list []string) (tokens, error) {
	if len(list) == 0 {
		return tokens{}, errors.New("webhook: Config.Tokens is empty: everybody could send messages")
	}
	var t tokens
	var errs []error
	for i, token := range list {
		switch {
		case token == "":
			errs = append(errs, fmt.Errorf("webhook: Config.Tokens[%d] is empty: everybody could send messages", i))
		case strings.TrimSpace(token) != token:
			errs = append(errs, fmt.Errorf("webhook: Config.Tokens[%d] begins or ends with white space, which HTTP headers do not keep", i))
		default:
			errs = append(errs, credential.Check(fmt.Sprintf("webhook: Config.Tokens[%d]", i), token))
		}
		t.sums = append(t.sums, sha256.Sum256([]byte(token)))
	}
	return t, errors.Join(errs...)
}

// valid reports whether token is one of the tokens. It takes the same time for
// every token of the same length, valid or not, whichever it is.
func (t tokens) valid(token string) bool {
	sum := sha256.Sum256([]byte(token))
	found := 0
	for i := range t.sums {
		found |= subtle.ConstantTimeCompare(sum[:], t.sums[i][:])
	}
	return found == 1
}

// presented is what a request shows as its token.
type presented uint8

const (
	noToken presented = iota
	wrongToken
	rightToken
)

// check looks at the token of a delivery: the header verification-token, or
// Authorization: Bearer if there is none. A request that repeats a header is
// not from Redox.
func (t tokens) check(h http.Header) presented {
	values := h[tokenHeader]
	if len(values) == 0 {
		values = h["Authorization"]
		if len(values) == 0 {
			return noToken
		}
		scheme, token, _ := strings.Cut(values[0], " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return wrongToken
		}
		values = append([]string{strings.TrimSpace(token)}, values[1:]...)
	}
	if len(values) == 1 && t.valid(values[0]) {
		return rightToken
	}
	return wrongToken
}
