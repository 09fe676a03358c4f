package sqlkit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// DB is a database as the stores use it: every statement ends when its context
// does, is durable when it returns, and repeats what another writer kept from
// running. It is safe for concurrent use.
type DB struct {
	*sql.DB
	Dialect Dialect
	now     func() time.Time

	// Of SQLite alone.
	Turn        Turn
	busyTimeout int   // in milliseconds, of the program's own statements
	file        *file // nil in memory
}

// New returns db, which driver opened, for use by a store. It refuses settings
// of SQLite under which a crash loses what was committed. Now is the clock for
// SQLite, nil for time.Now.
func New(ctx context.Context, db *sql.DB, driver string, now func() time.Time) (*DB, error) {
	dialect, err := DialectOf(driver)
	if err != nil {
		return nil, err
	}
	if db == nil {
		return nil, errors.New("there is no database: was the error of what opens it looked at?")
	}
	if now == nil {
		now = time.Now
	}
	d := &DB{DB: db, Dialect: dialect, now: now}
	if dialect == SQLite {
		err = d.inspect(ctx)
	}
	return d, err
}

// runner is what runs statements: a database, a connection or a transaction.
type runner interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Scan runs a statement and reads the one row that it returns, sql.ErrNoRows
// if it returns none.
func (d *DB) Scan(ctx context.Context, q Query, args []any, dest ...any) error {
	args, q.needNow = q.args(d.now, args), false // it is begun now, however often it is tried
	return d.run(ctx, func(r runner) error { return d.ScanBy(ctx, r, q, args, dest...) })
}

// ScanBy is Scan by a transaction or a connection, at the first try.
func (d *DB) ScanBy(ctx context.Context, r runner, q Query, args []any, dest ...any) error {
	if q.durable {
		dest = append(dest, new(any))
	}
	return r.QueryRowContext(ctx, q.Text, q.args(d.now, args)...).Scan(dest...)
}

// Change returns how many rows a statement changed.
func (d *DB) Change(ctx context.Context, q Query, args ...any) (n int64, err error) {
	args, q.needNow = q.args(d.now, args), false
	err = d.run(ctx, func(r runner) (err error) {
		n, err = d.ChangeBy(ctx, r, q, args...)
		return err
	})
	return n, err
}

// ChangeBy is Change by a transaction or a connection, at the first try.
func (d *DB) ChangeBy(ctx context.Context, r runner, q Query, args ...any) (int64, error) {
	result, err := r.ExecContext(ctx, q.Text, q.args(d.now, args)...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// run runs a single statement until no other writer keeps it from running.
func (d *DB) run(ctx context.Context, statement func(runner) error) error {
	if d.Dialect == PostgreSQL {
		return advised(retry(ctx, func() error { return statement(d.DB) }))
	}
	conn, err := d.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return d.OnConn(ctx, conn, func() error { return statement(conn) })
}

// OnConn runs f, which begins or is a statement, on a connection of SQLite. It
// waits for other writers as ctx says, which SQLite's own waiting ignores.
func (d *DB) OnConn(ctx context.Context, conn *sql.Conn, f func() error) error {
	if err := setBusyTimeout(ctx, conn, 0); err != nil {
		return err
	}
	err := whileLocked(ctx, f)
	// The connection is the program's as well.
	if restored := setBusyTimeout(context.WithoutCancel(ctx), conn, d.busyTimeout); err == nil {
		err = restored
	}
	if err == nil {
		err = d.file.check()
	}
	return err
}

func setBusyTimeout(ctx context.Context, conn *sql.Conn, milliseconds int) error {
	_, err := conn.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", milliseconds))
	return err
}
