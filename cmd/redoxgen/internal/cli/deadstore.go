//go:build !redoxgen_bootstrap

package cli

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/redoxgen/redoxgen/cmd/redoxgen/internal/input"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/deadletter/sqldeadletter"
)

// sqliteMark is how the file of an SQLite database begins.
const sqliteMark = "SQLite format 3\x00"

// openDeadLetters opens the store at path and returns the name by which to call it,
// which has no password.
func openDeadLetters(ctx context.Context, path string) (store deadletter.Store, name string, closeStore func(), err error) {
	db, err := databaseAt(path)
	if err != nil {
		return nil, "", nil, err
	}
	if db.driver == "" {
		store, err = deadletter.Open(path)
		return store, path, func() {}, err
	}
	if err := db.require(ctx, "redoxgen_deadletter"); err != nil {
		return nil, "", nil, err
	}
	sqlStore, err := sqldeadletter.Open(ctx, db.driver, db.dsn)
	if err != nil {
		return nil, "", nil, fmt.Errorf("%s: %w", db.name, err)
	}
	return sqlStore, db.name, func() { _ = sqlStore.Close() }, nil
}

// database is where a database is, and the name by which to call it.
type database struct{ driver, dsn, name string }

// databaseAt returns the database at path, without a driver if there is none.
func databaseAt(path string) (database, error) {
	if strings.HasPrefix(path, "postgres://") || strings.HasPrefix(path, "postgresql://") {
		u, err := url.Parse(path)
		if err != nil {
			return database{}, errors.New("the URL of the database is not a URL")
		}
		if u.Query().Has("password") { // which the driver repeats in errors
			return database{}, errors.New("the URL of the database has a parameter password: set $PGPASSWORD instead")
		}
		return database{"pgx", path, u.Scheme + "://" + u.Host + u.Path}, nil
	}
	info, err := os.Stat(path)
	if err == nil && !info.IsDir() && !info.Mode().IsRegular() {
		return database{}, fmt.Errorf("%s is neither a directory nor a file", path)
	}
	if err == nil && !info.IsDir() && isSQLite(path) {
		escaped := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
		return database{"sqlite", "file:" + escaped + "?mode=rw", path}, nil
	}
	return database{}, nil
}

func isSQLite(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	start := make([]byte, len(sqliteMark))
	_, err = io.ReadFull(f, start)
	return err == nil && string(start) == sqliteMark
}

// require returns an error if a database does not have a table: to open a store would
// create its tables in a database of something else.
func (d database) require(ctx context.Context, table string) error {
	if !slices.Contains(sql.Drivers(), d.driver) {
		return fmt.Errorf("%s: this redoxgen has no drivers for databases: build it with -tags redoxgen_sql", d.name)
	}
	db, err := sql.Open(d.driver, d.dsn)
	if err == nil {
		defer db.Close()
		_, err = db.ExecContext(ctx, "SELECT 1 FROM "+table+" WHERE 1 = 0")
	}
	if err != nil {
		return fmt.Errorf("%s: %w", d.name, err)
	}
	return nil
}

// readKeys reads keys of AES-256-GCM. Errors repeat nothing of them.
func readKeys(ctx context.Context, files []string) ([]cipher.AEAD, error) {
	var keys []cipher.AEAD
	for _, file := range files {
		text, err := input.File(ctx, file, maxKey)
		if err != nil {
			return nil, fmt.Errorf("the key: %w", err)
		}
		text = bytes.TrimSpace(text)
		key, err := hex.DecodeString(string(text))
		if err != nil {
			key, err = base64.StdEncoding.DecodeString(string(text))
		}
		if err != nil || len(key) != 32 {
			return nil, fmt.Errorf("%s: not a key of 32 bytes in hexadecimal or base64, as openssl rand -hex 32 makes", file)
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		aead, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			return nil, err
		}
		keys = append(keys, aead)
	}
	return keys, nil
}
