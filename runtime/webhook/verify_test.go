package webhook_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

func TestTokens(t *testing.T) {
	r := receive(t, nil, func(c *webhook.Config) { c.Tokens = []string{token, "the new one"} })
	for name, tt := range map[string]struct {
		header []string
		status int
	}{
		"header":                  {[]string{"verification-token", token}, 200},
		"header in other case":    {[]string{"Verification-TOKEN", token}, 200},
		"the new token":           {[]string{"verification-token", "the new one"}, 200},
		"bearer":                  {[]string{"Authorization", "Bearer " + token}, 200},
		"bearer in lower case":    {[]string{"Authorization", "bearer " + token}, 200},
		"header beside foreign":   {[]string{"verification-token", token, "Authorization", "Basic eDp5"}, 200},
		"none":                    {nil, 401},
		"wrong":                   {[]string{"verification-token", token + "x"}, 401},
		"a part":                  {[]string{"verification-token", token[:5]}, 401},
		"empty":                   {[]string{"verification-token", ""}, 401},
		"wrong, and right bearer": {[]string{"verification-token", "x", "Authorization", "Bearer " + token}, 401},
		"two tokens":              {[]string{"verification-token", token, "verification-token", token}, 401},
		"two bearers":             {[]string{"Authorization", "Bearer " + token, "Authorization", "Bearer " + token}, 401},
		"both tokens in one":      {[]string{"verification-token", token + ",the new one"}, 401},
		"basic":                   {[]string{"Authorization", "Basic " + token}, 401},
		"without scheme":          {[]string{"Authorization", token}, 401},
		"in the wrong place":      {[]string{"X-Token", token, "Cookie", "verification-token=" + token}, 401},
	} {
		t.Run(name, func(t *testing.T) {
			a := r.do(http.MethodPost, "/?verification-token=correct+horse+battery+staple", arrival(name), tt.header...)
			assert.Equal(t, tt.status, a.status)
			if tt.status == 401 {
				assert.Equal(t, "Unauthorized\n", a.body)
				assert.Empty(t, a.outcome, "who is not verified learns nothing")
			}
		})
	}
	assert.Len(t, r.noted(), 6)
}

func TestConfigErrors(t *testing.T) {
	handles := webhook.NewMux()
	webhook.OnAny(handles, func(context.Context, webhook.Delivery, redox.Message) error { return nil })
	noEvents := webhook.NewMux()
	webhook.OnModel(noEvents, nil, func(context.Context, webhook.Delivery, redox.Message) error { return nil })
	good := webhook.Config{Tokens: []string{"t"}, DeadLetter: deadletter.Discard()}
	for name, tt := range map[string]struct {
		mux    *webhook.Mux
		change func(*webhook.Config)
		want   string
	}{
		"fine":              {handles, func(*webhook.Config) {}, ""},
		"no tokens":         {handles, func(c *webhook.Config) { c.Tokens = nil }, "everybody could send"},
		"an empty token":    {handles, func(c *webhook.Config) { c.Tokens = []string{"a", ""} }, "Tokens[1] is empty"},
		"a token and \\n":   {handles, func(c *webhook.Config) { c.Tokens = []string{"secret\n"} }, "white space"},
		"a mark, a token":   {handles, func(c *webhook.Config) { c.Tokens = []string{"\ufeffsecret"} }, "Config.Tokens[0] has a byte-order mark"},
		"two lines":         {handles, func(c *webhook.Config) { c.Tokens = []string{"sec\nret"} }, "Config.Tokens[0] has a line end"},
		"no choice of sink": {handles, func(c *webhook.Config) { c.DeadLetter = nil }, "deadletter.Discard()"},
		"no handlers":       {new(webhook.Mux), func(*webhook.Config) {}, "no handlers"},
		"no events":         {noEvents, func(*webhook.Config) {}, "OnModel without events"},
		"lease of 30 ns":    {handles, func(c *webhook.Config) { c.Lease = 30 }, "Config.Lease is 30ns"},
		"wait of 5 ns":      {handles, func(c *webhook.Config) { c.Wait = 5 }, "Config.Wait is 5ns"},
		"no wait":           {handles, func(c *webhook.Config) { c.Wait = webhook.NoWait }, ""},
		"wait of -5 s":      {handles, func(c *webhook.Config) { c.Wait = -5 * time.Second }, "Config.Wait is negative"},
		"lease of -1 s":     {handles, func(c *webhook.Config) { c.Lease = -time.Second }, "Config.Lease is negative: leave it out"},
		"body of -1 bytes":  {handles, func(c *webhook.Config) { c.MaxBody = -1 }, "Config.MaxBody is negative"},
		"store of 10 ns":    {handles, func(c *webhook.Config) { c.StoreTimeout = 10 }, "Config.StoreTimeout is 10ns"},
		"handlers of 120µs": {handles, func(c *webhook.Config) { c.Timeout = 120_000 }, "Config.Timeout is 120µs"},
		"body of 30 ns":     {handles, func(c *webhook.Config) { c.BodyTimeout = 30 }, "Config.BodyTimeout is 30ns"},
		"memory of 24 ns": {handles, func(c *webhook.Config) {
			c.Dedup = dedup.NewMemory(dedup.MemoryConfig{Retention: 24})
		}, "MemoryConfig.Retention is 24ns"},
	} {
		t.Run(name, func(t *testing.T) {
			c := good
			tt.change(&c)
			_, err := webhook.NewHandler(tt.mux, c)
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tt.want)
			assert.NotContains(t, err.Error(), "secret")
		})
	}
}

func TestChallenge(t *testing.T) {
	r := receive(t, nil, nil)
	right := `{"verification-token":"` + token + `","challenge":"c-123"}`
	for name, tt := range map[string]struct {
		method, target, body string
		header               []string
		status               int
	}{
		"POST":                     {"POST", "/", right, nil, 200},
		"POST with header too":     {"POST", "/", right, []string{"verification-token", token}, 200},
		"GET":                      {"GET", "/?challenge=c-123&verification-token=correct+horse+battery+staple", "", nil, 200},
		"POST with wrong token":    {"POST", "/", strings.Replace(right, "horse", "house", 1), nil, 401},
		"POST with wrong header":   {"POST", "/", right, []string{"verification-token", "x"}, 401},
		"header, wrong in body":    {"POST", "/", strings.Replace(right, "horse", "house", 1), []string{"verification-token", token}, 401},
		"GET with wrong token":     {"GET", "/?challenge=c-123&verification-token=x", "", nil, 401},
		"GET with token in header": {"GET", "/?challenge=c-123", "", []string{"verification-token", token}, 401},
		"GET with two tokens":      {"GET", "/?challenge=c-123&verification-token=x&verification-token=correct+horse+battery+staple", "", nil, 401},
		"GET without":              {"GET", "/", "", nil, 401},
		"POST without challenge":   {"POST", "/", `{"verification-token":"` + token + `"}`, nil, 401},
		"POST with null":           {"POST", "/", `{"verification-token":null,"challenge":null}`, nil, 401},
		"POST that is too long":    {"POST", "/", strings.Replace(right, "c-123", strings.Repeat("x", 5000), 1), nil, 401},
		"POST that is no JSON":     {"POST", "/", right + "x", nil, 401},
	} {
		t.Run(name, func(t *testing.T) {
			a := r.do(tt.method, tt.target, tt.body, tt.header...)
			assert.Equal(t, tt.status, a.status)
			if tt.status == 200 {
				assert.Equal(t, "c-123", a.body)
				assert.Equal(t, "nosniff", a.header.Get("X-Content-Type-Options"))
			} else {
				assert.NotContains(t, a.body, "c-123")
			}
		})
	}
	assert.Empty(t, r.noted())
	assert.Empty(t, r.deadLetters(t), "nothing of it is a message")
}

// TestMessageAboutChallenges: a message is not taken for a challenge.
func TestMessageAboutChallenges(t *testing.T) {
	r := receive(t, nil, nil)
	body := strings.Replace(arrival("L1"), `{"Meta"`, `{"verification-token":"x","challenge":"y","Meta"`, 1)
	assert.Equal(t, webhook.Handled, r.post(body).outcome)
}

func TestRefused(t *testing.T) {
	r := receive(t, nil, func(c *webhook.Config) { c.MaxBody = 1000 })
	for name, tt := range map[string]struct {
		method, body string
		header       []string
		status       int
	}{
		"PUT":                {"PUT", arrival("L"), nil, 405},
		"HEAD":               {"HEAD", "", nil, 405},
		"form":               {"POST", arrival("L"), []string{"Content-Type", "application/x-www-form-urlencoded"}, 415},
		"gzip":               {"POST", arrival("L"), []string{"Content-Encoding", "gzip"}, 415},
		"two encodings":      {"POST", arrival("L"), []string{"Content-Encoding", "identity", "Content-Encoding", "gzip"}, 415},
		"too large":          {"POST", strings.Repeat(" ", 1001), nil, 413},
		"as large as may be": {"POST", arrival("L") + strings.Repeat(" ", 1000-len(arrival("L"))), nil, 200},
		"broken parameter":   {"POST", arrival("L4"), []string{"Content-Type", "application/json; charset"}, 200},
		"JSON of a kind":     {"POST", arrival("L2"), []string{"Content-Type", "application/vnd.redox+json;charset=utf-8"}, 200},
		"without type":       {"POST", arrival("L3"), []string{"Content-Type", ""}, 200},
		"empty encoding":     {"POST", arrival("L5"), []string{"Content-Encoding", ""}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			req := httptest.NewRequest(tt.method, "/", strings.NewReader(tt.body))
			req.Header.Set("Verification-Token", token)
			req.Header.Set("Content-Type", "application/json")
			for i := 0; i < len(tt.header); i += 2 {
				req.Header.Del("Content-Type")
			}
			for i := 0; i < len(tt.header); i += 2 {
				req.Header.Add(tt.header[i], tt.header[i+1])
			}
			w := httptest.NewRecorder()
			r.ServeHTTP(w, req)
			assert.Equal(t, tt.status, w.Code)
		})
	}
}

// TestRefusalsSayWhatIsWanted: of who has the token, to whom it matters.
func TestRefusalsSayWhatIsWanted(t *testing.T) {
	r := receive(t, nil, nil)
	for header, want := range map[string]string{
		"Content-Type":     "webhook: the Content-Type must be application/json",
		"Content-Encoding": "webhook: the body must not be compressed: no Content-Encoding but identity",
	} {
		req := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(arrival("L1")))
		req.Header.Set("Verification-Token", token)
		req.Header.Set(header, "x-planterson")
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		assert.Equal(t, http.StatusUnsupportedMediaType, w.Code)
		assert.Equal(t, want+"\n", w.Body.String())
		assert.Contains(t, r.logged(), want)
	}
	assert.NotContains(t, r.logged(), "planterson")
}

// TestLargestFile: a file of the size that Redox takes fits into the message
// that it comes in.
func TestLargestFile(t *testing.T) {
	r := receive(t, nil, nil)
	file := strings.Repeat("A", 30<<20/3*4)
	a := r.post(`{"Meta":{"DataModel":"Media","EventType":"New","Logs":[{"ID":"L1"}]},"Media":{"FileContents":"` + file + `"}}`)
	assert.Equal(t, 200, a.status)
}

// raw sends bytes as they are and returns the status of the answer.
func raw(t *testing.T, r *receiver, head string, body io.Reader) int {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(r.URL, "http://"))
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	go func() {
		// The server may answer and close before it has read everything.
		_, _ = io.WriteString(conn, head)
		_, _ = io.Copy(conn, body)
	}()
	status, err := readStatus(conn)
	require.NoError(t, err)
	return status
}

// endless is a body that never ends.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// chunked writes as chunks what it reads.
func chunked(r io.Reader) io.Reader {
	in, out := io.Pipe()
	go func() {
		buf := make([]byte, 32<<10)
		for {
			n, err := r.Read(buf)
			if n > 0 {
				if _, err := io.WriteString(out, hex(n)+"\r\n"+string(buf[:n])+"\r\n"); err != nil {
					return
				}
			}
			if err != nil {
				_, _ = io.WriteString(out, "0\r\n\r\n")
				_ = out.Close()
				return
			}
		}
	}()
	return in
}

func TestBadBodies(t *testing.T) {
	r := receive(t, nil, func(c *webhook.Config) { c.MaxBody, c.BodyTimeout = 1<<20, time.Second })
	verified := "POST / HTTP/1.1\r\nHost: x\r\nVerification-Token: " + token + "\r\nContent-Type: application/json\r\n"
	foreign := "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	_, err := io.CopyN(z, endless{}, 10<<20)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	for name, tt := range map[string]struct {
		head   string
		body   io.Reader
		status int
	}{
		"100 MB announced":              {verified + "Content-Length: 104857600\r\n\r\n", endless{}, 413},
		"100 MB announced, no token":    {foreign + "Content-Length: 104857600\r\n\r\n", endless{}, 401},
		"chunked without end":           {verified + "Transfer-Encoding: chunked\r\n\r\n", chunked(endless{}), 413},
		"chunked without end, no token": {foreign + "Transfer-Encoding: chunked\r\n\r\n", chunked(endless{}), 401},
		"chunked message":               {verified + "Transfer-Encoding: chunked\r\n\r\n", chunked(strings.NewReader(arrival("chunked"))), 200},
		"slowloris":                     {verified + "Content-Length: 1000\r\n\r\n{", strings.NewReader(""), 408},
		"slowloris, no token":           {foreign + "Content-Length: 1000\r\n\r\n{", strings.NewReader(""), 401},
		"gzip bomb":                     {verified + "Content-Encoding: gzip\r\nContent-Length: " + decimal(bomb.Len()) + "\r\n\r\n", &bomb, 415},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tt.status, raw(t, r, tt.head, tt.body))
		})
	}
	assert.Equal(t, []string{"chunked"}, r.logIDs())
}

// TestUnverifiedBodyIsNotRead: who has no token and no challenge is answered
// before sending anything.
func TestUnverifiedBodyIsNotRead(t *testing.T) {
	r := receive(t, nil, nil)
	for _, head := range []string{
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nVerification-Token: wrong\r\nContent-Length: 10\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: x\r\nVerification-Token: wrong\r\nTransfer-Encoding: chunked\r\n\r\n",
	} {
		began := time.Now()
		assert.Equal(t, 401, raw(t, r, head, strings.NewReader("")))
		assert.Less(t, time.Since(began), 3*time.Second)
	}
}

// TestMetaAnywhere: Meta may come last.
func TestMetaAnywhere(t *testing.T) {
	r := receive(t, nil, nil)
	body := `{"Patient":{},"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival","Logs":[{"ID":7}]}}`
	assert.Equal(t, webhook.Handled, r.post(body).outcome)
	assert.Equal(t, []string{"7"}, r.logIDs())
}
