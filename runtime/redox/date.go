package redox

import (
	"errors"
	"time"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/format"
)

// Date is a calendar day as written, YYYY-MM-DD by the documentation.
// The zero value means absent, null or empty.
type Date string

// DateTime is a point in time as written: ISO 8601 in any of the precisions
// that occur in messages, from a year and month to a fraction of a second,
// with Z, an offset or neither. The zero value means absent, null or empty.
type DateTime string

// ErrDate is returned when a Date or DateTime is not written in a known form.
var ErrDate = errors.New("redox: not an ISO 8601 date in a known form")

// DateOf returns the date of t in t's location.
func DateOf(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// DateTimeOf returns t in UTC with milliseconds, as Redox writes it.
func DateTimeOf(t time.Time) DateTime {
	return DateTime(t.UTC().Format("2006-01-02T15:04:05.000Z"))
}

// IsSet reports whether d holds anything.
func (d Date) IsSet() bool { return d != "" }

// Time returns the start of the day in UTC, or ErrDate. What d leaves out is the
// earliest.
//
// Real messages have dates with a time of day and an offset. The day counts as
// it is written, since a date of birth is no point in time: in every time zone
// 1947-05-01T19:00:00-05:00 is May 1. To compare dates that may be written
// differently, compare what Time returns; Equal and Diff compare the text.
func (d Date) Time() (time.Time, error) {
	t, ok := format.ParseDate(string(d))
	if !ok {
		return time.Time{}, ErrDate
	}
	return t, nil
}

// IsSet reports whether d holds anything.
func (d DateTime) IsSet() bool { return d != "" }

// Time returns the instant, or ErrDate. What d leaves out is the earliest
// (month 1, day 1, 0 h), and UTC where it names no offset.
func (d DateTime) Time() (time.Time, error) {
	t, ok := format.ParseDateTime(string(d))
	if !ok {
		return time.Time{}, ErrDate
	}
	return t, nil
}
