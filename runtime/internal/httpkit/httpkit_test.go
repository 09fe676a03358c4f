package httpkit_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/runtime/internal/httpkit"
)

func TestParseURL(t *testing.T) {
	for raw, want := range map[string]string{
		"https://api.example.com/x":  "",
		"http://localhost:1":         "",
		"http://[::1]:1":             "",
		"http://example.com":         "Base: http://example.com would send secrets in the clear",
		"ftp://example.com":          "in the clear",
		"localhost:1":                "Base is not an absolute URL",
		"https://u:hunter2@host":     "without user name and password",
		"https://example.com\n":      "Base begins or ends with white space",
		" https://example.com":       "white space",
		"https://exa\nmple.com":      "control character",
		"\ufeffhttps://example.com":  "byte-order mark",
		"":                           "not an absolute URL",
		"https://example.com:port/x": "not an absolute URL",
	} {
		u, err := httpkit.ParseURL("Base", raw, "secrets", false)
		if want == "" {
			require.NoError(t, err, raw)
			assert.Equal(t, raw, u.String())
			continue
		}
		require.ErrorContains(t, err, want, "%q", raw)
		assert.NotContains(t, err.Error(), "hunter2")
	}
	_, err := httpkit.ParseURL("Base", "http://example.com", "secrets", true)
	require.NoError(t, err)
	_, err = httpkit.ParseURL("Base", "ftp://example.com", "secrets", true)
	require.Error(t, err)
}

// A date counts by the clock of the server that gives it.
func TestRetryAfter(t *testing.T) {
	ours := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	theirs := ours.Add(-7 * time.Minute)
	in := func(from time.Time, d time.Duration) string { return from.Add(d).Format(http.TimeFormat) }
	for name, tc := range map[string]struct {
		retryAfter, date string
		want             time.Duration
		told             bool
	}{
		"nothing":               {"", "", 0, false},
		"words":                 {"soon", "", 0, false},
		"seconds":               {"60", "", time.Minute, true},
		"zero":                  {"0", "", 0, true},
		"negative":              {"-1", "", 0, false},
		"out of range":          {"99999999999999999999999", "", 365 * 24 * time.Hour, true},
		"date":                  {in(ours, time.Minute), "", time.Minute, true},
		"date, clock behind":    {in(theirs, time.Minute), in(theirs, 0), time.Minute, true},
		"date, clock ahead":     {in(ours.Add(time.Hour), time.Minute), in(ours.Add(time.Hour), 0), time.Minute, true},
		"date, Date unreadable": {in(ours, time.Minute), "yesterday", time.Minute, true},
		"past":                  {in(ours, -time.Minute), in(ours, 0), 0, true},
		"far":                   {in(ours.AddDate(50, 0, 0), 0), in(ours, 0), 365 * 24 * time.Hour, true},
	} {
		h := http.Header{}
		h.Set("Retry-After", tc.retryAfter)
		h.Set("Date", tc.date)
		got, told := httpkit.RetryAfter(h, ours)
		assert.Equal(t, tc.want, got, name)
		assert.Equal(t, tc.told, told, name)
	}
}
