package webhook_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// TestBodyThatSomethingReadBefore: a message of which a middleware took all or
// part is neither handled nor dead-lettered as if it was whole. It stays with Redox,
// which delivers it again.
func TestBodyThatSomethingReadBefore(t *testing.T) {
	whole := func(*http.Request) {}
	take := func(n int64) func(*http.Request) {
		return func(r *http.Request) { _, _ = io.CopyN(io.Discard, r.Body, n) }
	}
	limit := func(n int64) func(*http.Request) {
		return func(r *http.Request) { r.Body = io.NopCloser(io.LimitReader(r.Body, n)) }
	}
	withNoBody := func(r *http.Request) { r.Body = http.NoBody }
	emptied := func(r *http.Request) { r.Body, r.ContentLength = http.NoBody, 0 }
	message := arrival("L1")
	for name, tt := range map[string]struct {
		before  func(*http.Request)
		chunked bool // without a length
		body    string
		status  int
	}{
		"nothing":                    {whole, false, message, 200},
		"nothing, without a length":  {whole, true, message, 200},
		"not JSON, but all of it":    {whole, false, "{", 200},
		"white space":                {whole, false, " ", 200},
		"all read":                   {take(1 << 20), false, message, 503},
		"the beginning read":         {take(20), false, message, 503},
		"one byte read":              {take(1), false, message, 503},
		"LimitReader":                {limit(20), false, message, 503},
		"LimitReader of all but one": {limit(int64(len(message)) - 1), false, message, 503},
		"NoBody":                     {withNoBody, false, message, 503},
		"emptied":                    {emptied, false, message, 503},
		"all read, without a length": {take(1 << 20), true, message, 503},
		"NoBody, without a length":   {withNoBody, true, message, 503},
		"empty":                      {whole, false, "", 503},
		"empty, without a length":    {whole, true, "", 503},
	} {
		t.Run(name, func(t *testing.T) {
			r := receive(t, nil, nil)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
				tt.before(req)
				r.ServeHTTP(w, req)
			}))
			defer server.Close()
			var body io.Reader = strings.NewReader(tt.body)
			if tt.chunked {
				body = io.MultiReader(body) // of which package http does not know the length
			}
			req, err := http.NewRequest(http.MethodPost, server.URL, body)
			require.NoError(t, err)
			req.Header.Set("Verification-Token", token)
			response, err := http.DefaultClient.Do(req)
			require.NoError(t, err)
			text, err := io.ReadAll(response.Body)
			require.NoError(t, err)
			require.NoError(t, response.Body.Close())
			assert.Equal(t, tt.status, response.StatusCode)
			if tt.status == 200 {
				return
			}
			assert.Empty(t, r.noted())
			assert.Empty(t, r.deadLetters(t))
			assert.Contains(t, string(text), "before the handler", "who looks at the answer learns why")
			assert.Contains(t, r.logged(), `"level":"ERROR"`)
			assert.Contains(t, r.logged(), "before the handler")

			// As it comes again, whole, it is handled.
			assert.Equal(t, webhook.Handled, r.post(message).outcome)
		})
	}
}

// TestBodyWhoseEndIsMissing: a sender that is cut off has sent no message, with a
// length and without.
func TestBodyWhoseEndIsMissing(t *testing.T) {
	message := arrival("L1")
	for name, rest := range map[string]string{
		"length":        "Content-Length: " + decimal(len(message)+1) + "\r\n\r\n" + message,
		"chunk":         "Transfer-Encoding: chunked\r\n\r\n" + hex(len(message)+1) + "\r\n" + message,
		"last chunk":    "Transfer-Encoding: chunked\r\n\r\n" + hex(len(message)) + "\r\n" + message + "\r\n",
		"after a chunk": "Transfer-Encoding: chunked\r\n\r\n" + hex(len(message)) + "\r\n" + message,
	} {
		t.Run(name, func(t *testing.T) {
			r := receive(t, nil, nil)
			conn, err := net.Dial("tcp", strings.TrimPrefix(r.URL, "http://"))
			require.NoError(t, err)
			defer conn.Close()
			_, err = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nVerification-Token: "+token+"\r\n"+rest)
			require.NoError(t, err)
			require.NoError(t, conn.(*net.TCPConn).CloseWrite())
			status, err := readStatus(conn)
			require.NoError(t, err)
			assert.Equal(t, http.StatusBadRequest, status)
			assert.Empty(t, r.noted())
			assert.Empty(t, r.deadLetters(t))
		})
	}
}

// TestRequestsWithoutBody: what has no body by its nature is answered as ever.
func TestRequestsWithoutBody(t *testing.T) {
	r := receive(t, nil, nil)
	for method, want := range map[string]int{http.MethodGet: 401, http.MethodHead: 405, http.MethodDelete: 405} {
		assert.Equal(t, want, r.do(method, "/", "", "verification-token", token).status, method)
	}
	assert.Equal(t, 200, r.do(http.MethodGet, "/?challenge=x&verification-token="+strings.ReplaceAll(token, " ", "+"), "").status)
	assert.Equal(t, 401, r.do(http.MethodPost, "/", "").status, "without a token")
}

// TestReplayThroughAMiddleware: the dead letter stays where its text does not arrive.
func TestReplayThroughAMiddleware(t *testing.T) {
	broken := true
	r := receive(t, func(mux *webhook.Mux, _ *receiver) {
		webhook.On(mux, func(context.Context, webhook.Delivery, *patientadmin.Arrival) error {
			if broken {
				return webhook.Permanent(context.DeadlineExceeded)
			}
			return nil
		})
	}, nil)
	require.Equal(t, webhook.DeadLetter, r.post(arrival("L1")).outcome)
	broken = false
	read := true
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if read {
			_, _ = io.Copy(io.Discard, req.Body)
		}
		r.ServeHTTP(w, req)
	}))
	defer server.Close()
	replay := func() deadletter.Replayed {
		result, _ := deadletter.Replay(t.Context(), r.dead, webhook.ReplayTo(server.URL, token, nil))
		return result
	}
	assert.Equal(t, deadletter.Replayed{Failed: 1}, replay())
	assert.Equal(t, arrival("L1"), string(r.deadLetters(t)[0].Raw))
	read = false
	assert.Equal(t, deadletter.Replayed{Delivered: 1}, replay())
}
