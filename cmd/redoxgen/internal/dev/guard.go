package dev

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// policy lets pages load what this server has, and nothing else; scripts in pages do
// not run.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// maxForm is how large a request to a page may be.
const maxForm = 48 << 20

// guard lets only the pages themselves, and programs that are no browser, change
// something, and asks for the password if there is one. A name that leads to this
// machine is not enough to be reached by, or a foreign site could have one.
func (s *Server) guard(pages http.Handler) http.Handler {
	sameOrigin := http.NewCrossOriginProtection().Handler(pages)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		switch {
		case s.options.Password == "" && !IsLoopback(r.Host) && r.Host != s.host():
			http.Error(w, "This server is reached as "+s.options.URL+".", http.StatusMisdirectedRequest)
		case !s.admitted(r):
			h.Set("WWW-Authenticate", `Basic realm="redoxgen dev", charset="UTF-8"`)
			http.Error(w, "The password is missing or wrong; the user name does not matter.", http.StatusUnauthorized)
		case !s.fromHere(r):
			http.Error(w, "Another site may not change anything here.", http.StatusForbidden)
		default:
			r.Body = http.MaxBytesReader(w, r.Body, maxForm)
			sameOrigin.ServeHTTP(w, r)
		}
	})
}

// endpoint is the URL of the endpoint as pages show it, without a password.
func (s *Server) endpoint() string {
	u, err := url.Parse(s.options.Endpoint)
	if err != nil {
		return ""
	}
	return u.Redacted()
}

func (s *Server) host() string {
	u, err := url.Parse(s.options.URL)
	if err != nil {
		return ""
	}
	return u.Host
}

// fromHere reports whether a request that changes something comes from a page of this
// server, as its Origin says. Programs send none.
func (s *Server) fromHere(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if r.Method == http.MethodGet || r.Method == http.MethodHead || origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host == r.Host
}

func (s *Server) admitted(r *http.Request) bool {
	if s.options.Password == "" {
		return true
	}
	_, given, _ := r.BasicAuth()
	want, got := sha256.Sum256([]byte(s.options.Password)), sha256.Sum256([]byte(given))
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1
}

// IsLoopback reports whether an address, with or without a port, is one that only this
// machine reaches.
func IsLoopback(address string) bool {
	host := address
	if h, _, err := net.SplitHostPort(address); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
