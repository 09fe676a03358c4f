package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Shutdown makes the handler answer 503 from now on and waits until the
// messages in flight are done or ctx ends, whose error it returns then. What
// is cut off is delivered again.
func (h *Handler) Shutdown(ctx context.Context) error {
	h.mu.Lock()
	first := !h.closing
	if first {
		h.closing = true
		if h.inFlight == 0 {
			close(h.idle)
		}
	}
	inFlight := h.inFlight
	h.mu.Unlock()
	if first {
		h.log(ctx, slog.LevelInfo, "shutting down", slog.Int("in_flight", inFlight))
	}
	select {
	case <-h.idle:
		if first {
			h.log(ctx, slog.LevelInfo, "drained")
		}
		return nil
	case <-ctx.Done():
		h.log(ctx, slog.LevelWarn, "not drained: what is still in flight is delivered again", slog.Int("in_flight", h.busy()))
		return ctx.Err()
	}
}

// busy returns how many requests are in flight.
func (h *Handler) busy() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.inFlight
}

// Health returns a handler for load balancers and orchestrators: 200 while
// messages are taken, 503 when the handler is shutting down, or the dedup store or
// the dead-letter sink takes no writes, if these have a method Ping to tell, or the inbox
// takes none. It needs no token and reports no more than that; with ?inbox in the URL
// also how many messages are in the inbox that are not finished, how many of these are
// held, and the age of the oldest.
func (h *Handler) Health() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		limitDrain(w, r, h.config.BodyTimeout)
		status, text := http.StatusServiceUnavailable, "ok"
		switch {
		case h.isClosing():
			text = "shutting down"
		case h.ping(r.Context(), h.store.Ping) != nil:
			text = "store unavailable"
		case h.ping(r.Context(), h.sink.Ping) != nil:
			text = "dead-letter sink unavailable"
		case h.ping(r.Context(), h.pingInbox) != nil:
			text = "inbox unavailable"
		default:
			status = http.StatusOK
		}
		answer := map[string]any{"status": text}
		if status == http.StatusOK && h.config.Inbox != nil && r.URL.Query().Has("inbox") {
			if figures, err := h.inboxHealth(r.Context()); err == nil && figures != nil {
				answer["inbox"] = figures
			}
		}
		body, _ := json.Marshal(answer)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Connection", "close") // strangers must not occupy connections
		w.WriteHeader(status)
		_, _ = w.Write(body)
	})
}

func (h *Handler) ping(ctx context.Context, ping func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, min(h.config.StoreTimeout, 2*time.Second))
	defer cancel()
	return ping(ctx)
}

func (h *Handler) isClosing() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.closing
}

// NewServer returns a server for the handler at every path but /healthz, which
// is its Health, with limits that suit it: clients must send headers within 10
// seconds and take an answer within 10 seconds, and idle connections end after 2
// minutes. Who has no token gets one answer to a connection.
//
// The time for an answer counts from when it is ready, however long handlers took,
// and is BodyTimeout if that is longer. A middleware around the server's Handler
// whose ResponseWriter has no method Unwrap prevents that: then WriteTimeout is also
// the time that handlers have, and must be raised.
func NewServer(h *Handler) *http.Server {
	return &http.Server{
		Handler:           root(h),
		ReadHeaderTimeout: 10 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
	}
}

// root leads to h whatever the path looks like. An http.ServeMux would redirect
// from paths such as //redox, and a redirect has a status below 400: Redox may take
// the message for delivered.
func root(h *Handler) http.Handler {
	health := h.Health()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/healthz" && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
			health.ServeHTTP(w, r)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// Serve serves the handler at addr until ctx ends, then stops gracefully: no
// new messages, and 30 seconds for those in flight. Redox requires https,
// which is taken to be ended by a proxy; otherwise use NewServer and
// ListenAndServeTLS.
func Serve(ctx context.Context, addr string, h *Handler) error {
	if h == nil {
		return errNoHandler
	}
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	return ServeListener(ctx, listener, h)
}

var errNoHandler = errors.New("webhook: there is no Handler to serve: was the error of NewHandler looked at?")

// ServeListener is Serve on a listener, which it closes.
func ServeListener(ctx context.Context, listener net.Listener, h *Handler) error {
	if h == nil {
		return errors.Join(errNoHandler, listener.Close())
	}
	h.log(ctx, slog.LevelInfo, "listening", slog.String("address", listener.Addr().String()), slog.Int("handlers", h.handlers.handlers))
	server := NewServer(h)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	// The handler first: connections stay open for its answers.
	return errors.Join(h.Shutdown(ctx), server.Shutdown(ctx), server.Close())
}
