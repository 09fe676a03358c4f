package dev

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/redoxgen/redoxgen/runtime/redoxsim"
)

// maxLanes is how many subscriptions there can be: each has a goroutine.
const maxLanes = 200

// feed delivers messages to the endpoint, each subscription in a lane of its own.
type feed struct {
	sender *redoxsim.Sender // nil: there is no endpoint
	store  *store

	mu       sync.Mutex
	speed    float64 // how many times as fast as Redox retries come
	lanes    []*lane
	queued   int
	bytes    int
	verified string // what came of the challenge
	running  context.Context
	work     sync.WaitGroup
}

var (
	errNoEndpoint = errors.New("there is no endpoint: start with --to URL --token TOKEN")
	errFull       = errors.New("too much is queued: resume or skip first")
)

// start lets lanes run until the context ends.
func (f *feed) start(ctx context.Context) {
	f.mu.Lock()
	f.running = ctx
	f.mu.Unlock()
	if f.sender != nil {
		f.work.Go(func() { f.verify(ctx) })
	}
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

// order is how a message is delivered.
type order struct {
	twice, answerLost, newerSchema bool
	logID                          string // of a message that is delivered again
}

// deliver queues a message and returns its ID in the store. describe completes what is
// remembered of it.
func (f *feed) deliver(body []byte, o order, describe func(*message)) (int64, error) {
	if f.sender == nil {
		return 0, errNoEndpoint
	}
	m, err := redoxsim.NewMessage(body)
	if err != nil {
		return 0, err
	}
	if o.logID != "" {
		m.LogID = o.logID
	}
	m.NewerSchema = o.newerSchema
	d := &delivery{message: m, size: len(body), times: 1, loseNext: o.answerLost}
	if o.twice {
		d.times = 2
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.queued >= maxMessages || f.bytes+d.size > maxBytes {
		return 0, errFull
	}
	l, err := f.lane(m.Subscription())
	if err != nil {
		return 0, err
	}
	stored := message{Direction: fromRedox, At: time.Now(), Body: body, LogID: m.LogID, Lane: l.name, State: stateQueued}
	describe(&stored)
	d.id = f.store.add(stored)
	f.queued++
	f.bytes += d.size
	l.queue = append(l.queue, d)
	l.tell()
	return d.id, nil
}

// lane returns the lane of that name, or a new one. f.mu is held.
func (f *feed) lane(name string) (*lane, error) {
	if l := f.find(name); l != nil {
		return l, nil
	}
	switch {
	case f.running == nil || f.running.Err() != nil:
		return nil, errors.New("the feed does not run")
	case len(f.lanes) >= maxLanes:
		return nil, fmt.Errorf("there are %d subscriptions already", maxLanes)
	}
	l := &lane{name: name, feed: f, wake: make(chan struct{}, 1)}
	f.lanes = append(f.lanes, l)
	ctx := f.running
	f.work.Go(func() { l.run(ctx) })
	return l, nil
}

func (f *feed) find(name string) *lane {
	if i := slices.IndexFunc(f.lanes, func(l *lane) bool { return l.name == name }); i >= 0 {
		return f.lanes[i]
	}
	return nil
}

// The actions on a lane.
var actions = map[string]func(*lane){
	"pause":  func(l *lane) { l.paused = true },
	"resume": func(l *lane) { l.paused, l.next = false, time.Time{} },
	"retry":  func(l *lane) { l.next = time.Time{} },
	"reverse": func(l *lane) { // out of order: the last comes first
		slices.Reverse(l.queue)
		l.goOn()
	},
	"skip": func(l *lane) {
		if len(l.queue) > 0 {
			l.feed.store.update(l.queue[0].id, func(m *message) { m.State = stateSkipped })
			l.remove(0)
			l.goOn()
		}
	},
}

// act does something to a lane.
func (f *feed) act(name, action string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	l, do := f.find(name), actions[action]
	switch {
	case do == nil:
		return errors.New("there is no such action")
	case l == nil:
		return errors.New("there is no such subscription")
	}
	do(l)
	l.tell()
	return nil
}

// setSpeed changes how fast retries come, from the next attempt on.
func (f *feed) setSpeed(speed float64) error {
	if err := checkSpeed(speed); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
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

// laneState is what a page shows of a lane.
type laneState struct {
	Name     string
	Queued   int
	Paused   bool
	Stopped  time.Time
	Failures int
	Next     time.Time
	First    []int64 // IDs of the first messages
}

// state returns what the page shows.
func (f *feed) state() (lanes []laneState, verified string, speed float64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, l := range f.lanes {
		s := laneState{Name: l.name, Queued: len(l.queue), Paused: l.paused, Stopped: l.stopped, Failures: l.failures, Next: l.next}
		for _, d := range l.queue[:min(10, len(l.queue))] {
			s.First = append(s.First, d.id)
		}
		lanes = append(lanes, s)
	}
	return lanes, f.verified, f.speed
}
