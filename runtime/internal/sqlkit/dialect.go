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
	durable bool // returns a column more
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

// Write is Query for a statement whose changes must survive a crash of the
// server, also where the role or the database has synchronous_commit = off: it
// sets that on until the transaction ends. It says so with each row that it
// changes, in a column that DB.Scan skips.
func (d Dialect) Write(text string, params int) Query {
	if d == PostgreSQL {
		text += durably(text)
	}
	q := d.Query(text, params)
	q.durable = d == PostgreSQL
	return q
}

func durably(text string) string {
	const column = " CASE WHEN current_setting('synchronous_commit') = 'off' THEN set_config('synchronous_commit', 'on', true) END"
	if strings.Contains(text, "RETURNING") {
		return "," + column
	}
	return " RETURNING" + column
}

// args completes the arguments of the statement by the time now.
func (q Query) args(now func() time.Time, args []any) []any {
	if q.needNow {
		return append(args[:len(args):len(args)], now().UnixMicro())
	}
	return args
}

// ProbeSQLite writes for no other purpose than to find out whether that works.
// A statement that changes nothing does not notice a full disk.
const ProbeSQLite = `INSERT INTO redoxgen_schema (component, version) VALUES ('probe', 0)
ON CONFLICT (component) DO UPDATE SET version = 1 - version`
