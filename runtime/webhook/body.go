package webhook

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"
)

// acceptable checks the headers of a verified delivery.
func (x *exchange) acceptable() bool {
	switch {
	case x.r.ContentLength > x.h.config.MaxBody:
		x.w.Header().Set("Connection", "close")
		x.reply(http.StatusRequestEntityTooLarge, Refused)
	case !isJSON(x.r.Header.Get("Content-Type")):
		x.fail(http.StatusUnsupportedMediaType, Refused, errContentType)
	case !isPlain(x.r.Header["Content-Encoding"]):
		// Redox does not compress; decompressing would only serve bombs.
		x.fail(http.StatusUnsupportedMediaType, Refused, errContentEncoding)
	default:
		return true
	}
	return false
}

// refusal is an error that states what a sender is to change.
type refusal string

func (e refusal) Error() string { return string(e) }

const (
	errWrongToken      refusal = "webhook: the token is not one of Config.Tokens"
	errBodyUnread      refusal = "webhook: the body is larger than Config.MaxBody, or did not come to its end in time: the sender cannot be verified"
	errBodyTaken       refusal = "webhook: the body is not all there: something read it before the handler, such as a middleware that does not put back what it reads, or a proxy dropped it"
	errContentType     refusal = "webhook: the Content-Type must be application/json"
	errContentEncoding refusal = "webhook: the body must not be compressed: no Content-Encoding but identity"
)

// isJSON accepts a missing type: the body shows it, and a proxy that drops a
// header must not stop the feed.
func isJSON(contentType string) bool {
	switch contentType {
	case "", "application/json", "application/json; charset=utf-8":
		return true
	}
	kind, _, err := mime.ParseMediaType(contentType)
	if errors.Is(err, mime.ErrInvalidMediaParameter) {
		err = nil // the type itself is there
	}
	return err == nil && (kind == "application/json" || kind == "text/json" || strings.HasSuffix(kind, "+json"))
}

func isPlain(encodings []string) bool {
	return len(encodings) == 0 || len(encodings) == 1 && (encodings[0] == "" || strings.EqualFold(encodings[0], "identity"))
}

// firstRead is what is allocated for a body before any of it has come: a length
// that was merely announced must not cost memory.
const firstRead = 64 << 10

// whole reports whether the body is all that was sent, as far as that can be
// known. What something took from it before is not in any dead letter, and Redox
// keeps nothing of what is answered 200. No message is empty.
func (x *exchange) whole(raw []byte) bool {
	return len(raw) > 0 && int64(len(raw)) >= x.r.ContentLength
}

// read reads the body within limit and time, or answers why not.
func (x *exchange) read(limit int64, timeout time.Duration) ([]byte, bool) {
	x.begun = true
	control := http.NewResponseController(x.w)
	// Not every ResponseWriter behind a router can do this; then the server's
	// ReadTimeout, if any, remains.
	deadline := control.SetReadDeadline(time.Now().Add(timeout)) == nil
	raw, err := x.readAll(limit)
	if deadline && err == nil {
		// Otherwise it would end the request while its handler runs. After an
		// error it stays, or the server would wait for the rest without end.
		_ = control.SetReadDeadline(time.Time{})
	}
	if err == nil {
		return raw, true
	}
	x.w.Header().Set("Connection", "close")
	var tooLarge *http.MaxBytesError
	switch {
	case !x.verified:
		x.unverified()
	case errors.As(err, &tooLarge):
		x.reply(http.StatusRequestEntityTooLarge, Refused)
	case errors.Is(err, os.ErrDeadlineExceeded):
		x.reply(http.StatusRequestTimeout, Refused)
	default:
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			x.out.Err = err
		}
		x.reply(http.StatusBadRequest, Refused)
	}
	return nil, false
}

// readAll reads the body into memory of its size, where that is known. Nothing is read
// beyond limit, whatever a middleware put in place of the body.
func (x *exchange) readAll(limit int64) ([]byte, error) {
	size := int64(bytes.MinRead)
	if n := x.r.ContentLength; n >= 0 {
		size = min(n, firstRead)
	}
	raw := make([]byte, 0, size+1) // whose end shows without growing
	for {
		n, err := x.r.Body.Read(raw[len(raw):cap(raw)])
		raw = raw[:len(raw)+n]
		switch {
		case int64(len(raw)) > limit:
			return nil, &http.MaxBytesError{Limit: limit}
		case err == io.EOF:
			return slices.Clip(raw), nil
		case err != nil:
			return nil, err
		case len(raw) == cap(raw):
			raw = slices.Grow(raw, len(raw))
		}
	}
}
