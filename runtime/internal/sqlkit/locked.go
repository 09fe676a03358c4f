package sqlkit

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// patience is how long to wait for a lock of SQLite when the context has no
// deadline.
const patience = 10 * time.Second

// whileLocked repeats f while another connection's lock on an SQLite database
// keeps it from running, until ctx ends. SQLite's own waiting ignores contexts,
// and does not wait at all for some locks: when a new file changes to WAL, and
// when one is recovered that a killed process left behind.
func whileLocked(ctx context.Context, f func() error) error {
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, patience)
		defer cancel()
	}
	for i := 1; ; i++ {
		err := f()
		if err == nil || !locked(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("another writer holds the lock of the SQLite database: %w (%v)", ctx.Err(), err) //nolint:errorlint // one cause is enough
		case <-time.After(time.Duration(min(i, 25)) * time.Millisecond):
		}
	}
}

// locked knows the drivers' errors by SQLite's texts for SQLITE_BUSY and
// SQLITE_LOCKED, which they share.
func locked(err error) bool {
	text := err.Error()
	return strings.Contains(text, "database is locked") || strings.Contains(text, "database table is locked")
}
