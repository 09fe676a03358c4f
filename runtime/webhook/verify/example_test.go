package verify_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"

	"github.com/redoxgen/redoxgen/runtime/webhook/verify"
)

// A signature of the body, checked after a token, so that nobody without the token
// has a body read. The header and its form are those that your Redox sends.
func ExampleHMAC() {
	tokens, err := verify.Tokens("correct horse battery staple")
	if err != nil {
		panic(err)
	}
	config := verify.HMACConfig{
		Header: "X-Signature", Prefix: "sha256=", Encoding: verify.Hex,
		Secrets: []string{"the new secret", "the old secret"},
	}
	signed, err := verify.HMAC(config)
	if err != nil {
		panic(err)
	}
	both, err := verify.All(tokens, signed) // for webhook.Config.Verify
	if err != nil {
		panic(err)
	}

	body := []byte(`{"Meta":{}}`)
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	fmt.Println(both.Verify(r, nil))
	r.Header.Set("Verification-Token", "correct horse battery staple")
	r.Header.Set("X-Signature", config.Sign(body))
	fmt.Println(both.Verify(r, nil))
	fmt.Println(both.Verify(r, body))
	fmt.Println(both.Verify(r, []byte(`{"Meta":{"Test":true}}`)))
	// Output:
	// verify: the request has no credentials
	// verify: the body is needed
	// <nil>
	// verify: the signature does not match the body and any of the secrets
}

// A proxy ends TLS, and passes on the name of the client certificate that it verified.
func ExampleMutualTLS() {
	proxied, err := verify.MutualTLS(verify.MutualTLSConfig{
		Names:   []string{"CN=redoxengine.com"},
		Header:  "X-Client-Name",
		Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24")},
	})
	if err != nil {
		panic(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	r.Header.Set("X-Client-Name", "CN=redoxengine.com")
	r.RemoteAddr = "10.0.0.7:40000"
	fmt.Println(proxied.Verify(r, nil))
	r.RemoteAddr = "203.0.113.9:40000"
	fmt.Println(proxied.Verify(r, nil))
	// Output:
	// <nil>
	// verify: a client that is not one of the proxies sends the header with the name of the certificate
}

// A verifier of one's own: the issuer is asked about each token.
func ExampleFunc() {
	introspect := func(string) (active bool, err error) { return false, errors.New("no network") }
	asked := verify.Func(func(r *http.Request, _ []byte) error {
		token, err := verify.Bearer(r)
		if err != nil {
			return err
		}
		switch active, err := introspect(token); {
		case err != nil:
			return fmt.Errorf("%w: the issuer does not answer", verify.ErrUndecided) // 503
		case !active:
			return verify.Refusal("the issuer does not know the token") // 401
		default:
			return nil
		}
	})
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	r.Header.Set("Authorization", "Bearer 2YotnFZFEjr1zCsicMWpAA")
	fmt.Println(asked.Verify(r, nil))
	// Output: verify: cannot decide now: the issuer does not answer
}
