package webhook

import (
	"context"
	"log/slog"
	"time"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/redox"
)

// Whatever this package calls of others may panic, and the content of a message
// may make it. Then the message is still answered, and nobody prints the value
// that it panicked with, as package http would: that may be patient data.

// protect calls f; a panic becomes a temporary error.
func protect(f func() error) (err error) {
	defer recovered(&err)
	return f()
}

// recovered is to be deferred: it makes an error of a panic.
func recovered(err *error) {
	if v := recover(); v != nil {
		*err = newPanicError(v)
	}
}

// guard calls what has no error to return. A panic is logged, and false.
func (h *Handler) guard(ctx context.Context, what string, f func()) bool {
	err := protect(func() error { f(); return nil })
	if err != nil {
		h.say(ctx, slog.LevelError, what+" panicked", slog.String("error", err.Error()), slog.String("stack", stackOf(err)))
	}
	return err == nil
}

// say logs. There is nobody to tell that the logger panicked.
func (h *Handler) say(ctx context.Context, level slog.Level, text string, attrs ...slog.Attr) {
	_ = protect(func() error {
		h.config.Logger.LogAttrs(ctx, level, "redox webhook: "+text, attrs...)
		return nil
	})
}

func (h *Handler) enabled(ctx context.Context, level slog.Level) (enabled bool) {
	defer func() { _ = recover() }()
	return h.config.Logger.Enabled(ctx, level)
}

// now reads the configured clock, or the machine's if that panics.
func (h *Handler) now() (t time.Time) {
	defer func() {
		if recover() != nil {
			t = time.Now()
		}
	}()
	return h.config.Now()
}

// key identifies a message, which also has to be told from others where
// Config.Key cannot: messages that share a key hide each other.
func (h *Handler) key(ctx context.Context, meta redox.Meta, raw []byte) (key dedup.Key) {
	if h.guard(ctx, "Config.Key", func() { key = h.config.Key(meta, raw) }) && key == "" {
		h.say(ctx, slog.LevelError, "Config.Key returned no key, dedup.KeyOf is used instead")
	}
	if key == "" {
		key = dedup.KeyOf(meta, raw)
	}
	return key
}

// detail is the text of an error, for dead letters.
func detail(err error) (text string) {
	if protect(func() error { text = err.Error(); return nil }) != nil {
		text = ErrorTypes(err)
	}
	return text
}
