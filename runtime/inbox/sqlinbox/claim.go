package sqlinbox

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/inbox"
	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

// token is by what a claim is known.
type token struct {
	pos, fence int64
	hashes     []byte
}

// admitFor is for how long a claim goes on to admit messages when it finds none of which
// it is the turn. Wait returns at once when there are more.
const admitFor = time.Second

// Claim implements inbox.Box. It admits what was appended when nothing else is left.
func (b *Box) Claim(ctx context.Context, n int, lease time.Duration) ([]inbox.Claim, error) {
	if err := b.tend(ctx); err != nil {
		return nil, err
	}
	for began := time.Now(); time.Since(began) < admitFor; {
		claims, err := b.claim(ctx, n, lease)
		if err != nil || len(claims) > 0 {
			return claims, err
		}
		if last, err := b.admit(ctx); err != nil || last == 0 {
			return nil, err
		}
	}
	return nil, nil
}

// claim claims messages that are admitted.
func (b *Box) claim(ctx context.Context, n int, lease time.Duration) ([]inbox.Claim, error) {
	fence := rand.Int64N(1<<63-1) + 1
	var claims, ended []inbox.Claim
	err := b.write(ctx, func() error {
		return b.db.Rows(ctx, b.q.claim, []any{n, fence, sqlkit.Microseconds(lease)}, func(scan func(...any) error) error {
			c, isEnded, err := scanClaim(scan, fence)
			if isEnded {
				ended = append(ended, c)
			} else {
				claims = append(claims, c)
			}
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	for _, c := range ended { // its worker died when only the end of the claim was left
		if err := b.Finish(ctx, c, inbox.Handled); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(claims, func(a, b inbox.Claim) int { return cmp.Compare(a.Token.(token).pos, b.Token.(token).pos) })
	return claims, nil
}

func scanClaim(scan func(...any) error, fence int64) (c inbox.Claim, ended bool, err error) {
	t := token{fence: fence}
	var handler []byte
	var m row
	err = scan(append([]any{&t.pos, &c.Attempt, &c.Replay, &c.Run, &handler, &ended, &c.ID}, append(m.dest(), &c.Raw)...)...)
	raw := c.Raw
	c.Message, c.Handler = m.message(), string(handler)
	c.Raw, t.hashes = raw, m.hashes
	c.Token = t
	return c, ended, err
}

// row is what is known of a message beside its content.
type row struct {
	key, hashes, model, event, source, log, attempt []byte
	received                                        int64
}

func (r *row) dest() []any {
	return []any{&r.key, &r.hashes, &r.model, &r.event, &r.source, &r.log, &r.attempt, &r.received}
}

func (r *row) message() inbox.Message {
	return inbox.Message{
		Key: dedup.Key(r.key), DataModel: string(r.model), EventType: string(r.event), Source: string(r.source),
		LogID: string(r.log), AttemptID: string(r.attempt), Received: time.UnixMicro(r.received).UTC(),
	}
}

// tendEvery is how often a process looks for what a clock that was set back would keep,
// and for what was appended while there was always something to claim.
const tendEvery = time.Second

// tend shortens what waits longer than if it were to wait anew: a lease or a pause that
// was given by a clock that has been set back since. It looks at what is due later than
// anything that may have been asked for meanwhile, which is little. It also admits
// messages, for which others that are tried again and again leave no time; what keeps it
// from that is an error when nothing else is left to claim.
func (b *Box) tend(ctx context.Context) error {
	b.mu.Lock()
	due := time.Since(b.tended) >= tendEvery
	if due {
		b.tended = time.Now()
	}
	b.mu.Unlock()
	if !due {
		return nil
	}
	err := b.write(ctx, func() error {
		_, err := b.db.Change(ctx, b.q.clamp)
		return err
	})
	if err == nil {
		_, _ = b.admit(ctx)
	}
	return err
}

// Extend implements inbox.Box.
func (b *Box) Extend(ctx context.Context, c inbox.Claim, lease time.Duration) error {
	return b.update(ctx, b.q.extend, c, lease)
}

// Retry implements inbox.Box.
func (b *Box) Retry(ctx context.Context, c inbox.Claim, after time.Duration) error {
	err := b.update(ctx, b.q.retry, c, after)
	if err == nil {
		b.announce()
	}
	return err
}

func (b *Box) update(ctx context.Context, q sqlkit.Query, c inbox.Claim, d time.Duration) error {
	t, _ := c.Token.(token)
	return b.write(ctx, func() error {
		n, err := b.db.Change(ctx, q, t.pos, t.fence, sqlkit.Microseconds(d))
		if err == nil && n == 0 {
			err = inbox.ErrLost
		}
		return err
	})
}

// WithClaim implements inbox.Transactional.
func (b *Box) WithClaim(ctx context.Context, c inbox.Claim, end bool) context.Context {
	t, _ := c.Token.(token)
	return sqlkit.WithEnd(ctx, sqlkit.End{DB: b.db.DB, Run: func(ctx context.Context, tx *sql.Tx) error {
		var pos int64
		q := b.q.held
		if end {
			q = b.q.end
		}
		err := b.db.ScanBy(ctx, tx, q, []any{t.pos, t.fence}, &pos)
		if errors.Is(err, sql.ErrNoRows) {
			return inbox.ErrLost
		}
		return err
	}})
}
