package inbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"reflect"
	"sync"
	"time"
)

// Handler handles messages; *webhook.Handler is one.
type Handler interface {
	// HandleMessage handles a message, and renews its lease meanwhile.
	HandleMessage(ctx context.Context, w Work) Verdict
}

// Work is a message that is to be handled.
type Work struct {
	Claim

	Last      bool // a handler that fails is not to be asked again: dead-letter the message
	Exhausted bool // dead-letter it without asking: its attempts ended their processes
	Lease     time.Duration
	Claimed   time.Time                   // when the lease began, or later
	Extend    func(context.Context) error // starts the lease anew, ErrLost if it is another's
	// WithClaim returns the context of a handler, see Transactional.
	WithClaim func(ctx context.Context, last bool) context.Context
}

// Verdict is what became of a message.
type Verdict struct {
	Outcome Outcome // Handled, Dead, or Pending: to be tried again
	Failed  bool    // by a handler: Config.Hold is for those alone that are Dead so
}

// Config configures Run. Zero is the default of everything.
type Config struct {
	// Concurrency is how many messages are handled at once. Default 8.
	Concurrency int
	// Lease is for how long a message stays claimed after its worker died. It is
	// renewed while handlers run. Default 30 seconds.
	Lease time.Duration
	// MaxAttempts is after how many attempts a message that failed is dead-lettered.
	// Default 50, which takes about four hours.
	MaxAttempts int
	// Backoff is the pause after the first failure. It doubles with each further one, up
	// to MaxBackoff, and is shortened by up to half at random. Default 1 second, and 5
	// minutes.
	Backoff, MaxBackoff time.Duration
	// Hold keeps the keys of a message waiting that a handler failed for good, or that could
	// not be read, until it is replayed or purged. By default they go on when it is in the dead-letter sink.
	Hold bool
	// EndWithOnce has sqldedup.Store.Once end the message in its transaction, where the Box
	// has the same database and no other handler is still to get the message: when the
	// worker dies right after Once, the handler is not run again. It is for handlers that
	// do everything in one call of Once. By default such a message is handled again, and
	// Once does nothing the second time, so that what follows it is done.
	EndWithOnce bool
	// Retention is for how long messages that are Handled or Dead are kept. Default 30
	// days; KeepAll is for ever.
	Retention time.Duration
	// Grace is how long Run waits for the messages in hand when its context has ended.
	// Default 30 seconds.
	Grace time.Duration
	// Logger gets what goes wrong with the Box. Default slog.Default().
	Logger *slog.Logger
}

// KeepAll is the Retention of messages that are kept until somebody purges them.
const KeepAll time.Duration = -1

func (c Config) complete() (Config, error) {
	for name, d := range map[string]time.Duration{"Lease": c.Lease, "Backoff": c.Backoff, "MaxBackoff": c.MaxBackoff, "Grace": c.Grace} {
		if d < 0 {
			return c, fmt.Errorf("inbox: Config.%s is negative: leave it out for the default", name)
		}
	}
	if c.Concurrency < 0 || c.MaxAttempts < 0 || c.Retention < KeepAll {
		return c, errors.New("inbox: Config.Concurrency, MaxAttempts or Retention is negative: leave it out for the default")
	}
	c.Concurrency = cmp.Or(c.Concurrency, 8)
	c.Lease = cmp.Or(c.Lease, 30*time.Second)
	c.MaxAttempts = cmp.Or(c.MaxAttempts, 50)
	c.Backoff = cmp.Or(c.Backoff, time.Second)
	c.MaxBackoff = max(cmp.Or(c.MaxBackoff, 5*time.Minute), c.Backoff)
	c.Retention = cmp.Or(c.Retention, 30*24*time.Hour)
	c.Grace = cmp.Or(c.Grace, 30*time.Second)
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	return c, nil
}

// ErrGrace is returned by Run if messages were still in hand when Config.Grace was over.
// They are handled again when their leases have ended.
var ErrGrace = errors.New("inbox: messages were still being handled when Config.Grace was over")

// Run gives the messages of box to handler until ctx ends, and returns nil when those
// in hand are done. A Box that cannot be asked is asked again. Other errors are ErrGrace, and
// that there is no box, no handler, or something wrong with config.
func Run(ctx context.Context, box Box, handler Handler, config Config) error {
	config, err := config.complete()
	switch {
	case err != nil:
		return err
	case isNil(box):
		return errors.New("inbox: Run has no Box: was the error of what makes it looked at?")
	case isNil(handler):
		return errors.New("inbox: Run has no Handler: was the error of webhook.NewHandler looked at?")
	}
	w := &worker{box: box, handler: handler, config: config, slots: make(chan struct{}, config.Concurrency)}
	w.others.Go(func() { w.purge(ctx) })
	w.claims(ctx)
	return w.drain()
}

// Start runs Run in the background. stop ends it, and returns what Run does when the
// messages in hand are done:
//
//	defer inbox.Start(ctx, box, h, inbox.Config{})()
func Start(ctx context.Context, box Box, handler Handler, config Config) (stop func() error) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() {
		err := Run(ctx, box, handler, config)
		if err != nil {
			slog.ErrorContext(ctx, "redox inbox: ended", slog.String("error", err.Error()))
		}
		done <- err
	}()
	return sync.OnceValue(func() error { cancel(); return <-done })
}

// isNil reports whether v is nil, or a nil pointer.
func isNil(v any) bool {
	r := reflect.ValueOf(v)
	return v == nil || r.Kind() == reflect.Pointer && r.IsNil()
}

type worker struct {
	box     Box
	handler Handler
	config  Config
	slots   chan struct{} // taken by what is handled
	inHand  sync.WaitGroup
	others  sync.WaitGroup
}

// claims claims what there is as long as there is room.
func (w *worker) claims(ctx context.Context) {
	pause := time.Duration(0)
	for ctx.Err() == nil {
		n := w.room(ctx)
		if n == 0 {
			return
		}
		began := time.Now()
		claims, err := w.claim(ctx, n)
		for range n - len(claims) {
			<-w.slots
		}
		for _, c := range claims {
			w.inHand.Go(func() {
				defer func() { <-w.slots }()
				w.handle(context.WithoutCancel(ctx), c, began)
			})
		}
		if err == nil && len(claims) == 0 {
			err = w.box.Wait(ctx, 10*time.Second)
		}
		if pause = w.pause(ctx, "claim", err, pause); pause > 0 {
			sleep(ctx, pause)
		}
	}
}

// claim claims up to n messages. What it has begun is not broken off: messages that are
// claimed and not known to be would wait for the end of the lease.
func (w *worker) claim(ctx context.Context, n int) ([]Claim, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.config.Lease/3)
	defer cancel()
	return w.box.Claim(ctx, n, w.config.Lease)
}

// room waits for a place and returns how many there are, which it takes.
func (w *worker) room(ctx context.Context) int {
	select {
	case w.slots <- struct{}{}:
	case <-ctx.Done():
		return 0
	}
	n := 1
	for {
		select {
		case w.slots <- struct{}{}:
			n++
		default:
			return n
		}
	}
}

// pause logs an error of the Box, and returns how long to wait after it.
func (w *worker) pause(ctx context.Context, what string, err error, last time.Duration) time.Duration {
	if err == nil || ctx.Err() != nil {
		return 0
	}
	w.config.Logger.LogAttrs(ctx, slog.LevelError, "redox inbox: "+what, slog.String("error", err.Error()))
	return min(max(2*last, 100*time.Millisecond), 5*time.Second)
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// handle handles one message and ends its claim.
func (w *worker) handle(ctx context.Context, c Claim, claimed time.Time) {
	work := Work{
		Claim: c, Lease: w.config.Lease, Claimed: claimed,
		Last: c.Attempt >= w.config.MaxAttempts, Exhausted: c.Attempt > w.config.MaxAttempts,
		Extend:    func(ctx context.Context) error { return w.box.Extend(ctx, c, w.config.Lease) },
		WithClaim: func(ctx context.Context, _ bool) context.Context { return ctx },
	}
	if t, ok := w.box.(Transactional); ok {
		work.WithClaim = func(ctx context.Context, last bool) context.Context {
			return t.WithClaim(ctx, c, last && w.config.EndWithOnce)
		}
	}
	var v Verdict
	if c.Unreadable != nil {
		w.config.Logger.LogAttrs(ctx, slog.LevelError, "redox inbox: a message cannot be read", slog.Any("message", c.Message), slog.String("error", c.Unreadable.Error()))
	}
	if c.Unreadable != nil && !work.Last {
		v.Outcome = Pending
	} else {
		v = w.handler.HandleMessage(ctx, work)
	}
	if v.Outcome == Dead && (v.Failed || c.Unreadable != nil) && w.config.Hold {
		v.Outcome = Held
	}
	w.end(ctx, c, v)
}

// end ends the claim. The Box is asked until the lease is over; after that the message
// is handled again.
func (w *worker) end(ctx context.Context, c Claim, v Verdict) {
	ctx, cancel := context.WithTimeout(ctx, w.config.Lease)
	defer cancel()
	pause := time.Duration(0)
	for {
		var err error
		if v.Outcome == Pending {
			err = w.box.Retry(ctx, c, w.backoff(c.Attempt))
		} else {
			err = w.box.Finish(ctx, c, v.Outcome)
		}
		if errors.Is(err, ErrLost) {
			w.config.Logger.LogAttrs(ctx, slog.LevelWarn, "redox inbox: another worker took over a message", slog.Any("message", c.Message))
			return
		}
		if pause = w.pause(ctx, "end of a message", err, pause); pause == 0 {
			return
		}
		sleep(ctx, pause)
	}
}

// backoff returns the pause after an attempt.
func (w *worker) backoff(attempt int) time.Duration {
	d := w.config.MaxBackoff
	if shift := max(attempt-1, 0); shift < 32 && w.config.Backoff<<shift>>shift == w.config.Backoff {
		d = min(d, w.config.Backoff<<shift)
	}
	return d - time.Duration(rand.Int64N(int64(d)/2+1))
}

// purgeEvery is how often messages are deleted whose retention is over.
const purgeEvery = time.Minute

// purge deletes messages whose retention is over.
func (w *worker) purge(ctx context.Context) {
	if w.config.Retention == KeepAll {
		return
	}
	for {
		sleep(ctx, purgeEvery/2+rand.N(purgeEvery))
		if ctx.Err() != nil {
			return
		}
		before := time.Now().Add(-w.config.Retention)
		for _, outcome := range []Outcome{Handled, Dead} {
			_, err := w.box.Purge(ctx, Filter{Outcome: outcome, Finished: before})
			w.pause(ctx, "purge", err, 0)
		}
	}
}

// drain waits for what is in hand.
func (w *worker) drain() error {
	w.others.Wait()
	done := make(chan struct{})
	go func() { w.inHand.Wait(); close(done) }()
	timer := time.NewTimer(w.config.Grace)
	defer timer.Stop()
	select {
	case <-done:
		return nil
	case <-timer.C:
		return ErrGrace
	}
}
