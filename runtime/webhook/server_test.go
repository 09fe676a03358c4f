package webhook_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// TestEveryPathIsServed: proxies join paths as they like, and a redirect would
// be taken for an answer.
func TestEveryPathIsServed(t *testing.T) {
	r := receive(t, nil, nil)
	server := httptest.NewServer(webhook.NewServer(r.Handler).Handler)
	defer server.Close()
	var want []string
	for i, path := range []string{"/", "/redox", "//redox", "/x//y", "/a/../redox", "/redox/.", "/healthz"} {
		id := fmt.Sprintf("L%d", i)
		req, err := http.NewRequest(http.MethodPost, server.URL+path, strings.NewReader(arrival(id)))
		require.NoError(t, err)
		req.Header.Set("Verification-Token", token)
		answer, err := http.DefaultTransport.RoundTrip(req)
		require.NoError(t, err)
		_ = answer.Body.Close()
		assert.Equal(t, 200, answer.StatusCode, path)
		want = append(want, id)
	}
	assert.Equal(t, want, r.logIDs())
	answer, err := http.Get(server.URL + "/healthz")
	require.NoError(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	assert.JSONEq(t, `{"status":"ok"}`, string(text))
}

// TestSlowClientsAreCutOff: whoever announces a body and sends none holds a
// connection no longer than BodyTimeout, with a token or without.
func TestSlowClientsAreCutOff(t *testing.T) {
	r := receive(t, nil, func(c *webhook.Config) { c.BodyTimeout = 200 * time.Millisecond })
	servers := map[string]string{"own": strings.TrimPrefix(r.URL, "http://")}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := webhook.NewServer(r.Handler)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	servers["NewServer"] = listener.Addr().String()

	right := "Verification-Token: " + token + "\r\n"
	for name, head := range map[string]string{
		"PUT":            "PUT / HTTP/1.1\r\nContent-Length: 1000\r\n",
		"GET":            "GET / HTTP/1.1\r\nContent-Length: 1000\r\n",
		"challenge":      "GET /?challenge=c&verification-token=" + strings.ReplaceAll(token, " ", "+") + " HTTP/1.1\r\nContent-Length: 1000\r\n",
		"no token":       "POST / HTTP/1.1\r\nContent-Length: 1000\r\n",
		"no token, long": "POST / HTTP/1.1\r\nContent-Length: 9000\r\n",
		"chunked":        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n",
		"wrong token":    "POST / HTTP/1.1\r\nVerification-Token: wrong\r\nContent-Length: 1000\r\n",
		"token":          "POST / HTTP/1.1\r\nContent-Length: 1000\r\n" + right,
		"wrong type":     "POST / HTTP/1.1\r\nContent-Length: 1000\r\nContent-Type: text/plain\r\n" + right,
		"health":         "GET /healthz HTTP/1.1\r\nContent-Length: 1000\r\n",
	} {
		for kind, address := range servers {
			t.Run(name+"/"+kind, func(t *testing.T) {
				t.Parallel()
				conn, err := net.Dial("tcp", address)
				require.NoError(t, err)
				defer conn.Close()
				_, err = io.WriteString(conn, head+"Host: x\r\n\r\n")
				require.NoError(t, err)
				require.NoError(t, conn.SetReadDeadline(time.Now().Add(10*time.Second)))
				answer, err := io.ReadAll(conn)
				assert.NoError(t, err, "the connection is still open")
				assert.Contains(t, string(answer), "HTTP/1.1 ")
			})
		}
	}
}

// TestPrintedValuesTellNothing: what configures a handler and what it reports
// can be printed without telling a token or what a handler's error says.
func TestPrintedValuesTellNothing(t *testing.T) {
	outcome := webhook.Outcome{Result: webhook.Failed, Status: 503, Err: errors.New("no bed for Planterson")}
	config := webhook.Config{Tokens: []string{token}}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "outcome", outcome, "config", config)
	for _, text := range []string{
		fmt.Sprintf("%v %+v %#v %s", outcome, outcome, outcome, outcome),
		fmt.Sprintf("%v %+v %#v %s", config, &config, config, config),
		log.String(),
	} {
		assert.NotContains(t, text, "Planterson")
		assert.NotContains(t, text, token)
		assert.NotEmpty(t, text)
	}
	assert.Contains(t, log.String(), "failed (503)")
}
