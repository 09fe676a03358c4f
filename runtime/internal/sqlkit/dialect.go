// Package sqlkit is what the SQL stores of the runtime share: the two dialects,
// opening a database so that it is durable, and versioned schemas. It imports
// no driver.
package sqlkit

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Dialect is a kind of database.
type Dialect uint8

// The dialects.
const (
	SQLite Dialect = iota + 1
	PostgreSQL
)

// DialectOf returns the dialect that a database/sql driver of that name speaks.
func DialectOf(driver string) (Dialect, error) {
	switch driver {
	case "sqlite", "sqlite3":
		return SQLite, nil
	case "postgres", "pgx", "pgx/v5":
		return PostgreSQL, nil
	default:
		return 0, fmt.Errorf("unknown database driver %q: known are sqlite, sqlite3, pgx, postgres", driver)
	}
}

// Microseconds is how times and durations are stored.
func Microseconds(d time.Duration) int64 { return d.Microseconds() }

// Query is a statement in a dialect's spelling.
type Query struct {
	Text    string
	needNow bool
}

// Query spells a statement with parameters $1 to $params. {now} stands for the
// time in microseconds since 1970: the server's own clock where there is a
// server, so that receivers need not agree on the time. {start} is the time at
// which the statement began; PostgreSQL can look that up in an index, whereas
// {now} may differ for every row.
func (d Dialect) Query(text string, params int) Query {
	if d == PostgreSQL {
		return Query{Text: strings.NewReplacer(
			"{now}", "(extract(epoch from clock_timestamp())*1000000)::bigint",
			"{start}", "(extract(epoch from statement_timestamp())*1000000)::bigint",
		).Replace(text)}
	}
	now := "?" + strconv.Itoa(params+1)
	q := Query{Text: strings.NewReplacer("$", "?", "{now}", now, "{start}", now).Replace(text)}
	q.needNow = strings.Contains(q.Text, now)
	return q
}

// Args completes the arguments of the statement by the time now.
func (q Query) Args(now func() time.Time, args ...any) []any {
	if q.needNow {
		return append(args, now().UnixMicro())
	}
	return args
}
