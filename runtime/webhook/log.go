package webhook

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/redoxgen/redoxgen/runtime/redox"
)

// mayWarn is true once a minute.
func (h *Handler) mayWarn() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	if now.Sub(h.warned) < time.Minute {
		return false
	}
	h.warned = now
	return true
}

// log says what happened: to messages at level info, what will be retried or was
// dead-lettered as a warning. So is a wrong token, which may be that of a changed
// subscription, but not each of a stranger's, which are for level debug.
func (h *Handler) log(ctx context.Context, o Outcome) {
	level := slog.LevelDebug
	switch o.Result {
	case Handled, Answered, Duplicate, Challenged:
		level = slog.LevelInfo
	case Failed, InFlight, DeadLetter, Refused:
		level = slog.LevelWarn
	case Unavailable:
		level = slog.LevelError
	case Unverified:
		if o.Err == errWrongToken && h.mayWarn() {
			level = slog.LevelWarn
		}
	}
	if !h.enabled(ctx, level) {
		return
	}
	attrs := make([]slog.Attr, 0, 12)
	attrs = append(attrs, slog.Int("status", o.Status), slog.Duration("took", o.Duration))
	if !o.Delivery.Received.IsZero() {
		attrs = append(attrs, o.Delivery.Attrs()...)
	}
	if faults := faultsOf(o.Delivery.Report); faults != "" {
		attrs = append(attrs, slog.String("report", faults))
	}
	if o.Handler != "" {
		attrs = append(attrs, slog.String("handler", o.Handler))
	}
	if o.Reason != "" {
		attrs = append(attrs, slog.String("reason", string(o.Reason)))
	}
	if o.Err != nil {
		attrs = append(attrs, slog.String("error", h.errorText(o.Err)))
		if stack := stackOf(o.Err); stack != "" {
			attrs = append(attrs, slog.String("stack", stack))
		}
	}
	h.say(ctx, level, string(o.Result), attrs...)
}

// maxFaults is how much of a report a log line has.
const maxFaults = 10

// faultsOf names paths and rules of a report. An unknown member is named by what it
// is in: its own name is the message's.
func faultsOf(r redox.Report) string {
	var faults []string
	for i, v := range r.All() {
		if i == maxFaults {
			faults = append(faults, fmt.Sprintf("and %d more", r.Len()-maxFaults))
			break
		}
		path := v.Path
		if v.Rule == redox.RuleUnknown || v.Rule == redox.RuleDuplicate {
			path = path[:max(0, strings.LastIndexByte(path, '.'))]
		}
		faults = append(faults, cmp.Or(path, "(message)")+": "+string(v.Rule))
	}
	return strings.Join(faults, "; ")
}
