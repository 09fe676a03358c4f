package client

import (
	"context"
	"log/slog"
	"time"

	"github.com/redoxgen/redoxgen/runtime/internal/redact"
)

// Observer follows calls, for metrics and traces. It gets names, IDs, sizes and
// durations, and nothing of a message's content.
type Observer interface {
	// Begin is called when a call begins. The returned context is used for
	// its requests.
	Begin(ctx context.Context, call Call) (context.Context, CallObserver)
}

// CallObserver follows one call. Its methods are called one after the other.
type CallObserver interface {
	// Request is called after each request.
	Request(Request)
	// End is called once.
	End(Outcome)
}

// Call describes a call that begins.
type Call struct {
	Op           Op
	Event        string   // "DataModel.EventType"; empty for uploads
	Destinations []string // IDs
	Bytes        int64    // of the body; -1 if not known
	Host         string   // that it goes to
}

// Request describes one request of a call and what is done next.
type Request struct {
	Number   int // from 1
	Status   int // 0 if there was no answer
	Duration time.Duration
	Err      error         // class of the failure, context.Canceled, or nil for success
	Again    bool          // there is another request
	Wait     time.Duration // before it
	Reason   string        // for Again
}

// Outcome describes how a call ended.
type Outcome struct {
	Requests int
	Status   int   // of the last answer
	Bytes    int64 // of the answer
	Duration time.Duration
	Logs     []Log
	Err      error // an *Error, nil for success
}

// watch tells the logger and the observers of one call.
type watch struct {
	ctx       context.Context
	observers []CallObserver
	logger    *slog.Logger
	call      *call
	began     time.Time
	requests  int
	last      *exchange
}

func (c *Client) watch(ctx context.Context, call *call) *watch {
	w := &watch{ctx: ctx, logger: c.config.Logger, call: call, began: time.Now()}
	if len(c.config.Observers) == 0 {
		return w
	}
	var destinations []string
	for _, d := range call.destinations {
		destinations = append(destinations, redact.Name(d))
	}
	begin := Call{
		Op: call.op, Event: call.event, Destinations: destinations,
		Bytes: call.content.size,
	}
	if call.url != nil {
		begin.Host = call.url.Host
	}
	for _, o := range c.config.Observers {
		var co CallObserver
		w.ctx, co = o.Begin(w.ctx, begin)
		w.observers = append(w.observers, co)
	}
	return w
}

// request is called after each request.
func (w *watch) request(n int, x *exchange, failure *Error, d decision) {
	w.requests, w.last = n, x
	var class error
	if failure != nil {
		class = failure.Class()
		if class == nil {
			class = context.Canceled
		}
		w.logger.LogAttrs(w.ctx, slog.LevelWarn, "redox: request failed", append(w.attrs(),
			slog.Int("request", n), slog.Int("status", x.status), slog.String("class", class.Error()),
			slog.Bool("again", d.again), slog.Duration("wait", d.wait), slog.String("reason", d.reason))...)
	}
	for _, o := range w.observers {
		o.Request(Request{
			Number: n, Status: x.status, Duration: x.duration, Err: class,
			Again: d.again, Wait: d.wait, Reason: d.reason,
		})
	}
}

// end is called once, with the reply or the error.
func (w *watch) end(r *reply, err error) {
	out := Outcome{Requests: w.requests, Duration: time.Since(w.began), Err: err}
	if w.last != nil {
		out.Status, out.Bytes = w.last.status, int64(len(w.last.body))
		for _, l := range w.last.envelope.logs {
			out.Logs = append(out.Logs, l.Redacted(w.call.destinations...))
		}
	}
	level, text := slog.LevelDebug, "redox: done"
	if err != nil {
		level, text = slog.LevelWarn, "redox: failed"
	}
	if w.logger.Enabled(w.ctx, level) {
		w.logger.LogAttrs(w.ctx, level, text, append(w.attrs(), out.attrs()...)...)
	}
	for _, o := range w.observers {
		o.End(out)
	}
}

func (w *watch) attrs() []slog.Attr {
	attrs := []slog.Attr{slog.String("op", string(w.call.op))}
	if w.call.event != "" {
		attrs = append(attrs, slog.String("event", w.call.event))
	}
	for _, d := range w.call.destinations {
		attrs = append(attrs, slog.String("destination", redact.Name(d)))
	}
	return append(attrs, slog.Int64("bytes", w.call.content.size))
}

func (o Outcome) attrs() []slog.Attr {
	attrs := []slog.Attr{slog.Int("requests", o.Requests), slog.Int("status", o.Status), slog.Duration("took", o.Duration)}
	for _, l := range o.Logs {
		attrs = append(attrs, slog.String("log", l.ID))
	}
	if o.Err != nil {
		attrs = append(attrs, slog.String("error", o.Err.Error()))
	}
	return attrs
}
