// Package database finds the databases that arguments of the command name.
package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"
)

// sqliteMark is how the file of an SQLite database begins.
const sqliteMark = "SQLite format 3\x00"

// Database is where a database is, and the name by which to call it.
type Database struct{ Driver, DSN, Name string }

// At returns the database at path, without a driver if there is none.
func At(path string) (Database, error) {
	if strings.HasPrefix(path, "postgres://") || strings.HasPrefix(path, "postgresql://") {
		u, err := url.Parse(path)
		if err != nil {
			return Database{}, errors.New("the URL of the database is not a URL")
		}
		if u.Query().Has("password") { // which the driver repeats in errors
			return Database{}, errors.New("the URL of the database has a parameter password: set $PGPASSWORD instead")
		}
		return Database{"pgx", path, u.Scheme + "://" + u.Host + u.Path}, nil
	}
	info, err := os.Stat(path)
	if err == nil && !info.IsDir() && !info.Mode().IsRegular() {
		return Database{}, fmt.Errorf("%s is neither a directory nor a file", path)
	}
	if err == nil && !info.IsDir() && IsSQLite(path) {
		escaped := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
		return Database{"sqlite", "file:" + escaped + "?mode=rw", path}, nil
	}
	return Database{}, nil
}

// IsSQLite reports whether the file at path is an SQLite database.
func IsSQLite(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	start := make([]byte, len(sqliteMark))
	_, err = io.ReadFull(f, start)
	return err == nil && string(start) == sqliteMark
}

// Require returns an error if a database does not have a table: to open a store would
// create its tables in a database of something else.
func (d Database) Require(ctx context.Context, table string) error {
	if !slices.Contains(sql.Drivers(), d.Driver) {
		return fmt.Errorf("%s: this redoxgen has no drivers for databases: install it by go install -tags redoxgen_sql github.com/redoxgen/redoxgen/cmd/redoxgen@latest", d.Name)
	}
	db, err := sql.Open(d.Driver, d.DSN)
	if err == nil {
		defer db.Close()
		_, err = db.ExecContext(ctx, "SELECT 1 FROM "+table+" WHERE 1 = 0")
	}
	if err != nil {
		return fmt.Errorf("%s: %w; only a database that a receiver has used has the table %s", d.Name, err, table)
	}
	return nil
}
