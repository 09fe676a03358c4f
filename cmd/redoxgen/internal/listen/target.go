//go:build !redoxgen_bootstrap

package listen

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"time"

	"github.com/redoxgen/redoxgen/runtime/webhook"
)

// Answer is how the target answered a delivery.
type Answer struct {
	TargetStatus int           // 0 if there was no answer
	TargetErr    error         // why there was none; repeats nothing of it
	TargetTook   time.Duration // until the whole answer was there

	header http.Header
	body   []byte
}

// target is the server that deliveries are forwarded to.
type target struct {
	proxy   *httputil.ReverseProxy
	timeout time.Duration
}

// newTarget returns the target at to, whatever path deliveries come to, and with no
// proxy in between.
func newTarget(to *url.URL, timeout time.Duration, maxAnswer int64) *target {
	transport := &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64}
	return &target{timeout: timeout, proxy: &httputil.ReverseProxy{
		Transport: transport,
		Rewrite: func(p *httputil.ProxyRequest) {
			u := *to
			p.Out.URL, p.Out.Host = &u, to.Host
			p.Out.Header.Del("Expect") // the body is there
		},
		ModifyResponse: func(r *http.Response) error {
			body, err := io.ReadAll(io.LimitReader(r.Body, maxAnswer+1))
			if err != nil {
				return err
			}
			if int64(len(body)) > maxAnswer {
				return errAnswerTooLarge
			}
			a := answerOf(r.Request)
			a.TargetStatus, a.header, a.body = r.StatusCode, r.Header, body
			r.Body = http.NoBody
			return nil
		},
		ErrorHandler: func(_ http.ResponseWriter, r *http.Request, err error) { answerOf(r).TargetErr = err },
		ErrorLog:     log.New(io.Discard, "", 0),
	}}
}

var errAnswerTooLarge = errors.New("the answer is too large")

type answerKey struct{}

func answerOf(r *http.Request) *Answer { return r.Context().Value(answerKey{}).(*Answer) }

// forward sends the target the body, with the headers of the request that it came in.
func (t *target) forward(r *http.Request, body []byte) Answer {
	began := time.Now()
	var a Answer
	ctx, cancel := context.WithTimeout(context.WithValue(r.Context(), answerKey{}, &a), t.timeout)
	defer cancel()
	out := r.WithContext(ctx)
	out.Body, out.ContentLength, out.TransferEncoding = io.NopCloser(bytes.NewReader(body)), int64(len(body)), nil
	t.proxy.ServeHTTP(discard{http.Header{}}, out)
	a.TargetTook = time.Since(began)
	if a.TargetErr != nil {
		a.TargetErr = t.explain(a.TargetErr)
	}
	return a
}

// explain words an error without what a server has sent.
func (t *target) explain(err error) error {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("no answer within %s", t.timeout)
	case errors.Is(err, context.Canceled):
		return errors.New("the sender did not wait for the answer")
	case err == errAnswerTooLarge:
		return err
	default:
		return errors.New("no answer: " + webhook.ErrorTypes(err))
	}
}

// statusForRedox is the target's status, or 503 for no answer and for a redirect: Redox
// may take a message for delivered that is answered with one.
func (a *Answer) statusForRedox() int {
	if a.TargetStatus == 0 || 300 <= a.TargetStatus && a.TargetStatus < 400 {
		return http.StatusServiceUnavailable
	}
	return a.TargetStatus
}

// writeTo sends the answer on with a status, in place of what the webhook's handler
// prepared: its headers as well, unless Redox is not answered what the target said.
func (a *Answer) writeTo(w http.ResponseWriter, status int) {
	header := w.Header()
	clear(header)
	body := a.body
	switch {
	case status == a.TargetStatus:
		maps.Copy(header, a.header)
	case status == http.StatusOK:
		header.Set(webhook.OutcomeHeader, string(webhook.Handled))
	default:
		body = nil
		header.Set(webhook.OutcomeHeader, string(webhook.Failed))
	}
	if status != http.StatusNoContent {
		header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that is gone delivers again
}

// discard takes the answer that the proxy passes on and forward has already.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}
