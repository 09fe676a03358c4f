package dev

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/redoxgen/redoxgen/runtime/redoxsim"
)

// feed delivers messages to the endpoint: each subscription in a lane of its own, or in
// several, its child queues.
type feed struct {
	sender   *redoxsim.Sender // nil: there is no endpoint
	store    *store
	children int // into how many child queues a subscription is split

	mu            sync.Mutex
	speed         float64 // how many times as fast as Redox retries come
	lanes         []*lane
	subscriptions map[string]*subscription
	queued        map[int64]bool // IDs of the messages that wait
	bytes         int            // of these
	verified      string         // what came of the challenge
	running       context.Context
	work          sync.WaitGroup
}

// Bounds of what waits. It is remembered until it is delivered, and leaves room for
// other messages.
const (
	maxQueued      = maxMessages / 2
	maxQueuedBytes = maxBytes / 2
)

var (
	errNoEndpoint = errors.New("there is no endpoint: start with --to URL --token TOKEN")
	errFull       = errors.New("too much is queued: resume or skip first")
)

// start lets lanes run until the context ends.
func (f *feed) start(ctx context.Context) {
	if f.sender == nil {
		return // what waits goes on waiting for an endpoint
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.running = ctx
	for _, l := range f.lanes {
		f.work.Go(func() { l.run(ctx) })
	}
	f.work.Go(func() { f.verify(ctx) })
}

// verify verifies the endpoint by challenges, as Redox does when it is set up.
func (f *feed) verify(ctx context.Context) {
	result := "verified: it answers the challenge by POST and by GET"
	if f.sender == nil {
		result = errNoEndpoint.Error()
	} else if err := f.sender.Verify(ctx); err != nil {
		result = "not verified: " + err.Error()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.verified = result
}

// batch is messages that are delivered.
type batch struct {
	order
	bodies [][]byte
	logID  string // of a message that is delivered again
	inTurn bool   // each waits until the one before it was accepted, whatever their lanes
}

// deliver queues messages, all of them or none, and returns the IDs that the store has
// given them. describe completes what is remembered of each.
func (f *feed) deliver(b batch, describe func(*message)) ([]int64, error) {
	ids, err := f.enqueue(b, describe)
	if err != nil {
		return nil, err
	}
	return ids, f.store.save()
}

func (f *feed) enqueue(b batch, describe func(*message)) ([]int64, error) {
	if f.sender == nil {
		return nil, errNoEndpoint
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.running == nil || f.running.Err() != nil {
		return nil, errors.New("the feed does not run")
	}
	size, deliveries := 0, make([]*delivery, len(b.bodies))
	for i, body := range b.bodies {
		d, err := newDelivery(body, b.logID, b.order)
		if err != nil {
			return nil, err
		}
		if d.lane, err = f.laneOf(d); err != nil {
			return nil, err
		}
		size, deliveries[i] = size+d.size, d
	}
	if len(f.queued)+len(deliveries) > maxQueued || f.bytes+size > maxQueuedBytes {
		return nil, errFull
	}
	ids := make([]int64, len(deliveries))
	for i, d := range deliveries {
		m := message{
			Direction: fromRedox, At: time.Now(), Body: b.bodies[i], LogID: d.message.LogID,
			Lane: d.lane.name(), Child: d.lane.child, State: stateQueued, order: b.order,
		}
		if b.inTurn && i > 0 {
			m.After = ids[i-1]
		}
		describe(&m)
		d.after, d.id = m.After, f.store.add(m)
		ids[i] = d.id
		f.append(d)
	}
	return ids, nil
}

// append puts a delivery at the end of its lane. f.mu is held.
func (f *feed) append(d *delivery) {
	f.queued[d.id] = true
	f.bytes += d.size
	d.lane.queue = append(d.lane.queue, d)
	d.lane.tell()
}

// setSpeed changes how fast retries come, those that are waited for included.
func (f *feed) setSpeed(speed float64) error {
	if err := checkSpeed(speed); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, l := range f.lanes {
		if wait := time.Until(l.Next); wait > 0 {
			l.Next = time.Now().Add(time.Duration(float64(wait) * f.speed / speed))
			l.changed()
		}
	}
	f.speed = speed
	return nil
}

// checkSpeed refuses speeds at which nothing would come, or all at once.
func checkSpeed(speed float64) error {
	if !(speed >= 0.01 && speed <= 10_000) {
		return errors.New("the speed must be from 0.01 to 10000")
	}
	return nil
}
