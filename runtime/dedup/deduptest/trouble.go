package deduptest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/redoxgen/redoxgen/runtime/dedup"
)

// testStalled: a store whose database does not answer returns when the context
// ends, by its deadline or by cancellation, with an error that does not say that
// the claim was lost.
func testStalled(t *testing.T, c Config) {
	const soon, most = 200 * time.Millisecond, 2500 * time.Millisecond // less than drivers wait by themselves
	contexts := map[string]func() (context.Context, context.CancelFunc){
		"deadline": func() (context.Context, context.CancelFunc) { return context.WithTimeout(t.Context(), soon) },
		"cancelled": func() (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(soon, cancel)
			return ctx, cancel
		},
	}
	s, stall := c.NewStalled(t)
	a := held(t, s, "a", long, 1)
	stall()
	calls := map[string]func(ctx context.Context) error{
		"Claim": func(ctx context.Context) error {
			_, err := s.Claim(ctx, "b", long)
			return err
		},
		"Extend":  func(ctx context.Context) error { return s.Extend(ctx, a, long) },
		"Commit":  func(ctx context.Context) error { return s.Commit(ctx, a) },
		"Release": func(ctx context.Context) error { return s.Release(ctx, a) },
	}
	if p, ok := s.(dedup.Pinger); ok {
		calls["Ping"] = p.Ping
	}
	if k, ok := s.(dedup.Knower); ok {
		calls["Known"] = func(ctx context.Context) error {
			_, err := k.Known(ctx, "a")
			return err
		}
	}
	for how, context := range contexts {
		for name, call := range calls {
			ctx, cancel := context()
			began := time.Now()
			err := call(ctx)
			if took := time.Since(began); took > most {
				t.Errorf("%s, %s after %v, took %v", name, how, soon, took)
			}
			cancel()
			if name == "Known" && err == nil {
				continue // another writer's lock need not keep readers from answering
			}
			if err == nil || errors.Is(err, dedup.ErrLost) || errors.Is(err, dedup.ErrFull) || errors.Is(err, dedup.ErrNotClaimed) {
				t.Errorf("%s of a store that does not answer, %s: error %v", name, how, err)
			}
		}
	}
}

// testUnwritable: a store that can be asked but takes no claims is refused when
// it is opened, or says so when it is pinged, before the first delivery does.
func testUnwritable(t *testing.T, c Config) {
	for name, open := range c.Unwritable {
		t.Run(name, func(t *testing.T) {
			s, err := open(t)
			if err != nil {
				t.Log(err)
				return
			}
			p, ok := s.(dedup.Pinger)
			if !ok {
				t.Fatal("the store was opened, and is no dedup.Pinger")
			}
			if err := p.Ping(t.Context()); err == nil {
				t.Error("the store was opened, and Ping finds nothing wrong with it")
			} else {
				t.Log(err)
			}
			if _, err := s.Claim(t.Context(), "a", long); err == nil {
				t.Error("the store takes claims")
			}
		})
	}
}
