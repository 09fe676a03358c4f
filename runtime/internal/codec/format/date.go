package format

import (
	"time"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/jsontext"
	"github.com/redoxgen/redoxgen/runtime/internal/mem"
)

// ValidDate reports whether s is an ISO 8601 date in one of the forms that
// ParseDateTime reads.
func ValidDate(s string) bool {
	if usualTime(s) {
		return true
	}
	_, ok := parseDate(s)
	return ok
}

// What Redox writes is YYYY-MM-DDThh:mm:ss.fffZ. These are its three
// times eight bytes, with a zero for every digit, and where they have no digit.
const (
	usualDate, dateSigns     = 0x2d30302d30303030, 0xff<<32 | 0xff<<56 // "0000-00-"
	usualMinute, minuteSigns = 0x30303a3030543030, 0xff<<16 | 0xff<<40 // "00T00:00"
	usualSecond, secondSigns = 0x5a3030302e30303a, 0xff | 0xff<<24 | 0xff<<56
)

// usualTime reports whether s is a time as Redox writes it, or only its date, on
// a day that every month has. It is the short way to what parseDate says of most.
func usualTime(s string) bool {
	// This leaves a digit's value of a digit, and nothing of a right sign.
	var date, minute, second uint64
	switch len(s) {
	case 24:
		date, minute, second = mem.Load8(s, 0)^usualDate, mem.Load8(s, 8)^usualMinute, mem.Load8(s, 16)^usualSecond
	case 10:
		date, minute = mem.Load8(s, 0)^usualDate, uint64(s[8]^'0')|uint64(s[9]^'0')<<8
	default:
		return false
	}
	if aboveNine(date)|aboveNine(minute)|aboveNine(second) != 0 ||
		date&dateSigns|minute&minuteSigns|second&secondSigns != 0 {
		return false
	}
	month, day := pair(date>>40), pair(minute)
	return 1 <= month && month <= 12 && 1 <= day && day <= 28 &&
		pair(minute>>24) <= 23 && pair(minute>>48) <= 59 && pair(second>>8) <= 60
}

// aboveNine is not 0 if any byte of w is above 9.
func aboveNine(w uint64) uint64 {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	return (w | (w + (0x80-10)*ones)) & highs
}

// pair returns the number whose digits are the values of w's lowest two bytes.
func pair(w uint64) uint64 { return w&15*10 + w>>8&15 }

// ParseDateTime reads YYYY, YYYY-MM, YYYY-MM-DD, or a full date with a time of
// day hh:mm, hh:mm:ss or hh:mm:ss.fraction and an offset Z, ±hh:mm, ±hhmm or
// none, which counts as UTC.
func ParseDateTime(s string) (time.Time, bool) {
	p, ok := parseDate(s)
	if !ok {
		return time.Time{}, false
	}
	zone := time.UTC
	if p.offset != 0 {
		zone = time.FixedZone("", p.offset*60)
	}
	return time.Date(p.year, time.Month(p.month), p.day, p.hour, p.minute, p.second, p.nano, zone), true
}

// ParseDate reads what ParseDateTime reads, and returns the start of the day in
// UTC. The day is the one that is written, whatever the offset.
func ParseDate(s string) (time.Time, bool) {
	p, ok := parseDate(s)
	if !ok {
		return time.Time{}, false
	}
	return time.Date(p.year, time.Month(p.month), p.day, 0, 0, 0, 0, time.UTC), true
}

type dateParts struct {
	year, month, day           int
	hour, minute, second, nano int
	offset                     int // minutes east of UTC
}

// dateReader reads digits from a string and remembers what did not fit.
type dateReader struct {
	s   string
	bad bool
}

func parseDate(s string) (dateParts, bool) {
	r := dateReader{s: s}
	p := dateParts{month: 1, day: 1}
	p.year = r.number(4, 0, 9999)
	if r.next('-') {
		p.month = r.number(2, 1, 12)
		if r.next('-') {
			p.day = r.number(2, 1, daysIn(p.year, p.month))
			if r.next('T') || r.next('t') || r.next(' ') {
				r.clock(&p)
			}
		}
	}
	return p, !r.bad && r.s == ""
}

func (r *dateReader) clock(p *dateParts) {
	p.hour = r.number(2, 0, 23)
	if !r.next(':') {
		r.bad = true
		return
	}
	p.minute = r.number(2, 0, 59)
	if r.next(':') {
		p.second = r.number(2, 0, 60)
		if r.next('.') || r.next(',') {
			p.nano = r.fraction()
		}
	}
	switch {
	case r.next('Z') || r.next('z') || r.s == "":
	case r.next('+'):
		p.offset = r.offset()
	case r.next('-'):
		p.offset = -r.offset()
	default:
		r.bad = true
	}
}

func (r *dateReader) offset() int {
	hour := r.number(2, 0, 23)
	if r.s == "" {
		return hour * 60
	}
	r.next(':')
	return hour*60 + r.number(2, 0, 59)
}

// next consumes c if it comes next.
func (r *dateReader) next(c byte) bool {
	if r.s == "" || r.s[0] != c {
		return false
	}
	r.s = r.s[1:]
	return true
}

// number reads exactly n digits that make a number within the bounds.
func (r *dateReader) number(n, low, high int) int {
	if len(r.s) < n {
		r.bad = true
		return low
	}
	v := 0
	for _, c := range []byte(r.s[:n]) {
		if c < '0' || c > '9' {
			r.bad = true
			return low
		}
		v = v*10 + int(c-'0')
	}
	r.s = r.s[n:]
	if v < low || v > high {
		r.bad = true
		return low
	}
	return v
}

// fraction reads the digits behind the decimal sign as nanoseconds.
func (r *dateReader) fraction() int {
	end := jsontext.DigitsEnd(r.s, 0)
	if end == 0 {
		r.bad = true
	}
	nano, unit := 0, 100_000_000
	for _, c := range []byte(r.s[:end]) {
		nano += int(c-'0') * unit
		unit /= 10
	}
	r.s = r.s[end:]
	return nano
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	default:
		return 31
	}
}
