package webhook_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/deadletter/deadlettertest"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// TestReplaySaysWhy: whoever replays learns from the error what to look at, and
// nothing that a server sends but its status and one of the results.
func TestReplaySaysWhy(t *testing.T) {
	for _, tt := range []struct {
		status int
		result webhook.Result
		want   string
	}{
		{200, webhook.Handled, ""},
		{200, webhook.Duplicate, ""},
		{200, webhook.Answered, ""},
		{200, webhook.DeadLetter, webhook.ErrDeadLettered.Error()},
		{503, webhook.Failed, "webhook: status 503, failed: a handler failed: the receiver's log says which and why"},
		{500, webhook.Failed, "webhook: status 500, failed: a handler failed: the receiver's log says which and why"},
		{503, webhook.InFlight, "webhook: status 503, in-flight: another delivery of the message is being handled: try again when that is done"},
		{503, webhook.Unavailable, "webhook: status 503, unavailable: the receiver is shutting down, or its dedup store or dead-letter store fails: its log says which"},
		{413, webhook.Refused, "webhook: status 413, refused: the receiver does not take this request: its log says why"},
		{401, "", "webhook: status 401: the token is not one of the receiver's"},
		{404, "", "webhook: status 404: there is no handler at the path of the url"},
		{502, "", "webhook: status 502: no handler of this package answers: see the log of what does, or of a proxy in front of it"},
		{307, "", "webhook: status 307: redirects are not followed: use the url of the handler itself"},
		{200, "", "webhook: status 200: the url does not belong to a handler of this package"},
		{200, "Timothy Bixby", "webhook: status 200: the url does not belong to a handler of this package"},
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set(webhook.OutcomeHeader, string(tt.result))
			w.WriteHeader(tt.status)
		}))
		err := webhook.ReplayTo(srv.URL, token, srv.Client())(t.Context(), deadlettertest.Message("a", 1, "{}"))
		srv.Close()
		if tt.want == "" {
			require.NoError(t, err, tt)
			continue
		}
		assert.EqualError(t, err, tt.want)
	}
}
