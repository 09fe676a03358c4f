// Package credential has the one rule for identifiers, secrets and tokens that
// programs take from files and environment variables: they are used as they
// are. What cannot be meant, such as the line end of a file, is refused when the
// configuration is checked, not trimmed: a value that works in one place and
// not in another is harder to find than an error.
package credential

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

const byteOrderMark = '\uFEFF'

// Check returns an error for a value that begins or ends with white space, or
// has control characters or a byte-order mark. The error starts with name, as
// "auth: OAuth: ClientID", and does not repeat the value. The empty value is
// the caller's to judge.
func Check(name, value string) error {
	switch {
	case strings.TrimSpace(value) != value:
		return fmt.Errorf("%s begins or ends with white space or a line end: trim it (strings.TrimSpace)", name)
	case strings.ContainsRune(value, byteOrderMark):
		return fmt.Errorf("%s has a byte-order mark: save the file that it comes from without one", name)
	case strings.ContainsFunc(value, unicode.IsControl):
		return fmt.Errorf("%s has a line end or another control character in it", name)
	default:
		return nil
	}
}

// Value is a value with the name under which Check speaks of it.
type Value struct{ Name, Value string }

// CheckAll returns what Check says of all values.
func CheckAll(values ...Value) error {
	var errs []error
	for _, v := range values {
		errs = append(errs, Check(v.Name, v.Value))
	}
	return errors.Join(errs...)
}
