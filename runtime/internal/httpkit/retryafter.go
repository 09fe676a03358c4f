package httpkit

import (
	"errors"
	"net/http"
	"strconv"
	"time"
)

// longestRetryAfter stands for all that is longer: a header can tell more than
// a Duration holds.
const longestRetryAfter = 365 * 24 * time.Hour

// RetryAfter returns how long the Retry-After header of an answer asks to wait,
// and whether there is one that can be read. It holds seconds or a date. A date
// is counted from the answer's own Date header, since the server's clock need
// not be ours, and from now where there is none.
func RetryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	value := h.Get("Retry-After")
	seconds, err := strconv.ParseUint(value, 10, 64)
	if err == nil || errors.Is(err, strconv.ErrRange) { // then seconds is the largest number
		return time.Duration(min(seconds, uint64(longestRetryAfter/time.Second))) * time.Second, true
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	if date := Date(h); !date.IsZero() {
		now = date
	}
	return min(max(until.Sub(now), 0), longestRetryAfter), true
}

// Date returns when an answer was made, by the server's clock; the zero time if
// it does not say.
func Date(h http.Header) time.Time {
	t, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return time.Time{}
	}
	return t
}
