package sqlkit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// advisoryLock is the key under which PostgreSQL serialises migrations; any
// number will do as long as it stays the same.
const advisoryLock = 0x7265646f78 // "redox"

const versionTable = `CREATE TABLE IF NOT EXISTS redoxgen_schema (
	component text PRIMARY KEY,
	version   integer NOT NULL
)`

// Migrate brings a component's tables to the version len(steps), each step
// exactly once, also when several processes start at the same time. It refuses
// a database that a newer version of the component has migrated.
//
// Tables that are up to date are only read: the program's role may use tables
// and create none.
func (d *DB) Migrate(ctx context.Context, component string, steps []string) error {
	// Without an answer, as when there is no table yet, migrate finds out.
	var version int
	if err := d.Scan(ctx, d.versionQuery(), []any{component}, &version); err == nil && version == len(steps) {
		return nil
	}
	conn, err := d.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	migrate := func() error { return d.migrate(ctx, conn, component, steps) }
	if d.Dialect == PostgreSQL {
		return advised(migrate())
	}
	return d.OnConn(ctx, conn, migrate)
}

func (d *DB) migrate(ctx context.Context, conn *sql.Conn, component string, steps []string) error {
	if d.Dialect == SQLite {
		// Within the transaction this would read before the first write, and
		// SQLite does not wait for other writers after that.
		if _, err := conn.ExecContext(ctx, versionTable); err != nil {
			return err
		}
	}
	tx, err := conn.BeginTx(ctx, d.Dialect.TxOptions())
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // does nothing after Commit
	version, err := d.lockVersion(ctx, tx, component)
	if err != nil {
		return err
	}
	if version == len(steps) {
		return tx.Commit()
	}
	if version > len(steps) {
		return fmt.Errorf("the tables of %s have version %d, this program knows only %d: update the program", component, version, len(steps))
	}
	for _, step := range steps[version:] {
		if _, err := tx.ExecContext(ctx, step); err != nil {
			return fmt.Errorf("migrate %s from version %d: %w", component, version, err)
		}
		version++
	}
	q := d.Dialect.Query("UPDATE redoxgen_schema SET version = $1 WHERE component = $2", 2)
	if _, err := d.ChangeBy(ctx, tx, q, version, component); err != nil {
		return err
	}
	return tx.Commit()
}

// lockVersion keeps other migrations out until tx ends and returns the version.
func (d *DB) lockVersion(ctx context.Context, tx *sql.Tx, component string) (int, error) {
	if d.Dialect == PostgreSQL {
		if err := LimitTx(ctx, tx); err != nil {
			return 0, err
		}
		// Two that do CREATE TABLE IF NOT EXISTS at once fail.
		lock := fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", int64(advisoryLock))
		for _, text := range []string{lock, versionTable} {
			if _, err := tx.ExecContext(ctx, text); err != nil {
				return 0, err
			}
		}
	}
	// In SQLite this write is what takes the lock, before anything is read.
	insert := d.Dialect.Query("INSERT INTO redoxgen_schema (component, version) VALUES ($1, 0) ON CONFLICT (component) DO NOTHING", 1)
	if _, err := d.ChangeBy(ctx, tx, insert, component); err != nil {
		return 0, err
	}
	var version int
	err := d.ScanBy(ctx, tx, d.versionQuery(), []any{component}, &version)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("the version of %s was deleted meanwhile", component)
	}
	return version, err
}

func (d *DB) versionQuery() Query {
	return d.Dialect.Query("SELECT version FROM redoxgen_schema WHERE component = $1", 1)
}
