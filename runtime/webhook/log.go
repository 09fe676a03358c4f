package webhook

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/redoxgen/redoxgen/runtime/redox"
	"github.com/redoxgen/redoxgen/runtime/webhook/verify"
)

// mayWarn is true once a minute, for who is not verified and for what cannot be
// decided: strangers must not fill the log.
func (h *Handler) mayWarn(undecided bool) bool {
	warned := &h.warned[0]
	if undecided {
		warned = &h.warned[1]
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	if now.Sub(*warned) < time.Minute {
		return false
	}
	*warned = now
	return true
}

// log writes a line.
func (h *Handler) log(ctx context.Context, level slog.Level, text string, attrs ...slog.Attr) {
	h.config.Logger.LogAttrs(ctx, level, "redox webhook: "+text, attrs...)
}

// logOutcome logs messages at level info, and as warnings what will be retried or
// was dead-lettered. So are wrong credentials, which may be those of a changed
// subscription, but not each of a stranger's, which are for level debug.
func (h *Handler) logOutcome(ctx context.Context, o Outcome) {
	level := slog.LevelDebug
	switch o.Result {
	case Handled, Queued, Answered, Duplicate, Challenged:
		level = slog.LevelInfo
	case Failed, InFlight, DeadLetter, Refused:
		level = slog.LevelWarn
	case Unavailable:
		if !errors.Is(o.Err, verify.ErrUndecided) || h.mayWarn(true) {
			level = slog.LevelError
		}
	case Unverified:
		if o.Err != nil && h.mayWarn(false) {
			level = slog.LevelWarn
		}
	}
	if !h.config.Logger.Enabled(ctx, level) {
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
	h.log(ctx, level, string(o.Result), attrs...)
}

// maxFaults is how much of a report a log line has.
const maxFaults = 10

// faultsOf returns paths and rules of a report. For an unknown member or an extension
// it is the path of what that is in: its own name is the message's.
func faultsOf(r redox.Report) string {
	var faults []string
	for v := range r.All() {
		if len(faults) == maxFaults {
			faults = append(faults, fmt.Sprintf("and %d more", r.Len()-maxFaults))
			break
		}
		path := v.Path
		if before, _, named := strings.Cut("."+path, ".Extensions."); named {
			path = (before + ".Extensions")[1:]
		} else if v.Rule == redox.RuleUnknown || v.Rule == redox.RuleDuplicate {
			path = path[:max(0, strings.LastIndexByte(path, '.'))]
		}
		faults = append(faults, cmp.Or(path, "(message)")+": "+string(v.Rule))
	}
	return strings.Join(faults, "; ")
}
