package verify_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/webhook/verify"
)

// authority issues client certificates.
type authority struct {
	t    *testing.T
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, cert: &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, IsCA: true,
		BasicConstraintsValid: true, NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}}
	var err error
	a.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	der, err := x509.CreateCertificate(rand.Reader, a.cert, a.cert, a.key.Public(), a.key)
	require.NoError(t, err)
	a.cert, err = x509.ParseCertificate(der)
	require.NoError(t, err)
	return a
}

func (a *authority) issue(c x509.Certificate) *tls.Certificate {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(a.t, err)
	c.SerialNumber, c.ExtKeyUsage = big.NewInt(2), []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	if c.NotAfter.IsZero() {
		c.NotAfter = time.Now().Add(time.Hour)
	}
	der, err := x509.CreateCertificate(rand.Reader, &c, a.cert, key.Public(), a.key)
	require.NoError(a.t, err)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// TestMutualTLS: over real connections, with certificates that a stranger could have.
func TestMutualTLS(t *testing.T) {
	ours, theirs := newAuthority(t), newAuthority(t)
	v, err := verify.MutualTLS(verify.MutualTLSConfig{Names: []string{"hooks.redox.example", "spiffe://redox/Sender", "redox"}})
	require.NoError(t, err)
	serve := func(clientAuth tls.ClientAuthType) string {
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := v.Verify(r, nil); err != nil {
				_, _ = io.WriteString(w, err.Error())
			}
		}))
		pool := x509.NewCertPool()
		pool.AddCert(ours.cert)
		server.TLS = &tls.Config{ClientCAs: pool, ClientAuth: clientAuth}
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.StartTLS()
		t.Cleanup(server.Close)
		return server.URL
	}
	verified, unverified := serve(tls.VerifyClientCertIfGiven), serve(tls.RequestClientCert)
	sender, err := url.Parse("spiffe://redox/Sender")
	require.NoError(t, err)
	other, err := url.Parse("spiffe://redox/sender")
	require.NoError(t, err)
	dns := x509.Certificate{DNSNames: []string{"x.example", "Hooks.Redox.example"}}
	const handshake, name = "TLS handshake", "none of the names"
	for title, tt := range map[string]struct {
		url  string
		cert *tls.Certificate
		want string
	}{
		"DNS name":                      {verified, ours.issue(dns), ""},
		"URI":                           {verified, ours.issue(x509.Certificate{URIs: []*url.URL{sender}}), ""},
		"common name":                   {verified, ours.issue(x509.Certificate{Subject: pkix.Name{CommonName: "redox"}}), ""},
		"no certificate":                {verified, nil, "no credentials"},
		"another name":                  {verified, ours.issue(x509.Certificate{DNSNames: []string{"redox.example"}}), name},
		"another URI":                   {verified, ours.issue(x509.Certificate{URIs: []*url.URL{other}}), name},
		"common name beside a DNS name": {verified, ours.issue(x509.Certificate{Subject: pkix.Name{CommonName: "redox"}, DNSNames: []string{"x"}}), name},
		"no name":                       {verified, ours.issue(x509.Certificate{}), name},
		"another authority":             {verified, theirs.issue(dns), handshake},
		"expired":                       {verified, ours.issue(x509.Certificate{DNSNames: dns.DNSNames, NotAfter: time.Now().Add(-time.Hour)}), handshake},
		"a server that does not verify": {unverified, theirs.issue(dns), "was not verified"},
	} {
		t.Run(title, func(t *testing.T) {
			config := &tls.Config{InsecureSkipVerify: true}
			if tt.cert != nil {
				config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return tt.cert, nil }
			}
			client := &http.Client{Transport: &http.Transport{TLSClientConfig: config}, Timeout: 10 * time.Second}
			defer client.CloseIdleConnections()
			answer, err := client.Get(tt.url)
			if tt.want == handshake {
				require.Error(t, err)
				return
			}
			require.NoError(t, err)
			defer answer.Body.Close()
			text, err := io.ReadAll(answer.Body)
			require.NoError(t, err)
			if tt.want == "" {
				assert.Empty(t, string(text))
				return
			}
			assert.Contains(t, string(text), tt.want)
		})
	}
	assert.ErrorIs(t, v.Verify(request("X-Client-Name", "redox"), nil), verify.ErrNoCredentials, "a header is no certificate")
}

func TestMutualTLSBehindProxy(t *testing.T) {
	v, err := verify.MutualTLS(verify.MutualTLSConfig{
		Names: []string{"CN=redox,O=Redox"}, Header: "x-client-name",
		Proxies: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd00::1/128")},
	})
	require.NoError(t, err)
	from := func(address string, headers ...string) *http.Request {
		r := request(headers...)
		r.RemoteAddr = address
		return r
	}
	const outside, name, none = "not one of the proxies", "the name that the proxy", "no credentials"
	run(t, v, map[string]attack{
		"proxy":               {request: from("10.1.2.3:4000", "X-Client-Name", "CN=redox,O=Redox")},
		"IPv6 proxy":          {request: from("[fd00::1%eth0]:4000", "X-Client-Name", "CN=redox,O=Redox")},
		"IPv4 in IPv6":        {request: from("[::ffff:10.1.2.3]:4000", "X-Client-Name", "CN=redox,O=Redox")},
		"no header":           {request: from("10.1.2.3:4000"), want: none},
		"outside, no header":  {request: from("8.8.8.8:1"), want: none},
		"outside":             {request: from("10.2.0.1:4000", "X-Client-Name", "CN=redox,O=Redox"), want: outside},
		"outside, forwarded":  {request: from("8.8.8.8:1", "X-Client-Name", "CN=redox,O=Redox", "X-Forwarded-For", "10.1.2.3"), want: outside},
		"address rewritten":   {request: from("10.1.2.3", "X-Client-Name", "CN=redox,O=Redox"), want: outside},
		"address of a socket": {request: from("@", "X-Client-Name", "CN=redox,O=Redox"), want: outside},
		"another name":        {request: from("10.1.2.3:4000", "X-Client-Name", "CN=redox,O=Redox,OU=x"), want: name},
		"other case":          {request: from("10.1.2.3:4000", "X-Client-Name", "cn=redox,o=redox"), want: name},
		"empty name":          {request: from("10.1.2.3:4000", "X-Client-Name", ""), want: name},
		"sent twice":          {request: from("10.1.2.3:4000", "X-Client-Name", "CN=redox,O=Redox", "X-Client-Name", "CN=redox,O=Redox"), want: "repeats"},
	})
	for want, c := range map[string]verify.MutualTLSConfig{
		"Names is empty":    {},
		"Names[0] is empty": {Names: []string{""}},
		"Names[0] begins":   {Names: []string{"x\n"}},
		"only proxies that": {Names: []string{"x"}, Header: "H"},
		"has one of Header": {Names: []string{"x"}, Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}},
		"Proxies[0] is not": {Names: []string{"x"}, Header: "H", Proxies: []netip.Prefix{{}}},
	} {
		_, err := verify.MutualTLS(c)
		require.ErrorContains(t, err, want)
	}
}
