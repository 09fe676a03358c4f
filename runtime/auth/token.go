package auth

import (
	"fmt"
	"log/slog"
	"time"
)

// Token is an access token. Package fmt, log/slog and encoding/json show when
// it ends and never the token itself.
type Token struct {
	// Expiry is when the token ends by the source's clock; zero for a token
	// that does not say.
	Expiry time.Time

	value  secret
	serial uint64 // tells the tokens of one source apart
}

// Value returns the token itself.
func (t Token) Value() string { return t.value.reveal() }

// Header returns the value of the Authorization header.
func (t Token) Header() string { return "Bearer " + t.value.reveal() }

// String says when the token ends.
func (t Token) String() string {
	if t.Expiry.IsZero() {
		return "auth.Token(withheld)"
	}
	return "auth.Token(withheld, until " + t.Expiry.UTC().Format(time.RFC3339) + ")"
}

// Format prints what String returns, whatever the verb.
func (t Token) Format(s fmt.State, _ rune) { printRedacted(s, t.String()) }

// LogValue is what String returns.
func (t Token) LogValue() slog.Value { return slog.StringValue(t.String()) }

// MarshalText returns what String returns.
func (t Token) MarshalText() ([]byte, error) { return []byte(t.String()), nil }
