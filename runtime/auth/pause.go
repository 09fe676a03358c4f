package auth

import (
	"errors"
	"net/http"
	"strconv"
	"time"
)

// What a 429 of a token endpoint means: all of a source's callers leave it in
// peace for as long as it says, within bounds, since a mistake there would lock
// the program out.
const (
	usualPause   = 5 * time.Second // if it does not say
	longestPause = 5 * time.Minute // the window of Redox's rate limit
)

// pause is how long an answer of status 429 wants no other request.
func (a *answer) pause(now time.Time) time.Duration {
	d := usualPause
	seconds, err := strconv.ParseUint(a.retry, 10, 64)
	switch {
	case err == nil || errors.Is(err, strconv.ErrRange): // then seconds is the largest number
		d = time.Duration(min(seconds, uint64(longestPause/time.Second))) * time.Second
	default:
		if t, err := http.ParseTime(a.retry); err == nil {
			if !a.date.IsZero() {
				now = a.date // the server's clock need not be ours
			}
			d = t.Sub(now)
		}
	}
	return min(max(d, time.Second), longestPause)
}

// pauseAfter is how long not to ask again after err.
func pauseAfter(err error) time.Duration {
	var e *Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.pause
}

// pause keeps what err says about that.
func (s *Source) pause(err error) {
	d := pauseAfter(err)
	if d <= 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.until, s.because = s.opts.Now().Add(d), err
}

// paused returns the error that began a pause, nil when there is none.
func (s *Source) paused() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.opts.Now().Before(s.until) {
		return s.because
	}
	return nil
}
