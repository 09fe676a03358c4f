// Package verifytest shows how a receiver answers those whom a verifier does not
// accept, for the tests of verifiers.
package verifytest

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
	"github.com/redoxgen/redoxgen/runtime/webhook/verify"
)

// Deliver sends a message with the head of r to a receiver with the verifier. It
// returns the status of the answer and all that was logged, at every level.
func Deliver(t testing.TB, v verify.Verifier, r *http.Request, message string) (status int, logged string) {
	t.Helper()
	var lines bytes.Buffer
	mux := webhook.NewMux()
	webhook.OnAny(mux, func(context.Context, webhook.Delivery, redox.Message) error { return nil })
	h, err := webhook.NewHandler(mux, webhook.Config{
		Verify: v, DeadLetter: deadletter.Discard(),
		Logger: slog.New(slog.NewJSONHandler(&lines, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	r = r.Clone(t.Context())
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(message)), int64(len(message))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, lines.String()
}
