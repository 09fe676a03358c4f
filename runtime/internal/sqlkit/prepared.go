package sqlkit

import (
	"context"
	"database/sql"
)

// Prepared is a statement of SQLite that is compiled once, which otherwise takes as long
// as running it. It keeps a connection for that, unless the pool has few. Whoever uses or
// closes it has the Turn.
type Prepared struct {
	db   *DB
	q    Query
	conn *sql.Conn // nil without one
	stmt *sql.Stmt
}

// Prepared returns q to be run by Change.
func (d *DB) Prepared(q Query) *Prepared { return &Prepared{db: d, q: q} }

// fewConnections is a pool of which none is kept.
const fewConnections = 2

// Change is DB.Change.
func (p *Prepared) Change(ctx context.Context, args ...any) (n int64, err error) {
	if most := p.db.Stats().MaxOpenConnections; most > 0 && most <= fewConnections {
		p.Close()
		return p.db.Change(ctx, p.q, args...)
	}
	args = p.q.args(p.db.now, args)
	err = whileLocked(ctx, func() error {
		if err := p.open(ctx); err != nil {
			return err
		}
		result, err := p.stmt.ExecContext(ctx, args...)
		if err != nil {
			return err
		}
		n, err = result.RowsAffected()
		return err
	})
	if err != nil {
		p.Close() // the connection may be the reason
		return 0, err
	}
	return n, p.db.file.check()
}

func (p *Prepared) open(ctx context.Context) (err error) {
	if p.conn != nil {
		return nil
	}
	conn, err := p.db.Conn(ctx)
	if err != nil {
		return err
	}
	if err = setBusyTimeout(ctx, conn, 0); err == nil {
		p.stmt, err = conn.PrepareContext(ctx, p.q.Text)
	}
	p.conn = conn
	if err != nil {
		p.Close()
	}
	return err
}

// Close gives the connection back. The next Change takes one again.
func (p *Prepared) Close() {
	if p.conn == nil {
		return
	}
	if p.stmt != nil {
		_ = p.stmt.Close()
	}
	_ = setBusyTimeout(context.Background(), p.conn, p.db.busyTimeout)
	_ = p.conn.Close()
	p.conn, p.stmt = nil, nil
}
