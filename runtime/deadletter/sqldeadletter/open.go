package sqldeadletter

import (
	"context"
	"fmt"

	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

// Open opens a database for dead letters alone, and returns a store in it that is to
// be closed; driver is as in New.
func Open(ctx context.Context, driver, dsn string) (*Store, error) {
	db, err := sqlkit.Open(ctx, driver, dsn)
	if err != nil {
		return nil, fmt.Errorf("sqldeadletter: %w", err)
	}
	s, err := New(ctx, db, driver)
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	s.owned = true
	return s, nil
}

// Close closes the database if Open has opened it.
func (s *Store) Close() error {
	if !s.owned {
		return nil
	}
	return s.db.Close()
}
