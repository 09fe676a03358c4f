package verify

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/textproto"
	"net/url"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/credential"
)

// MutualTLSConfig configures MutualTLS. Names must be set; Header and Proxies both
// or neither.
type MutualTLSConfig struct {
	// Names are the names of the clients that are accepted. That of a certificate
	// is each of its DNS names and URIs, or its common name if it has neither. What
	// a proxy passes on is compared as a whole, such as "CN=redoxengine.com,O=Redox".
	Names []string

	// Header is the header in which a proxy passes on the name of the certificate
	// that it verified. The proxy must replace what a client sends in it, and must
	// leave it out for a client without a valid certificate.
	Header string
	// Proxies are the addresses of the proxies that may set Header, such as
	// netip.MustParsePrefix("10.0.0.0/24"). A request from anywhere else that has
	// the header is refused. They are compared with http.Request.RemoteAddr, which
	// no middleware may set from what a client sends.
	Proxies []netip.Prefix
}

const (
	errPeerName  Refusal = "verify: the client certificate has none of the names that are accepted"
	errPeerChain Refusal = "verify: the client certificate was not verified: set ClientCAs and ClientAuth of the server's tls.Config"
	errProxy     Refusal = "verify: a client that is not one of the proxies sends the header with the name of the certificate"
	errProxyName Refusal = "verify: the name that the proxy passes on is not one of those that are accepted"
)

// MutualTLS returns a verifier of the client's certificate. Without a Header it is
// that of the connection, for a server whose tls.Config has ClientCAs and the
// ClientAuth tls.VerifyClientCertIfGiven or tls.RequireAndVerifyClientCert. With one,
// a proxy ends the TLS connection, and requests that do not come through it have no
// credentials. The error joins what is wrong with the configuration.
func MutualTLS(c MutualTLSConfig) (Verifier, error) {
	var errs []error
	if len(c.Names) == 0 {
		errs = append(errs, errors.New("verify: MutualTLSConfig.Names is empty: every certificate would be accepted"))
	}
	for i, name := range c.Names {
		if name == "" {
			errs = append(errs, fmt.Errorf("verify: MutualTLSConfig.Names[%d] is empty: a certificate without a name would be accepted", i))
		}
		errs = append(errs, credential.Check(fmt.Sprintf("verify: MutualTLSConfig.Names[%d]", i), name))
	}
	if (c.Header == "") != (len(c.Proxies) == 0) {
		errs = append(errs, errors.New("verify: MutualTLSConfig has one of Header and Proxies without the other: only proxies that are known may set the header"))
	}
	for i, p := range c.Proxies {
		if !p.IsValid() {
			errs = append(errs, fmt.Errorf("verify: MutualTLSConfig.Proxies[%d] is not a valid prefix", i))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	c.Names, c.Proxies = slices.Clone(c.Names), slices.Clone(c.Proxies)
	if c.Header == "" {
		return Func(c.verifyConnection), nil
	}
	c.Header = textproto.CanonicalMIMEHeaderKey(c.Header)
	return Func(c.verifyProxied), nil
}

func (c MutualTLSConfig) verifyConnection(r *http.Request, _ []byte) error {
	switch {
	case r.TLS == nil || len(r.TLS.PeerCertificates) == 0:
		return ErrNoCredentials
	case len(r.TLS.VerifiedChains) == 0:
		return errPeerChain
	case !c.accepts(r.TLS.PeerCertificates[0]):
		return errPeerName
	default:
		return nil
	}
}

// accepts reports whether a certificate has one of the names. Its common name counts
// only where there is no other: few authorities check it beside others.
func (c MutualTLSConfig) accepts(cert *x509.Certificate) bool {
	if len(cert.DNSNames) == 0 && len(cert.URIs) == 0 {
		return slices.Contains(c.Names, cert.Subject.CommonName)
	}
	for _, name := range cert.DNSNames {
		if slices.ContainsFunc(c.Names, func(n string) bool { return strings.EqualFold(n, name) }) {
			return true
		}
	}
	return slices.ContainsFunc(cert.URIs, func(u *url.URL) bool { return slices.Contains(c.Names, u.String()) })
}

func (c MutualTLSConfig) verifyProxied(r *http.Request, _ []byte) error {
	name, err := one(r.Header[c.Header])
	switch {
	case err == ErrNoCredentials:
		return err
	case !c.fromProxy(r.RemoteAddr):
		return errProxy
	case err != nil:
		return err
	case !slices.Contains(c.Names, name):
		return errProxyName
	default:
		return nil
	}
}

// fromProxy reports whether an address with a port is that of a proxy.
func (c MutualTLSConfig) fromProxy(remote string) bool {
	address, err := netip.ParseAddrPort(remote)
	if err != nil {
		return false
	}
	ip := address.Addr().Unmap().WithZone("")
	return slices.ContainsFunc(c.Proxies, func(p netip.Prefix) bool { return p.Contains(ip) })
}
