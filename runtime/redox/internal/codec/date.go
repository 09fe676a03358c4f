package codec

import "time"

// validDate reports whether s is an ISO 8601 date in one of the forms that
// ParseDateTime reads.
func validDate(s string) bool {
	_, ok := parseDate(s)
	return ok
}

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
	end := digitsEnd(r.s, 0)
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
