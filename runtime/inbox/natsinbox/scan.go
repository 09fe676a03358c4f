package natsinbox

import (
	"context"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/internal/duration"
)

// found is an entry, and where its parts are.
type found struct {
	inbox.Entry
	record   messageRecord
	appended time.Time // by the server's clock
	state    uint64    // sequence of its state, 0 without one
	at       int64     // position in that state
}

const (
	pageSize  = 500       // messages read at once
	firstSpan = 64        // records looked through for the first page
	mostRead  = 512       // as many are still read one by one
	mostSpan  = 64 * 1000 // for a later page from the end
)

// pages yields what may have a filter, a few at a time, without states and bodies.
func (b *Box) pages(ctx context.Context, f inbox.Filter) iter.Seq2[[]*found, error] {
	switch {
	case f.ID != 0:
		return b.pageOf(ctx, f.ID)
	case f.Newest:
		return b.pagesBack(ctx, f)
	default:
		return b.scan(ctx, uint64(f.After)+1, 0)
	}
}

// pageOf yields one message.
func (b *Box) pageOf(ctx context.Context, id int64) iter.Seq2[[]*found, error] {
	return func(yield func([]*found, error) bool) {
		raw, err := b.stored(ctx, id)
		if raw == nil {
			if err != nil {
				yield(nil, err)
			}
			return
		}
		r, err := readRecord[messageRecord](raw.Header)
		yield([]*found{newFound(raw.Sequence, r, raw.Time)}, err)
	}
}

// stored returns the record of a message, nil if no message has that ID.
func (b *Box) stored(ctx context.Context, id int64) (*jetstream.RawStreamMsg, error) {
	if id <= 0 {
		return nil, nil
	}
	raw, err := b.get(ctx, id)
	if isGone(err) {
		return nil, nil
	}
	if err == nil {
		if kind, _ := b.parse(raw.Subject); kind != "m" {
			return nil, nil
		}
	}
	return raw, err
}

func newFound(seq uint64, r messageRecord, appended time.Time) *found {
	return &found{
		Entry:  inbox.Entry{Message: r.message(), ID: int64(seq), Outcome: inbox.Pending, Size: r.Size},
		record: r, appended: appended,
	}
}

// pagesBack yields the last messages first.
func (b *Box) pagesBack(ctx context.Context, f inbox.Filter) iter.Seq2[[]*found, error] {
	return func(yield func([]*found, error) bool) {
		last := uint64(max(0, f.After-1))
		if f.After == 0 {
			info, err := b.info(ctx)
			if err != nil {
				yield(nil, err)
				return
			}
			last = info.State.LastSeq
		}
		for span := uint64(firstSpan); last > 0; span *= 2 {
			if span > mostRead {
				span = mostSpan
			}
			from := max(1, last-min(last, span)+1)
			page, err := b.between(ctx, from, last)
			slices.Reverse(page)
			if !yield(page, err) || err != nil {
				return
			}
			last = from - 1
		}
	}
}

// between returns the messages from a sequence to another.
func (b *Box) between(ctx context.Context, from, to uint64) (page []*found, err error) {
	if to-from < mostRead {
		return b.read(ctx, from, to)
	}
	for part, err := range b.scan(ctx, from, to) {
		if err != nil {
			return nil, err
		}
		page = append(page, part...)
	}
	return page, nil
}

// read is between by a request for each record. For many a consumer is faster; but to
// make one that does not begin at the start, the server looks at every subject of the stream.
func (b *Box) read(ctx context.Context, from, to uint64) ([]*found, error) {
	page := make([]*found, to-from+1)
	err := each(len(page), func(i int) error {
		raw, err := b.stored(ctx, int64(from)+int64(i))
		if raw == nil {
			return err
		}
		if r, err := readRecord[messageRecord](raw.Header); err == nil {
			page[i] = newFound(raw.Sequence, r, raw.Time)
		}
		return nil
	})
	return slices.DeleteFunc(page, func(e *found) bool { return e == nil }), err
}

// scan yields the messages from a sequence on, up to another if that is not 0. The
// replica that is read from may lag: what ends the scan is the last message there was.
func (b *Box) scan(ctx context.Context, from, to uint64) iter.Seq2[[]*found, error] {
	return func(yield func([]*found, error) bool) {
		r := &reader{box: b, at: from - 1, batch: 4 * pageSize}
		defer r.close()
		for more := true; more; {
			var page []*found
			var err error
			if page, more, err = b.page(ctx, r, to); len(page) == 0 && err == nil {
				continue
			}
			if !yield(page, err) || err != nil {
				return
			}
		}
	}
}

// page reads the next messages, and whether there may be more. It passes over all other
// records: a server that is to leave them out looks at every subject of the stream first.
func (b *Box) page(ctx context.Context, r *reader, to uint64) (page []*found, more bool, err error) {
	end, failures := uint64(0), 0
	for len(page) < pageSize {
		if to != 0 && r.at >= to {
			return page, false, nil
		}
		if r.at >= end {
			last, err := b.last(ctx, b.name+".m.>")
			if err != nil || last == nil || last.Sequence <= r.at {
				return page, false, err
			}
			end = last.Sequence
		}
		// A consumer on a replica that lagged may not notice a record until the next one.
		soon, cancel := context.WithTimeout(ctx, min(firstWait<<failures, 2*heartbeat))
		m, meta, err := r.next(soon)
		cancel()
		if err != nil {
			if failures++; ctx.Err() != nil || failures == mostFailures {
				return page, false, err
			}
			end = r.at // the last one may be deleted: ask again
			_ = duration.Sleep(ctx, pause)
			continue
		}
		failures = 0
		if kind, _ := b.parse(m.Subject()); kind != "m" || to != 0 && r.at > to {
			continue
		}
		if record, err := readRecord[messageRecord](m.Headers()); err == nil {
			page = append(page, newFound(r.at, record, meta.Timestamp))
		}
	}
	return page, true, nil
}

const (
	firstWait    = heartbeat / 4 // for a record that is there; it doubles with each failure
	mostFailures = 20            // after as many a scan is given up: half a minute
)

// complete reads the states of entries.
func (b *Box) complete(ctx context.Context, page []*found) error {
	return each(len(page), func(i int) error { return b.addState(ctx, page[i]) })
}

// each calls do with each number below n, several at a time, and returns the first error.
func each(n int, do func(i int) error) error {
	errs := make([]error, min(16, n))
	var wg sync.WaitGroup
	for worker := range errs {
		wg.Go(func() {
			for i := worker; i < n && errs[worker] == nil; i += len(errs) {
				errs[worker] = do(i)
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *Box) addState(ctx context.Context, e *found) error {
	last, err := b.last(ctx, b.stateSubject(e.ID))
	if last == nil || err != nil {
		return err
	}
	s, err := readRecord[stateRecord](last.Header)
	if err != nil {
		return err
	}
	e.state, e.at, e.Outcome, e.Attempts = last.Sequence, s.At, s.Outcome, s.Attempt
	switch {
	case s.Outcome != inbox.Pending:
		e.Finished = time.Unix(0, s.Finished)
	case s.For > 0:
		e.Due = last.Time.Add(s.For)
	}
	return nil
}
