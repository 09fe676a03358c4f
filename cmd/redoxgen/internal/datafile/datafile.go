// Package datafile keeps values by key in a file, an SQLite database that one process has
// to itself. Programs that use it link a driver called sqlite.
package datafile

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

const (
	// application marks the databases of this package, as SQLite's application_id.
	application = 0x52784456
	// version is that of the format.
	version = 1
)

// File is an open file.
type File struct {
	path string
	db   *sql.DB
}

// Change sets the value of a key. A nil value removes the key and those below it, which
// begin with the key and a slash.
type Change struct {
	Key   string
	Value []byte
}

// Open opens the file at path, or makes one that only its owner reads. It is an error
// if another process has it, if it cannot be written, if it is of a newer version, and if
// it is something else.
func Open(ctx context.Context, path string) (*File, error) {
	if !slices.Contains(sql.Drivers(), "sqlite") {
		return nil, fmt.Errorf("%s: this redoxgen has no drivers for databases: build it with -tags redoxgen_sql", path)
	}
	made, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := made.Close(); err != nil {
		return nil, err
	}
	return open(ctx, path, "mode=rw")
}

func open(ctx context.Context, path, options string) (*File, error) {
	escaped := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
	db, err := sql.Open("sqlite", "file:"+escaped+"?_pragma=locking_mode(EXCLUSIVE)&"+options)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	db.SetMaxOpenConns(1) // which has the lock
	f := &File{path, db}
	if err := f.prepare(ctx); err != nil {
		_ = db.Close()
		return nil, f.explain(err)
	}
	return f, nil
}

// prepare takes the lock, and makes the table in a file that is new.
func (f *File) prepare(ctx context.Context) error {
	var app, format, tables int
	for query, to := range map[string]*int{
		"PRAGMA application_id": &app, "PRAGMA user_version": &format, "SELECT count(*) FROM sqlite_schema": &tables,
	} {
		if err := f.db.QueryRowContext(ctx, query).Scan(to); err != nil {
			return err
		}
	}
	isNew := app == 0 && format == 0 && tables == 0
	switch {
	case !isNew && app != application:
		return errors.New("this database belongs to something else")
	case format > version:
		return fmt.Errorf("a newer redoxgen wrote it: its format is %d, and this redoxgen knows %d", format, version)
	}
	for _, statement := range []string{
		"BEGIN EXCLUSIVE",
		"CREATE TABLE IF NOT EXISTS entry (key TEXT PRIMARY KEY, value BLOB NOT NULL)",
		fmt.Sprintf("PRAGMA application_id = %d", application),
		fmt.Sprintf("PRAGMA user_version = %d", version),
		"COMMIT",
		"PRAGMA journal_mode = WAL",
		"PRAGMA synchronous = FULL",
	} {
		if _, err := f.db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// Each calls do with every key and its value, in the order of the keys.
func (f *File) Each(ctx context.Context, do func(key string, value []byte) error) error {
	rows, err := f.db.QueryContext(ctx, "SELECT key, value FROM entry ORDER BY key")
	if err != nil {
		return f.explain(err)
	}
	defer rows.Close()
	for rows.Next() {
		var key string
		var value []byte
		if err := rows.Scan(&key, &value); err != nil {
			return f.explain(err)
		}
		if err := do(key, value); err != nil {
			return f.explain(err)
		}
	}
	return f.explain(rows.Err())
}

// Write makes the changes, in order. When it returns without an error they are all on the
// disk, otherwise none is.
func (f *File) Write(ctx context.Context, changes []Change) error {
	tx, err := f.db.BeginTx(ctx, nil)
	if err != nil {
		return f.explain(err)
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	for _, c := range changes {
		if c.Value == nil { // '0' follows '/'
			_, err = tx.ExecContext(ctx, "DELETE FROM entry WHERE key = ?1 OR key >= ?1 || '/' AND key < ?1 || '0'", c.Key)
		} else {
			_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO entry (key, value) VALUES (?, ?)", c.Key, c.Value)
		}
		if err != nil {
			return f.explain(err)
		}
	}
	return f.explain(tx.Commit())
}

// Close gives the file free for others.
func (f *File) Close() error { return f.explain(f.db.Close()) }

// The result codes of SQLite that there is advice for.
var advice = map[int]string{
	3:  "it may not be opened: make it and its directory writable",
	5:  "another process has it open, such as another redoxgen dev: end that, or name another file",
	8:  "it cannot be written: make it and its directory writable",
	10: "it cannot be read, written or locked: make it and its directory writable, on a disk of this machine",
	11: "it is damaged: name another file",
	13: "the disk is full",
	14: "it cannot be opened: make it and its directory writable",
	26: "it is no SQLite database: name another file",
}

// explain names the file in an error, and says what to do.
func (f *File) explain(err error) error {
	if err == nil {
		return nil
	}
	var coded interface{ Code() int } // of the driver
	if errors.As(err, &coded) {
		if text := advice[coded.Code()&0xff]; text != "" {
			return fmt.Errorf("%s: %s", f.path, text)
		}
	}
	return fmt.Errorf("%s: %w", f.path, err)
}
