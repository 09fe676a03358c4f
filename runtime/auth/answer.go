package auth

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// refusal explains an answer that is not a success.
func (e *endpoint) refusal(a *answer, secrets []string) *Error {
	code, text := a.complaint()
	err := &Error{
		Cause:  causeOf(a.status, code+" "+text),
		Status: a.status,
		Code:   scrub(code, secrets...),
		Detail: scrub(text, secrets...),
		host:   e.host,
	}
	if a.status == http.StatusTooManyRequests {
		err.pause = a.pause(e.now())
	}
	switch {
	case a.status >= 300 && a.status < 400:
		err.Cause, err.Detail = ErrResponse, "a redirect, which is not followed"
	case a.isMarkup():
		err.Detail = "an HTML page"
		if a.status < 500 && a.status != 429 {
			err.Cause = ErrNotJSON
		}
	}
	if !e.signed && err.Cause == ErrClockSkew {
		err.Cause = causeOf(a.status, "") // it is not the clock that has expired
	}
	if skew := a.skew(e.now()); skew != 0 && e.signed && err.blamesAssertion() {
		// What the server said stays true: the clock is only the likely reason.
		err.Cause, err.err, err.Skew = ErrClockSkew, err.Cause, skew
	}
	return err
}

// blamesAssertion reports whether a wrong clock could be what is behind e.
func (e *Error) blamesAssertion() bool {
	switch e.Cause {
	case ErrClockSkew, ErrRejected, ErrBadCredentials, ErrSignature:
		return true
	default:
		return false
	}
}

// skew is how far now is ahead of the server's clock, 0 when that is little.
func (a *answer) skew(now time.Time) time.Duration {
	if a.date.IsZero() {
		return 0
	}
	d := now.Sub(a.date)
	if d.Abs() < maxSkew {
		return 0
	}
	return d
}

// complaint returns the OAuth error code, if there is one, and what else the
// server said: JSON in the forms that Redox's hosts use, or plain text, which
// may be labelled as HTML.
func (a *answer) complaint() (code, text string) {
	var body struct {
		Error       json.RawMessage `json:"error"`
		Description string          `json:"error_description"`
		Detail      string          `json:"errorDetail"`
		Message     string          `json:"message"`
	}
	if json.Unmarshal(a.body, &body) == nil {
		_ = json.Unmarshal(body.Error, &code) // stays empty if it is no string
		for _, s := range []string{body.Description, body.Detail, body.Message} {
			if s != "" {
				return code, s
			}
		}
		return code, ""
	}
	if a.isMarkup() {
		return "", ""
	}
	return "", string(a.body)
}

func (a *answer) isMarkup() bool { return bytes.HasPrefix(bytes.TrimSpace(a.body), []byte("<")) }

// decode reads a successful answer into v, which is a struct for JSON.
func (e *endpoint) decode(a *answer, v any) error {
	err := json.Unmarshal(a.body, v)
	if err == nil {
		return nil
	}
	bad := &Error{Cause: ErrNotJSON, Status: a.status, host: e.host, err: errors.New("not JSON")}
	switch kind, _, _ := strings.Cut(a.kind, ";"); {
	case a.isMarkup():
		bad.Detail = "an HTML page"
	case len(a.body) == 0:
		bad.Detail = "the answer is empty"
	case strings.HasSuffix(kind, "json"):
		bad.Cause, bad.Detail = ErrResponse, "the JSON is broken or not of the documented form"
	}
	return bad
}

// token checks what an answer gave as a token.
func (e *endpoint) token(a *answer, value string, expiry time.Time) (Token, error) {
	if value == "" {
		return Token{}, &Error{Cause: ErrResponse, Status: a.status, host: e.host, Detail: "there is no token in it"}
	}
	if !isTokenText(value) {
		return Token{}, &Error{Cause: ErrResponse, Status: a.status, host: e.host, Detail: "the token has characters that no header may carry"}
	}
	return Token{Expiry: expiry, value: hide(value)}, nil
}

// isTokenText reports whether s can be sent in an Authorization header.
func isTokenText(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return s != ""
}

// seconds reads a number of seconds that may be written as a string.
func seconds(raw json.RawMessage) (time.Duration, bool) {
	n, err := strconv.ParseFloat(strings.Trim(string(raw), `"`), 64)
	if err != nil || n <= 0 || n > 1e9 {
		return 0, false
	}
	return time.Duration(n * float64(time.Second)), true
}
