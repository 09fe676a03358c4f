package credential

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
)

// Tokens is a set of tokens, known by their hashes: what is compared always has
// the same length, whatever was sent, and printing the set discloses none.
type Tokens struct {
	sums [][sha256.Size]byte
}

// NewTokens returns the set of these tokens. The error joins what is wrong with
// them; name is what it calls the list, such as "webhook: Config.Tokens".
func NewTokens(name string, list []string) (Tokens, error) {
	if len(list) == 0 {
		return Tokens{}, fmt.Errorf("%s is empty: everybody could send messages", name)
	}
	var t Tokens
	var errs []error
	for i, token := range list {
		if token == "" {
			errs = append(errs, fmt.Errorf("%s[%d] is empty: everybody could send messages", name, i))
			continue
		}
		errs = append(errs, Check(fmt.Sprintf("%s[%d]", name, i), token))
		t.sums = append(t.sums, sha256.Sum256([]byte(token)))
	}
	return t, errors.Join(errs...)
}

// Contains reports whether token is one of the set. It takes the same time for
// every token of the same length, valid or not, whichever it is.
func (t Tokens) Contains(token string) bool {
	sum := sha256.Sum256([]byte(token))
	found := 0
	for i := range t.sums {
		found |= subtle.ConstantTimeCompare(sum[:], t.sums[i][:])
	}
	return found == 1
}
