package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	"github.com/redoxgen/redoxgen/runtime/internal/authclient"
	"github.com/redoxgen/redoxgen/runtime/internal/credential"
)

// Static is an access token from elsewhere.
type Static string

// NewSource returns a source that always gives this token; see New.
func (t Static) NewSource(d authclient.Defaults) (*Source, error) {
	if t == "" {
		return nil, errors.New("auth: Static: the token is empty")
	}
	if err := credential.Check("auth: Static: the token", string(t)); err != nil {
		return nil, err
	}
	if !isTokenText(string(t)) {
		return nil, errors.New("auth: Static: the token has characters that no header may carry")
	}
	value := hide(string(t))
	return newSource("static", Options{}.withDefaults(d), func(context.Context) (Token, error) {
		return Token{value: value}, nil
	}), nil
}

// String does not show the token.
func (t Static) String() string { return "auth.Static(withheld)" }

// Format prints what String returns, whatever the verb.
func (t Static) Format(s fmt.State, _ rune) { printRedacted(s, t.String()) }

// LogValue is what String returns.
func (t Static) LogValue() slog.Value { return slog.StringValue(t.String()) }

// MarshalText returns what String returns.
func (t Static) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// From returns Credentials that take their tokens from ts, which must be safe for
// concurrent use. After a refused token the source asks ts again at once. A call
// of ts that takes longer than 30 s has failed; at most four calls hang at the
// same time, and the token of one that returns late is used.
func From(ts oauth2.TokenSource) Credentials {
	if ts == nil {
		return external{}
	}
	return external{ts.Token}
}

// external holds the TokenSource's method alone: a func cannot be printed, and
// a TokenSource may well show its secrets.
type external struct{ token func() (*oauth2.Token, error) }

// NewSource returns a source that asks the TokenSource and keeps its token.
func (e external) NewSource(d authclient.Defaults) (*Source, error) {
	if e.token == nil {
		return nil, errors.New("auth: From: the TokenSource is nil")
	}
	return newSource("oauth2.TokenSource", Options{}.withDefaults(d), e.grant), nil
}

func (e external) grant(context.Context) (Token, error) {
	t, err := e.token()
	if err != nil {
		return Token{}, externalError(err)
	}
	if t == nil || !isTokenText(t.AccessToken) {
		return Token{}, &Error{Cause: ErrResponse, Detail: "the TokenSource gave an empty or malformed token"}
	}
	return Token{value: hide(t.AccessToken), Expiry: t.Expiry}, nil
}

// externalError says what a TokenSource says. Its error is wrapped but not
// printed: package oauth2 puts the server's whole answer into its errors.
func externalError(err error) *Error {
	e := &Error{Cause: ErrUnavailable, err: err}
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) {
		return e
	}
	var header http.Header
	if refused.Response != nil {
		e.Status, header = refused.Response.StatusCode, refused.Response.Header
	}
	e.Code, e.Detail = scrub(refused.ErrorCode), scrub(refused.ErrorDescription)
	e.Cause = causeOf(e.Status, refused.ErrorCode+" "+refused.ErrorDescription)
	if e.Cause == ErrRateLimited {
		e.pause = pause(header, time.Now())
	}
	return e
}

// String does not show the TokenSource.
func (e external) String() string { return "auth.From(withheld)" }

// Format prints what String returns, whatever the verb.
func (e external) Format(s fmt.State, _ rune) { printRedacted(s, e.String()) }

// LogValue is what String returns.
func (e external) LogValue() slog.Value { return slog.StringValue(e.String()) }

// MarshalText returns what String returns.
func (e external) MarshalText() ([]byte, error) { return []byte(e.String()), nil }
