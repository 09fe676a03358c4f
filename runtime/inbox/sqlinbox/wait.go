package sqlinbox

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"reflect"
	"sync"
	"time"
)

// Wait implements inbox.Box.
func (b *Box) Wait(ctx context.Context, most time.Duration) error {
	b.mu.Lock()
	changed := b.changed
	b.mu.Unlock()
	if b.listener != nil {
		b.listener.start()
	}
	var due sql.NullInt64
	if err := b.db.Scan(ctx, b.q.wait, nil, &due); err != nil {
		return err
	}
	if due.Valid {
		most = min(most, time.Duration(max(due.Int64, 0))*time.Microsecond+time.Millisecond)
	}
	// Where no notice comes through, nor any of another process.
	timer := time.NewTimer(min(most, time.Second))
	defer timer.Stop()
	select {
	case <-changed:
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err()
}

// wake wakes what waits in this process.
func (b *Box) wake() {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.changed)
	b.changed = make(chan struct{})
}

// announce wakes what waits, in this process and in others.
func (b *Box) announce() {
	b.wake()
	if b.notifier != nil {
		b.notifier.notify()
	}
}

// channel is that of LISTEN and NOTIFY, for all schemas of a database: what wakes in vain
// looks and sleeps again.
const channel = "redoxgen_inbox"

// notifier wakes other processes. It is not part of the transactions, as the server
// commits those that notify one after the other; a notice that is lost is made up for
// by who looks once a second.
type notifier struct {
	db *sql.DB

	mu           sync.Mutex
	wanted, runs bool
	running      sync.WaitGroup
}

// notice is a transaction that waits for no disk.
const notice = "SELECT set_config('synchronous_commit', 'off', true), pg_notify('" + channel + "', '')"

// notifyEvery is the least time between two notices.
const notifyEvery = 5 * time.Millisecond

func (n *notifier) notify() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.wanted = true; !n.runs {
		n.runs = true
		n.running.Go(n.run)
	}
}

func (n *notifier) run() {
	for {
		n.mu.Lock()
		wanted := n.wanted
		n.wanted, n.runs = false, wanted
		n.mu.Unlock()
		if !wanted {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		_, _ = n.db.ExecContext(ctx, notice)
		cancel()
		time.Sleep(notifyEvery)
	}
}

func (n *notifier) wait() { n.running.Wait() }

// listener waits for notices on a connection of its own, while anybody waits.
type listener struct {
	db   *sql.DB
	wake func()

	mu     sync.Mutex
	cancel context.CancelFunc // nil when it does not run
	closed bool
	last   time.Time // when somebody waited
	failed time.Time
	ended  sync.WaitGroup
}

// A connection is given back when nobody waited for a while, and after an error the next
// one is tried for after a while.
const (
	listenFor  = 30 * time.Second
	listenNext = 5 * time.Second
)

func (l *listener) start() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = time.Now()
	if l.cancel != nil || l.closed || time.Since(l.failed) < listenNext {
		return
	}
	// The pool may have one connection.
	if most := l.db.Stats().MaxOpenConnections; most > 0 && most < 3 {
		return
	}
	var ctx context.Context
	ctx, l.cancel = context.WithCancel(context.Background())
	l.ended.Go(func() {
		err := l.listen(ctx)
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.cancel = nil; err != nil {
			l.failed = time.Now()
		}
	})
}

func (l *listener) stop() {
	l.mu.Lock()
	l.closed = true
	if l.cancel != nil {
		l.cancel()
	}
	l.mu.Unlock()
	l.ended.Wait()
}

// listen wakes who waits until nobody has waited, or nothing has come, for a while. The
// error is for what is not to be tried again soon.
func (l *listener) listen(ctx context.Context) error {
	conn, err := l.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "LISTEN "+channel); err != nil {
		return err
	}
	var failed error
	_ = conn.Raw(func(c any) error {
		wait, ok := waiter(c)
		if !ok {
			failed = errNoNotices
		}
		for l.wake(); failed == nil && l.wanted(); l.wake() {
			waiting, cancel := context.WithTimeout(ctx, listenFor)
			failed = wait(waiting)
			over := waiting.Err() != nil
			cancel()
			if over {
				failed = nil
				break
			}
		}
		return driver.ErrBadConn // it listens, and is not for other use
	})
	return failed
}

// wanted reports whether anybody has waited lately.
func (l *listener) wanted() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Since(l.last) < listenFor
}

var errNoNotices = errors.New("the driver has no method that waits for notices")

// waiter returns pgx's method that waits for a notice.
func waiter(c any) (func(context.Context) error, bool) {
	conn := reflect.ValueOf(c).MethodByName("Conn")
	if !conn.IsValid() || conn.Type().NumIn() != 0 || conn.Type().NumOut() != 1 {
		return nil, false
	}
	wait := conn.Call(nil)[0].MethodByName("WaitForNotification")
	if !wait.IsValid() || wait.Type().NumIn() != 1 || wait.Type().NumOut() != 2 {
		return nil, false
	}
	return func(ctx context.Context) error {
		err, _ := wait.Call([]reflect.Value{reflect.ValueOf(ctx)})[1].Interface().(error)
		return err
	}, true
}
