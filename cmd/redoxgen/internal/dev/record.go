package dev

import (
	"time"

	"github.com/redoxgen/redoxgen/runtime/redoxsim"
)

// direction says who sent a message.
type direction string

const (
	toRedox   direction = "to Redox"
	fromRedox direction = "from Redox"
)

// The states of a message from Redox.
const (
	stateQueued    = "queued"
	stateRetrying  = "not accepted, tried again"
	stateDelivered = "accepted"
	stateSkipped   = "skipped"
)

// message is one message, in either direction.
type message struct {
	ID        int64
	Direction direction
	At        time.Time
	Event     string // as the schemas name it; "" if they do not know it
	Body      []byte `json:"-"` // saved beside the rest, which changes
	LogID     string
	Errors    int
	Warnings  int

	// Of a message to Redox.
	Path   string
	Client string
	Status int
	Answer []byte

	// Of a message from Redox.
	Lane     string // name of the lane
	Child    int    // number of the child queue
	State    string
	Attempts []redoxsim.Attempt `json:"-"` // saved one by one
	Tried    int                // attempts, forgotten ones included

	// Of one that waits.
	Place int64 // where in its lane: the one with the lowest is delivered first
	After int64 // ID of the message, of any lane, that is delivered before it; 0: none
	order

	change int64 // number of the last change
}

// order is how a message is delivered.
type order struct {
	Times       int  // how often it is still to be accepted
	AnswerLost  bool // the answer of the next attempt gets lost
	NewerSchema bool // it gets members that no schema knows
}

// waits reports whether the message is in the queue of a lane.
func (m *message) waits() bool { return m.State == stateQueued || m.State == stateRetrying }

// What a message and an attempt take beside their content, about.
const (
	messageOverhead = 512
	attemptOverhead = 256
)

func (m *message) size() int {
	n := messageOverhead + len(m.Body) + len(m.Answer)
	for _, a := range m.Attempts {
		n += attemptOverhead + len(a.Body)
		for name, values := range a.Header {
			n += len(name)
			for _, v := range values {
				n += len(v)
			}
		}
	}
	return n
}
