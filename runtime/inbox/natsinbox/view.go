package natsinbox

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/redoxgen/redoxgen/runtime/inbox"
)

// view is what a process knows of what is not finished. It reads the headers of all
// records in the order of the stream. What it does not know yet can only make a message
// wait: it hears of a message before any later one, and that a message is finished is
// true for ever. So two processes never disagree about order, and who gets a message is
// decided by the server (Box.publish).
type view struct {
	box *Box

	starting sync.Mutex
	stop     func()

	mu      sync.Mutex
	queue   *queue
	seen    uint64        // sequence of the last record
	until   uint64        // records up to this are of before the start
	offset  time.Duration // of the server's clock at the start
	floor   uint64        // as last published
	spread  int           // among how many more than are needed to choose, see asked
	changed chan struct{} // closed at every change
	renew   func()        // makes a new consumer
}

func newView(b *Box) *view {
	return &view{box: b, queue: newQueue(), changed: make(chan struct{})}
}

// start begins to read, once: a process that only appends need not.
func (v *view) start(ctx context.Context) error {
	v.starting.Lock()
	defer v.starting.Unlock()
	if v.stop != nil {
		return nil
	}
	info, err := v.box.info(ctx)
	if err != nil {
		return err
	}
	from, err := v.from(ctx)
	if err != nil {
		return err
	}
	v.mu.Lock()
	v.until, v.seen, v.floor = info.State.LastSeq, from-1, from
	if !info.TimeStamp.IsZero() {
		v.offset = time.Until(info.TimeStamp)
	}
	v.mu.Unlock()
	background, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { v.follow(background, from) })
	running.Go(func() { v.publishFloors(background) })
	v.stop = func() {
		cancel()
		running.Wait()
	}
	return nil
}

// from returns the sequence to read from.
func (v *view) from(ctx context.Context) (uint64, error) {
	last, err := v.box.last(ctx, v.box.floorSubject())
	if last == nil || err != nil {
		return 1, err
	}
	floor, err := readRecord[floorRecord](last.Header)
	return max(1, floor.Sequence), err
}

func (v *view) close() {
	v.starting.Lock()
	defer v.starting.Unlock()
	if v.stop != nil {
		v.stop()
		v.stop = nil
	}
}

// read takes one record. What another program wrote is passed over.
func (v *view) read(m jetstream.Msg, meta *jetstream.MsgMetadata) {
	var err error
	v.mu.Lock()
	defer v.mu.Unlock()
	seq := meta.Sequence.Stream
	kind, id := v.box.parse(m.Subject())
	now := time.Now()
	switch kind {
	case "m":
		var r messageRecord
		if r, err = readRecord[messageRecord](m.Headers()); err == nil {
			v.queue.add(&item{id: int64(seq), position: int64(seq), lanes: lanes(r.Order), received: r.Received, outcome: inbox.Pending}, now)
		}
	case "r":
		var r replayRecord
		if r, err = readRecord[replayRecord](m.Headers()); err == nil {
			v.replay(id, int64(seq), r, now)
		}
	case "s":
		var s stateRecord
		if s, err = readRecord[stateRecord](m.Headers()); err == nil {
			passed := time.Duration(0)
			if seq <= v.until {
				passed = max(0, now.Add(v.offset).Sub(meta.Timestamp))
			}
			v.apply(id, seq, s, now.Add(s.For-passed))
		}
	}
	v.seen = seq
	v.wake()
}

// replay adds a message anew. An entry of an earlier position is finished: else there
// would be no replay.
func (v *view) replay(id, position int64, r replayRecord, now time.Time) {
	if old := v.queue.items[id]; old != nil {
		v.queue.remove(old, now)
	}
	run := r.Run
	if r.Handled {
		run = position
	}
	v.queue.add(&item{
		id: id, position: position, run: run, lanes: lanes(r.Order), received: r.Received, outcome: inbox.Pending,
		replay: true, handler: r.Handler, rev: r.State,
	}, now)
}

// apply makes a message be in a state, unless it is in a later one. A lease or a pause
// of it ends at until.
func (v *view) apply(id int64, seq uint64, s stateRecord, until time.Time) {
	it := v.queue.items[id]
	if it == nil || seq <= it.rev {
		return
	}
	it.rev = seq
	now := time.Now()
	switch {
	case s.At < it.position:
		return // of before its replay
	case s.At > it.position, s.Outcome == inbox.Handled, s.Outcome == inbox.Dead, s.Outcome == purged:
		v.queue.remove(it, now)
		return
	}
	it.outcome, it.attempt, it.replay, it.handler, it.run = s.Outcome, s.Attempt, s.Replay, s.Handler, s.Run
	it.claim, it.claimed, it.until, it.trying = s.Claim, s.Claimed, until, false
	if s.Claimed && slices.Contains(it.abandoned, s.Claim) {
		it.until = now
	}
	v.queue.changed(it, now)
}

// purged is the outcome of a message that was deleted while others waited for it.
const purged inbox.Outcome = "purged"

// mostBehind is how long caughtUp waits, for who has no deadline.
const mostBehind = 30 * time.Second

// caughtUp returns when the process knows all that is in the stream now.
func (v *view) caughtUp(ctx context.Context) error {
	if err := v.start(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, mostBehind)
	defer cancel()
	for {
		last, err := v.box.end(ctx)
		if err != nil {
			return err
		}
		if last == nil {
			return nil
		}
		// The last record may be deleted before it is read. A consumer that was made
		// while its replica lagged may not notice a record until the next one.
		soon, cancel := context.WithTimeout(ctx, time.Second)
		err = v.reached(soon, last.Sequence)
		cancel()
		if err == nil || ctx.Err() != nil {
			return err
		}
		v.mu.Lock()
		renew := v.renew
		v.mu.Unlock()
		if renew != nil {
			renew()
		}
	}
}

// reached returns when the process has read up to a sequence.
func (v *view) reached(ctx context.Context, seq uint64) error {
	for {
		v.mu.Lock()
		seen, changed := v.seen, v.changed
		v.mu.Unlock()
		if seen >= seq {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// publishFloors says now and then from where on a process that starts has to read.
func (v *view) publishFloors(ctx context.Context) {
	ticker := time.NewTicker(10 * time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		v.mu.Lock()
		floor := v.seen + 1
		for _, it := range v.queue.items {
			floor = min(floor, uint64(it.position))
		}
		moved := floor > v.floor && v.seen >= v.until
		v.mu.Unlock()
		if !moved {
			continue
		}
		if _, err := v.box.js.PublishMsg(ctx, newRecord(v.box.floorSubject(), floorRecord{floor}, nil)); err == nil {
			v.mu.Lock()
			v.floor = floor
			v.mu.Unlock()
		}
	}
}
