package auth

import (
	"net/http"
	"strings"
)

// errorPatterns maps what token endpoints say to the cause they mean. All words of an
// entry must occur; the first entry that fits counts, so the more specific
// ones come first.
var errorPatterns = []struct {
	words []string
	cause error
}{
	{[]string{"content-type"}, ErrContentType},
	{[]string{"content type"}, ErrContentType},
	{[]string{"grant_type"}, ErrGrantType},
	{[]string{"grant type"}, ErrGrantType},
	{[]string{"unsupported_grant"}, ErrGrantType},
	{[]string{"assertion_type"}, ErrAssertionType},
	{[]string{"assertion type"}, ErrAssertionType},
	{[]string{"public key"}, ErrKeyNotFound},
	{[]string{"key not found"}, ErrKeyNotFound},
	{[]string{"kid", "not found"}, ErrKeyNotFound},
	{[]string{"kid", "unknown"}, ErrKeyNotFound},
	{[]string{"kid"}, ErrKeyIDMissing},
	{[]string{"signature"}, ErrSignature},
	{[]string{"expired"}, ErrClockSkew},
	{[]string{"not yet valid"}, ErrClockSkew},
	{[]string{"in the future"}, ErrClockSkew},
	{[]string{"assertion", "missing"}, ErrAssertionMissing},
	{[]string{"assertion", "required"}, ErrAssertionMissing},
	{[]string{"source secret"}, ErrSourceSecret},
	{[]string{"source", "not authorized"}, ErrSourceNotAuthorized},
	{[]string{"invalid request"}, ErrBadCredentials},
	{[]string{"invalid_client"}, ErrBadCredentials},
	{[]string{"unauthorized"}, ErrBadCredentials},
	{[]string{"slow_down"}, ErrRateLimited},
	{[]string{"temporarily_unavailable"}, ErrUnavailable},
	{[]string{"server_error"}, ErrUnavailable},
}

// causeOf finds out why a server that answered with this status and text
// refused to give a token.
func causeOf(status int, text string) error {
	if status == http.StatusTooManyRequests {
		return ErrRateLimited
	}
	lower := strings.ToLower(text)
	for _, p := range errorPatterns {
		if containsAll(lower, p.words) {
			return p.cause
		}
	}
	switch {
	case status == http.StatusUnauthorized:
		return ErrBadCredentials
	case status >= 500:
		return ErrUnavailable
	default:
		return ErrRejected
	}
}

func containsAll(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}
