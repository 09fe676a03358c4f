package deid

import (
	"strconv"

	"github.com/redoxgen/redoxgen/runtime/internal/codec/format"
)

// dayLayout is the form of a date's day.
const dayLayout = "2006-01-02"

// yearOf returns a date in its form with the year alone, on the first of January at
// midnight. Years before oldest, which tell that somebody is over 89, become that.
func yearOf(s string, oldest int) string {
	t, ok := format.ParseDate(s)
	if !ok {
		return replacement
	}
	year := strconv.Itoa(max(t.Year(), oldest))
	out := []byte(s)
	copy(out, year)
	for i := len(year); i < len(out); i++ {
		switch c := out[i]; {
		case i == 6 || i == 9: // the first month and day
			out[i] = '1'
		case '0' <= c && c <= '9':
			out[i] = '0'
		}
	}
	return string(out)
}

// shifted returns a date in its form, so many days earlier. Time of day and offset stay.
func shifted(s string, days int) string {
	t, ok := format.ParseDate(s)
	if !ok {
		return replacement
	}
	day := t.AddDate(0, 0, -days)
	if day.Year() < 0 {
		day = t
	}
	var shown [len(dayLayout)]byte
	n := min(len(day.AppendFormat(shown[:0], dayLayout)), len(s))
	return string(shown[:n]) + s[n:]
}
