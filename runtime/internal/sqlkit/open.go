package sqlkit

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Open opens a database with a driver that the program imports. An SQLite
// database waits for other writers, and survives a crash of the program and
// of the machine. The pool of connections to PostgreSQL has Connections at most.
func Open(ctx context.Context, driverName, dsn string) (*sql.DB, error) {
	dialect, err := DialectOf(driverName)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(sql.Drivers(), driverName) {
		return nil, fmt.Errorf("database driver %q is not part of the program: import it, such as %s", driverName, example(dialect))
	}
	if dialect == SQLite && !inMemory(dsn) && fileName(dsn) == "" {
		return nil, errors.New(`an SQLite database without a file name: every connection would be a database of its own, gone when it closes; name a file, such as file:redox.db`)
	}
	if dialect == PostgreSQL {
		dsn = poolable(driverName, dsn)
	}
	db, err := sql.Open(driverName, dsn)
	if err != nil {
		return nil, err
	}
	if dialect == PostgreSQL {
		limitPool(db)
	} else if db, err = tuneSQLite(db, dsn); err != nil {
		return nil, err
	}
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return nil, err
	}
	return db, nil
}

func example(d Dialect) string {
	if d == SQLite {
		return `_ "modernc.org/sqlite"`
	}
	return `_ "github.com/jackc/pgx/v5/stdlib" (its name is pgx)`
}

// pragmas apply to every connection; they are the same for all SQLite drivers,
// unlike the options of their DSNs, over which they prevail. The program's own
// statements wait for other writers as the last one says.
var pragmas = []string{
	"PRAGMA busy_timeout = 0",
	"PRAGMA journal_mode = WAL",
	"PRAGMA synchronous = FULL",
	"PRAGMA busy_timeout = 10000",
}

// tuneSQLite replaces db by one whose connections begin with the pragmas.
func tuneSQLite(db *sql.DB, dsn string) (*sql.DB, error) {
	d := db.Driver()
	_ = db.Close() // nothing was opened yet
	var c driver.Connector = dsnConnector{d, dsn}
	if dc, ok := d.(driver.DriverContext); ok {
		var err error
		if c, err = dc.OpenConnector(dsn); err != nil {
			return nil, err
		}
	}
	db = sql.OpenDB(tuned{c})
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(8)
	if inMemory(dsn) {
		// Every connection to it would be a database of its own.
		db.SetMaxOpenConns(1)
	}
	return db, nil
}

func inMemory(dsn string) bool {
	return strings.Contains(dsn, ":memory:") || strings.Contains(dsn, "mode=memory")
}

// fileName returns the DSN without what stands before and after the file's name.
func fileName(dsn string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(dsn, "file:"), "?")
	return strings.TrimPrefix(name, "//")
}

type dsnConnector struct {
	driver driver.Driver
	dsn    string
}

func (c dsnConnector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }
func (c dsnConnector) Driver() driver.Driver                        { return c.driver }

type tuned struct{ driver.Connector }

func (c tuned) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range pragmas {
		if err := whileLocked(ctx, func() error { return exec(ctx, conn, p) }); err != nil {
			_ = conn.Close()
			return nil, fmt.Errorf("%s: %w", p, err)
		}
	}
	return conn, nil
}

func exec(ctx context.Context, conn driver.Conn, text string) error {
	e, ok := conn.(driver.ExecerContext)
	if !ok {
		return fmt.Errorf("the driver's %T cannot execute statements", conn)
	}
	_, err := e.ExecContext(ctx, text, nil)
	return err
}
