// Package httpkit has what packages auth and client have in common as clients:
// which URLs they accept, what a Retry-After header means, and how text begins.
package httpkit

import (
	"fmt"
	"net"
	"net/url"

	"github.com/redoxgen/redoxgen/runtime/internal/credential"
)

// ParseURL reads an absolute https: URL, or an http: one to this machine or
// wherever allowHTTP permits it. Errors start with name and do not repeat the
// URL, which may hold a password; exposed is what http: would lay open.
func ParseURL(name, raw, exposed string, allowHTTP bool) (*url.URL, error) {
	if err := credential.Check(name, raw); err != nil {
		return nil, err
	}
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.User != nil {
		return nil, fmt.Errorf("%s is not an absolute URL, such as https://host, without user name and password", name)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !allowHTTP && !isLoopback(u.Hostname())) {
		return nil, fmt.Errorf("%s: %s://%s would send %s in the clear: use https, or set AllowHTTP", name, u.Scheme, u.Host, exposed)
	}
	return u, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
