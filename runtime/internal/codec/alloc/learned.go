package alloc

import "sync/atomic"

// Learned is what the messages of an event lately needed. It is safe for
// concurrent use.
type Learned struct {
	text      textShare
	sizes     []sliceSize // by the number of the slice type
	groups    atomic.Pointer[groups]
	sampled   atomic.Uint32 // messages that groups were learned from
	preserved average       // objects that preserve something
}

// NewLearned returns what is known of an event before its first message. It
// knows the slice types that have a number by then.
func NewLearned() *Learned { return &Learned{sizes: make([]sliceSize, sliceCount())} }

// sliceSize is how many elements of a slice type a message has.
type sliceSize struct {
	average
	present atomic.Uint32 // in how many of the sampled messages
}

// expect returns for how many elements to make room.
func (l *Learned) expect(slice int) int {
	if l == nil || slice >= len(l.sizes) {
		return 1
	}
	return l.sizes[slice].expect()
}

// textShare is how many bytes of text an event's messages held lately for each
// kilobyte of JSON, so that a message's text takes one allocation of its size.
type textShare struct{ perKB atomic.Uint32 }

// expect returns how much text to expect in so many bytes of JSON.
func (s *textShare) expect(size int) int {
	share := int(s.perKB.Load())
	if share == 0 {
		share = 512
	}
	return int(int64(size)*int64(share)>>10) + 16
}

// learn notes how much text there was. It follows a higher share at once and a
// lower one by and by.
func (s *textShare) learn(text, size int) {
	if size == 0 {
		return
	}
	now, was := text<<10/size+1, int(s.perKB.Load())
	if now < was {
		now = was - (was-now)/8
	}
	if now != was {
		s.perKB.Store(uint32(min(now, 4<<10)))
	}
}

// average is the moving average of a count, in sixteenths.
type average struct{ sixteenths atomic.Uint32 }

func (a *average) expect() int { return int(a.sixteenths.Load()+15) / 16 }

// learn counts n in, with a quarter of the weight.
func (a *average) learn(n int) {
	now, was := min(n, 1<<16)*16, int(a.sixteenths.Load())
	if was != 0 {
		now = was + (now-was)/4
	}
	if now != was {
		a.sixteenths.Store(uint32(now))
	}
}
