package webhook_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook"
	"github.com/redoxgen/redoxgen/runtime/webhook/verify"
)

// verdict is a verifier that returns one error at the head and one with the body.
func verdict(head, body error) verify.Verifier {
	return verify.Func(func(_ *http.Request, b []byte) error {
		if b == nil {
			return head
		}
		return body
	})
}

var (
	errForeign   = verify.Refusal("test: not from Redox")
	errNoNetwork = fmt.Errorf("%w: test: no network", verify.ErrUndecided)
)

// counted is a body that counts what is read of it.
type counted struct {
	io.Reader
	n int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += n
	return n, err
}

// deliver sends a message and returns how much of it was read.
func (r *receiver) deliver(method, message string, headers ...string) (answer, int) {
	body := &counted{Reader: strings.NewReader(message)}
	req := httptest.NewRequest(method, "/", body)
	req.ContentLength = int64(len(message))
	for i := 0; i < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	return answer{w.Code, webhook.Result(w.Header().Get(webhook.OutcomeHeader)), w.Header(), w.Body.String()}, body.n
}

// TestVerify: what becomes of a delivery by what the verifier says, and that no
// body is read that need not be.
func TestVerify(t *testing.T) {
	for name, tt := range map[string]struct {
		verifier verify.Verifier
		status   int
		read     bool
		logged   string
	}{
		"accepted":            {verdict(nil, errForeign), 200, true, `"msg":"redox webhook: handled"`},
		"refused":             {verdict(errForeign, nil), 401, false, `"level":"WARN","msg":"redox webhook: unverified","status":401,"took":`},
		"no credentials":      {verdict(verify.ErrNoCredentials, nil), 401, true, `"level":"DEBUG","msg":"redox webhook: unverified"`},
		"undecided":           {verdict(errNoNetwork, nil), 503, false, `"level":"ERROR","msg":"redox webhook: unavailable"`},
		"accepted by body":    {verdict(verify.ErrBodyNeeded, nil), 200, true, `"msg":"redox webhook: handled"`},
		"refused by body":     {verdict(verify.ErrBodyNeeded, errForeign), 401, true, "test: not from Redox"},
		"undecided by body":   {verdict(verify.ErrBodyNeeded, errNoNetwork), 503, true, "test: no network"},
		"never satisfied":     {verdict(verify.ErrBodyNeeded, verify.ErrBodyNeeded), 401, true, "the body is needed"},
		"nothing in the body": {verdict(verify.ErrBodyNeeded, verify.ErrNoCredentials), 401, true, `"level":"DEBUG"`},
		"panics":              {verify.Func(func(*http.Request, []byte) error { panic("no") }), 503, false, "a panic with a string"},
		"reads the body": {verify.Func(func(r *http.Request, _ []byte) error {
			if b, err := io.ReadAll(r.Body); err != nil || len(b) > 0 {
				return errForeign
			}
			return nil
		}), 200, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := receive(t, nil, func(c *webhook.Config) { c.Tokens, c.Verify = nil, tt.verifier })
			a, read := r.deliver(http.MethodPost, arrival("L1"))
			assert.Equal(t, tt.status, a.status)
			assert.Equal(t, tt.read, read > 0, "the body was read")
			assert.Contains(t, r.logged(), tt.logged)
			if tt.status == 200 {
				assert.Equal(t, []string{"L1"}, r.logIDs())
				return
			}
			assert.Empty(t, r.noted())
			assert.Empty(t, r.deadLetters(t))
			assert.Empty(t, a.outcome, "who is not verified learns nothing")
			assert.Equal(t, http.StatusText(tt.status)+"\n", a.body)
			a, read = r.deliver(http.MethodPut, arrival("L1"))
			assert.Contains(t, []int{401, 503}, a.status)
			assert.Zero(t, read)
		})
	}
}

// TestChallengeUnderVerify: with tokens, as without a verifier; without, whoever is
// verified like a delivery.
func TestChallengeUnderVerify(t *testing.T) {
	post := func(token string) string { return `{"verification-token":"` + token + `","challenge":"c-123"}` }
	for name, tt := range map[string]struct {
		verifier    verify.Verifier
		tokens      bool
		right       int // by POST
		rightGet    int
		wrong       int // with a wrong token
		wrongGet    int
		withoutBody bool
	}{
		"tokens, no credentials":    {verdict(verify.ErrNoCredentials, verify.ErrNoCredentials), true, 200, 200, 401, 401, false},
		"tokens, verified":          {verdict(nil, nil), true, 200, 200, 401, 401, false},
		"tokens, signed":            {verdict(verify.ErrBodyNeeded, nil), true, 200, 200, 401, 401, false},
		"tokens, refused":           {verdict(errForeign, errForeign), true, 401, 200, 401, 401, true},
		"tokens, undecided":         {verdict(errNoNetwork, errNoNetwork), true, 503, 200, 503, 401, true},
		"no tokens, no credentials": {verdict(verify.ErrNoCredentials, verify.ErrNoCredentials), false, 401, 401, 401, 401, false},
		"no tokens, verified":       {verdict(nil, nil), false, 200, 200, 200, 200, false},
		"no tokens, signed":         {verdict(verify.ErrBodyNeeded, nil), false, 200, 200, 200, 200, false},
		"no tokens, wrong signed":   {verdict(verify.ErrBodyNeeded, errForeign), false, 401, 401, 401, 401, false},
		"no tokens, undecided":      {verdict(errNoNetwork, errNoNetwork), false, 503, 503, 503, 503, true},
	} {
		t.Run(name, func(t *testing.T) {
			r := receive(t, nil, func(c *webhook.Config) {
				c.Verify = tt.verifier
				if !tt.tokens {
					c.Tokens = nil
				}
			})
			check := func(want int, a answer) {
				t.Helper()
				assert.Equal(t, want, a.status)
				if want == 200 {
					assert.Equal(t, "c-123", a.body)
					assert.Equal(t, webhook.Challenged, a.outcome)
				} else {
					assert.NotContains(t, a.body, "c-123")
					assert.Empty(t, a.outcome)
				}
			}
			a, read := r.deliver(http.MethodPost, post(token))
			check(tt.right, a)
			assert.Equal(t, tt.withoutBody, read == 0)
			a, _ = r.deliver(http.MethodPost, post("wrong"))
			check(tt.wrong, a)
			check(tt.rightGet, r.do(http.MethodGet, "/?challenge=c-123&verification-token=correct+horse+battery+staple", ""))
			check(tt.wrongGet, r.do(http.MethodGet, "/?challenge=c-123&verification-token=wrong", ""))
			assert.Empty(t, r.deadLetters(t))
		})
	}
}

// TestSignedBodies: a signature is checked over what was sent, whatever it is, and a
// body that is too large is not read for it.
func TestSignedBodies(t *testing.T) {
	const secret, header = "open sesame 123", "X-Signature"
	signed, err := verify.HMAC(verify.HMACConfig{Header: header, Encoding: verify.Hex, Secrets: []string{secret}})
	require.NoError(t, err)
	r := receive(t, nil, func(c *webhook.Config) { c.Verify, c.MaxBody = signed, 1000 })
	sign := func(body string) string {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(body))
		return fmt.Sprintf("%x", mac.Sum(nil))
	}
	for name, tt := range map[string]struct {
		body    string
		headers []string
		status  int
		read    bool
	}{
		"message":             {arrival("L1"), []string{header, sign(arrival("L1"))}, 200, true},
		"not JSON":            {"{", []string{header, sign("{")}, 200, true},
		"form":                {arrival("L1"), []string{header, sign(arrival("L1")), "Content-Type", "application/x-www-form-urlencoded"}, 415, true},
		"empty":               {"", []string{header, sign("")}, 503, false},
		"of another message":  {arrival("L2"), []string{header, sign(arrival("L1"))}, 401, true},
		"too large":           {strings.Repeat(" ", 1001), []string{header, sign(strings.Repeat(" ", 1001))}, 401, false},
		"malformed":           {arrival("L1"), []string{header, "sesame"}, 401, false},
		"static token":        {arrival("L1"), []string{"verification-token", token}, 401, true},
		"two signatures":      {arrival("L1"), []string{header, sign(arrival("L1")), header, sign(arrival("L1"))}, 401, false},
		"signature of nobody": {arrival("L1"), []string{header, strings.Repeat("0", 64)}, 401, true},
	} {
		t.Run(name, func(t *testing.T) {
			a, read := r.deliver(http.MethodPost, tt.body, tt.headers...)
			assert.Equal(t, tt.status, a.status)
			assert.Equal(t, tt.read, read > 0, "the body was read")
		})
	}
	chunked := httptest.NewRequest(http.MethodPost, "/", &counted{Reader: strings.NewReader(strings.Repeat(" ", 5000))})
	chunked.ContentLength = -1
	chunked.Header.Set(header, sign(strings.Repeat(" ", 5000)))
	w := httptest.NewRecorder()
	r.ServeHTTP(w, chunked)
	assert.Equal(t, 401, w.Code)
	assert.Contains(t, r.logged(), "larger than Config.MaxBody")
	for _, private := range []string{"sesame", sign(arrival("L1")), sign("{")} {
		assert.NotContains(t, r.logged(), private)
	}
}

// TestStrangersDoNotFillTheLog: neither those whose credentials are wrong nor those
// about whom nothing can be decided, and each of both is logged.
func TestStrangersDoNotFillTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var err error = errForeign
		r := receiveOffline(t, nil, func(c *webhook.Config, _ *receiver) {
			c.Verify = verify.Func(func(*http.Request, []byte) error { return err })
		})
		count := func(level string) int { return strings.Count(r.logged(), `"level":"`+level+`"`) }
		for range 2 {
			for range 1000 {
				err = errForeign
				r.deliver(http.MethodPost, arrival("L1"))
				err = errNoNetwork
				r.deliver(http.MethodPost, arrival("L1"))
			}
			time.Sleep(time.Minute)
		}
		assert.Equal(t, []int{2, 2}, []int{count("WARN"), count("ERROR")})
	})
}

func TestVerifyConfig(t *testing.T) {
	for name, tt := range map[string]struct {
		tokens   []string
		verifier verify.Verifier
		want     string
	}{
		"verifier":                 {nil, verdict(nil, nil), ""},
		"verifier, tokens":         {[]string{token}, verdict(nil, nil), ""},
		"verifier, an empty token": {[]string{""}, verdict(nil, nil), "Config.Tokens[0] is empty"},
		"neither":                  {nil, nil, "Config.Tokens is empty"},
		"a nil function":           {[]string{token}, verify.Func(nil), "Config.Verify is a nil verify.Func"},
	} {
		t.Run(name, func(t *testing.T) {
			mux := webhook.NewMux()
			webhook.OnAny(mux, func(context.Context, webhook.Delivery, redox.Message) error { return nil })
			_, err := webhook.NewHandler(mux, webhook.Config{Tokens: tt.tokens, Verify: tt.verifier, DeadLetter: deadletter.Discard()})
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tt.want)
		})
	}
}
