package sqlkit

import (
	"context"
	"database/sql"
	"sync"
)

// Runner runs the statements of a transaction, see DB.InTx.
type Runner = runner

// InTx runs f in a transaction that commits if it returns nil. SQLite's is begun as a
// writer's, and neither its statements nor its commit heed ctx: they wait for nothing.
func (d *DB) InTx(ctx context.Context, f func(ctx context.Context, r Runner) error) error {
	if d.Dialect == SQLite {
		return d.inSQLiteTx(ctx, f)
	}
	tx, err := d.BeginTx(ctx, d.Dialect.TxOptions())
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // does nothing after Commit
	if err = LimitTx(ctx, tx); err == nil {
		err = f(ctx, tx)
	}
	if err != nil {
		return err
	}
	return tx.Commit()
}

func (d *DB) inSQLiteTx(ctx context.Context, f func(ctx context.Context, r Runner) error) error {
	conn, err := d.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return d.OnConn(ctx, conn, func() error {
		if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
			return err
		}
		ctx := context.WithoutCancel(ctx)
		fine := false
		defer func() {
			if !fine { // SQLite may have ended it, or f panicked
				_, _ = conn.ExecContext(ctx, "ROLLBACK")
			}
		}()
		if err := f(ctx, conn); err != nil {
			return err
		}
		if _, err := conn.ExecContext(ctx, "COMMIT"); err != nil {
			return err
		}
		fine = true
		return nil
	})
}

// Rows runs a statement and calls row for each row that it returns, with what reads it.
func (d *DB) Rows(ctx context.Context, q Query, args []any, row func(scan func(dest ...any) error) error) error {
	args, q.needNow = q.args(d.now, args), false
	return d.run(ctx, func(r runner) error { return d.RowsBy(ctx, r, q, args, row) })
}

// RowsBy is Rows by a transaction or a connection, at the first try.
func (d *DB) RowsBy(ctx context.Context, r Runner, q Query, args []any, row func(scan func(dest ...any) error) error) error {
	rows, err := r.QueryContext(ctx, q.Text, q.args(d.now, args)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		err := row(func(dest ...any) error {
			if q.durable {
				dest = append(dest, new(any))
			}
			return rows.Scan(dest...)
		})
		if err != nil {
			return err
		}
	}
	return rows.Err()
}

// Turn is whose turn it is to write to a database of SQLite, among the goroutines of the
// process: SQLite's own waiting is a poll that is slow and unfair when many write. It is
// nil for PostgreSQL.
type Turn chan struct{}

// turns are those of files, by path: stores that share one share its turn.
var turns sync.Map

func turnOf(path string) Turn {
	t, _ := turns.LoadOrStore(path, make(Turn, 1))
	return t.(Turn)
}

// Take waits for the turn; done gives it on.
func (t Turn) Take(ctx context.Context) (done func(), err error) { return t.TakeUnless(ctx, nil) }

// TakeUnless is Take, but returns neither done nor an error when instead is closed first.
func (t Turn) TakeUnless(ctx context.Context, instead <-chan struct{}) (done func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if t == nil {
		return func() {}, nil
	}
	select {
	case t <- struct{}{}:
		return func() { <-t }, nil
	case <-instead:
		return nil, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// endKey is the key of a context's end.
type endKey struct{}

// End does in a transaction of DB what has to happen together with what it does.
type End struct {
	DB  *sql.DB
	Run func(ctx context.Context, tx *sql.Tx) error
}

// WithEnd returns a context that carries an End.
func WithEnd(ctx context.Context, end End) context.Context {
	return context.WithValue(ctx, endKey{}, end)
}

// RunEnd runs the End of the context if it is of the same database.
func RunEnd(ctx context.Context, db *sql.DB, tx *sql.Tx) error {
	if end, ok := ctx.Value(endKey{}).(End); ok && end.DB == db {
		return end.Run(ctx, tx)
	}
	return nil
}
