package webhook

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/internal/credential"
	"github.com/redoxgen/redoxgen/runtime/webhook/internal/bounded"
)

// Handler receives messages over HTTP. It is safe for concurrent use, behind
// any router that takes an http.Handler and at any path.
type Handler struct {
	handlers *directory
	config   Config
	tokens   *credential.Tokens // of challenges, nil if these are verified like deliveries
	store    *bounded.Store     // Config.Dedup
	sink     *bounded.Sink      // Config.DeadLetter
	timeline dedup.Timeline     // Config.Dedup, if it is one

	started time.Time

	mu       sync.Mutex
	inFlight int
	closing  bool
	warned   [2]time.Time  // of who is not verified, and of what cannot be decided
	idle     chan struct{} // closed when closing and nothing is in flight
}

var _ http.Handler = (*Handler)(nil)

// NewHandler returns a handler that calls what mux holds now. It returns an
// error for a Config that would accept messages from everybody or lose them,
// and for a Mux without handlers or with ones that cannot be called. The error
// joins everything that is wrong.
func NewHandler(mux *Mux, config Config) (*Handler, error) {
	tokens, tokensErr := config.completeVerify()
	handlers, muxErr := newDirectory(mux)
	if err := errors.Join(tokensErr, config.check(), muxErr); err != nil {
		return nil, err
	}
	config = config.complete()
	config.Tokens = nil
	timeline, _ := config.Dedup.(dedup.Timeline)
	return &Handler{
		handlers: handlers, config: config, tokens: tokens, idle: make(chan struct{}), started: time.Now(),
		store: bounded.NewStore(config.Dedup, newPanicError),
		sink:  bounded.NewSink(config.DeadLetter, newPanicError),

		timeline: timeline,
	}, nil
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{h: h, w: w, r: r, received: h.config.Now()}
	x.observe(x.serve)
}

// enter counts a request in. It returns false when the handler is shutting down.
func (h *Handler) enter() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closing {
		return false
	}
	h.inFlight++
	return true
}

func (h *Handler) leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.inFlight--
	if h.closing && h.inFlight == 0 {
		close(h.idle)
	}
}

// sinkContext is for a request to the sink on behalf of a message: it goes on when
// the client is gone, but not for ever.
func (h *Handler) sinkContext(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), h.config.StoreTimeout)
}

// storeContext is sinkContext for the dedup store. One that never waits does not look
// at a context.
func (h *Handler) storeContext(ctx context.Context) (context.Context, context.CancelFunc) {
	if !h.store.Waits() {
		return context.Background(), func() {}
	}
	return h.sinkContext(ctx)
}
