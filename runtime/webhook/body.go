package webhook

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"
	"time"
)

// acceptable checks the headers of a verified delivery.
func (x *exchange) acceptable() bool {
	switch {
	case x.r.ContentLength > x.h.config.MaxBody:
		x.w.Header().Set("Connection", "close")
		x.reply(http.StatusRequestEntityTooLarge, Refused)
	case !isJSON(x.r.Header.Get("Content-Type")), !isPlain(x.r.Header["Content-Encoding"]):
		// Redox does not compress; decompressing would only serve bombs.
		x.reply(http.StatusUnsupportedMediaType, Refused)
	default:
		return true
	}
	return false
}

// isJSON accepts a missing type: the body will tell, and a proxy that drops a
// header must not stop the feed.
func isJSON(contentType string) bool {
	switch contentType {
	case "", "application/json", "application/json; charset=utf-8":
		return true
	}
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && (kind == "application/json" || kind == "text/json" || strings.HasSuffix(kind, "+json"))
}

func isPlain(encodings []string) bool {
	return len(encodings) == 0 || len(encodings) == 1 && strings.EqualFold(encodings[0], "identity")
}

// firstRead is what is set aside for a body before any of it has come: a length
// that was merely announced must not cost memory.
const firstRead = 64 << 10

// read reads the body within limit and time, or answers why not.
func (x *exchange) read(limit int64, timeout time.Duration) ([]byte, bool) {
	control := http.NewResponseController(x.w)
	// Not every ResponseWriter behind a router can do this; then the server's
	// ReadTimeout, if any, remains.
	deadline := control.SetReadDeadline(time.Now().Add(timeout)) == nil
	var body bytes.Buffer
	if n := x.r.ContentLength; n > 0 && n < limit {
		body.Grow(int(min(n, firstRead)) + bytes.MinRead)
	}
	_, err := body.ReadFrom(http.MaxBytesReader(x.w, x.r.Body, limit))
	if deadline {
		// Otherwise it would end the request while its handler runs.
		_ = control.SetReadDeadline(time.Time{})
	}
	if err == nil {
		return body.Bytes(), true
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
