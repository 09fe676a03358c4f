// Package unanswered says why a request got no answer. The texts of package http
// hold the URL, which may have a secret in its query, and may quote what a server
// sent.
package unanswered

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"syscall"
)

// Wrap returns an error that says in our words what happened to a request, and
// wraps err for who wants to know. Nil stays nil.
func Wrap(err error) error {
	if err == nil {
		return nil
	}
	return &unanswered{err}
}

type unanswered struct{ cause error }

func (e *unanswered) Unwrap() error { return e.cause }

func (e *unanswered) Error() string {
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	var timeout net.Error
	switch err := e.cause; {
	case errors.Is(err, context.Canceled):
		return context.Canceled.Error()
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.As(err, &dns):
		return "the host name does not resolve"
	case errors.As(err, &cert):
		return "the server's certificate is not trusted"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "the connection was closed before the answer"
	default:
		return "the request failed in transport"
	}
}
