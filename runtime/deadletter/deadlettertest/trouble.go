package deadlettertest

import (
	"context"
	"testing"
	"time"

	"github.com/redoxgen/redoxgen/runtime/deadletter"
)

// Stalled checks that a store whose database does not answer returns when the
// context ends. From stall on the database takes requests and does not answer,
// or, if only readers may go on, is locked by another writer.
func Stalled(t *testing.T, store deadletter.Store, stall func(), readersGoOn bool) {
	const soon, most = 200 * time.Millisecond, 1500 * time.Millisecond
	m := Message("a", 1, "{}")
	put(t, store, m)
	stall()
	calls := map[string]func(ctx context.Context) error{
		"Put":    func(ctx context.Context) error { return store.Put(ctx, Message("b", 2, "{}")) },
		"Remove": func(ctx context.Context) error { return store.Remove(ctx, m) },
	}
	if !readersGoOn {
		calls["Messages"] = func(ctx context.Context) (err error) {
			for _, err = range store.Messages(ctx) {
			}
			return err
		}
	}
	if p, ok := store.(interface{ Ping(context.Context) error }); ok {
		calls["Ping"] = p.Ping
	}
	for _, cancelled := range []bool{false, true} {
		for name, call := range calls {
			ctx, cancel := context.WithTimeout(t.Context(), soon)
			if cancelled {
				cancel()
				ctx, cancel = context.WithCancel(t.Context())
				time.AfterFunc(soon, cancel)
			}
			began := time.Now()
			if call(ctx) == nil {
				t.Errorf("%s returned no error", name)
			}
			if took := time.Since(began); took >= most {
				t.Errorf("%s took %v, want less than %v", name, took, most)
			}
			cancel()
		}
	}
}
