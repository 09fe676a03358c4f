// Package httperr words the errors of HTTP requests that got no answer. The texts
// of package net/http have the URL, which may hold a secret in its query, and may
// quote what a server sent.
package httperr

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"syscall"
)

// Wrap returns an error that says what happened to a request without repeating
// anything of it or of a server. It wraps err, and returns nil for nil.
func Wrap(err error) error {
	if err == nil {
		return nil
	}
	return &wrapped{err}
}

type wrapped struct{ cause error }

func (e *wrapped) Unwrap() error { return e.cause }

func (e *wrapped) Error() string {
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
