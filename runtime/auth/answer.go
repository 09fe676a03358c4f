package auth

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/redoxgen/redoxgen/runtime/internal/httpkit"
)

// refusal explains an answer that gives no token, of whatever status.
func (e *endpoint) refusal(a *answer) *Error {
	code, text := a.complaint()
	err := &Error{
		Cause:  causeOf(a.status, code+" "+text),
		Status: a.status,
		Code:   scrub(code, a.secrets...),
		Detail: scrub(text, a.secrets...),
		host:   e.host,
	}
	if err.Cause == ErrRateLimited {
		err.pause = pause(a.header, e.now())
	}
	switch {
	case a.status >= 300 && a.status < 400:
		err.Cause, err.Detail = ErrResponse, "a redirect, which is not followed"
	case a.isUTF16:
		err.Detail = utf16Answer
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
	date := httpkit.Date(a.header)
	if date.IsZero() {
		return 0
	}
	d := now.Sub(date)
	if d.Abs() < maxSkew {
		return 0
	}
	return d
}

// What a 429 of a token endpoint means: all of a source's callers leave it in
// peace for as long as it says, within bounds, since a mistake there would lock
// the program out.
const (
	usualPause   = 5 * time.Second // if it does not say
	longestPause = 5 * time.Minute // the window of Redox's rate limit
)

// pause is how long an answer with this header wants no other request.
func pause(h http.Header, now time.Time) time.Duration {
	d, told := httpkit.RetryAfter(h, now)
	if !told {
		d = usualPause
	}
	return min(max(d, time.Second), longestPause)
}

// complaint returns the error code of OAuth, if there is one, and what else the
// server said: JSON in the forms that Redox's hosts use, or plain text, which
// may be labelled as HTML.
func (a *answer) complaint() (code, text string) {
	var body struct {
		Error       json.RawMessage `json:"error"`
		Description string          `json:"error_description"`
		Detail      string          `json:"errorDetail"`
		Message     string          `json:"message"`
	}
	// Of a member of another type, json.Unmarshal reports the type after it has
	// read the others.
	if err := json.Unmarshal(a.body, &body); err == nil || errors.As(err, new(*json.UnmarshalTypeError)) {
		_ = json.Unmarshal(body.Error, &code) // stays empty if it is no string
		return code, cmp.Or(body.Description, body.Detail, body.Message)
	}
	if a.isMarkup() || a.isUTF16 {
		return "", ""
	}
	return "", string(a.body)
}

func (a *answer) isMarkup() bool { return bytes.HasPrefix(bytes.TrimSpace(a.body), []byte("<")) }

const utf16Answer = "the answer is UTF-16, and Redox answers in UTF-8: is the URL that of a Redox token endpoint?"

// decode reads a successful answer into v, which is a struct for JSON.
func (e *endpoint) decode(a *answer, v any) error {
	err := json.Unmarshal(a.body, v)
	if err == nil {
		return nil
	}
	bad := e.unusable(a, "")
	bad.Cause, bad.err = ErrNotJSON, errors.New("not JSON")
	switch kind, _, _ := strings.Cut(a.header.Get("Content-Type"), ";"); {
	case a.isMarkup():
		bad.Detail = "an HTML page"
	case a.isUTF16:
		bad.Detail = utf16Answer
	case len(a.body) == 0:
		bad.Detail = "the answer is empty"
	case !json.Valid(a.body) && !strings.HasSuffix(kind, "json"):
		// As with other statuses, plain text may be what the server has to say.
		refusal := e.refusal(a)
		bad.Detail = refusal.Detail
		if refusal.Cause != ErrRejected {
			return refusal
		}
	case strings.HasSuffix(kind, "json"):
		bad.Cause, bad.Detail = ErrResponse, "the JSON is broken or not of the documented form"
	}
	return bad
}

// usable returns the token of an answer, unless it is none: servers say what is
// wrong with status 200, too.
func (e *endpoint) usable(a *answer, value string, expiry time.Time) (Token, error) {
	if value == "" {
		if code, text := a.complaint(); code != "" || text != "" {
			return Token{}, e.refusal(a)
		}
		return Token{}, e.unusable(a, "there is no token in it")
	}
	if !isTokenText(value) {
		return Token{}, e.unusable(a, "the token has characters that no header may carry")
	}
	return Token{Expiry: expiry, value: hide(value)}, nil
}

// unusable is the error of a successful answer that gives no token.
func (e *endpoint) unusable(a *answer, detail string) *Error {
	return &Error{Cause: ErrResponse, Status: a.status, host: e.host, Detail: detail}
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

// seconds reads a number of seconds that may be written as a string, and reports
// whether it can be a lifetime.
func seconds(raw json.RawMessage) (time.Duration, bool) {
	n, err := strconv.ParseFloat(strings.Trim(string(raw), `"`), 64)
	if err != nil || !(n >= 1 && n <= 1e9) { // what is said this way is false of NaN too
		return 0, false
	}
	return time.Duration(n * float64(time.Second)), true
}
