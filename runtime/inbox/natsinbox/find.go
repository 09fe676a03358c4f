package natsinbox

import (
	"context"
	"iter"
	"slices"

	"github.com/redoxgen/redoxgen/runtime/inbox"
)

// Find implements inbox.Box. It reads the headers of all messages, from where the page
// begins, until it has found enough.
func (b *Box) Find(ctx context.Context, f inbox.Filter) iter.Seq2[inbox.Entry, error] {
	return func(yield func(inbox.Entry, error) bool) {
		n := 0
		for e, err := range b.matching(ctx, f) {
			if err == nil && f.Raw {
				err = b.addBody(ctx, e)
			}
			if err != nil {
				yield(inbox.Entry{}, failed("Find", err))
				return
			}
			if n++; !yield(e.Entry, nil) || n == f.Limit {
				return
			}
		}
	}
}

// matching yields what has a filter.
func (b *Box) matching(ctx context.Context, f inbox.Filter) iter.Seq2[*found, error] {
	return func(yield func(*found, error) bool) {
		if ctx.Err() != nil {
			yield(nil, ctx.Err())
			return
		}
		for page, err := range b.pages(ctx, f) {
			candidates := slices.DeleteFunc(slices.Clone(page), func(e *found) bool { return !b.hasRecord(f, e) })
			// No more states than are wanted.
			for err == nil && len(candidates) > 0 {
				n := len(candidates)
				if f.Limit > 0 {
					n = min(n, f.Limit)
				}
				if err = b.complete(ctx, candidates[:n]); err != nil {
					break
				}
				for _, e := range candidates[:n] {
					if hasState(f, e) && !yield(e, nil) {
						return
					}
				}
				candidates = candidates[n:]
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if pastAll(f, page) {
				return
			}
		}
	}
}

// pastAll reports whether nothing after a page can have the filter: what was appended
// well after Finished was finished later, whatever the clocks.
func pastAll(f inbox.Filter, page []*found) bool {
	return !f.Finished.IsZero() && !f.Newest && len(page) > 0 && page[len(page)-1].appended.After(f.Finished.Add(skew))
}

// hasRecord reports whether a message has what a filter wants of it.
func (b *Box) hasRecord(f inbox.Filter, e *found) bool {
	is := func(want, got string) bool { return want == "" || want == got }
	return (f.ID == 0 || f.ID == e.ID) && is(f.DataModel, e.DataModel) && is(f.EventType, e.EventType) &&
		is(f.Source, e.Source) && is(f.LogID, e.LogID) &&
		(f.Order == "" || hasHash(e.record.Order, b.hasher.Hash(f.Order))) &&
		!e.Received.Before(f.From) && (f.To.IsZero() || e.Received.Before(f.To))
}

// hasState reports whether the message's state is what a filter wants.
func hasState(f inbox.Filter, e *found) bool {
	return e.Outcome != purged && (f.Outcome == "" || f.Outcome == e.Outcome) &&
		(f.Finished.IsZero() || !e.Finished.IsZero() && e.Finished.Before(f.Finished))
}

func (b *Box) addBody(ctx context.Context, e *found) error {
	raw, err := b.get(ctx, e.ID)
	if err != nil {
		return err
	}
	m, _, err := b.message(ctx, raw)
	e.Raw = m.Raw
	return err
}
