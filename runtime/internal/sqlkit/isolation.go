package sqlkit

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// TxOptions are those of the stores' transactions. They wait for each other by
// locks and then read what the other wrote, which PostgreSQL does in READ
// COMMITTED alone; a server or role may have another default.
func (d Dialect) TxOptions() *sql.TxOptions {
	if d == PostgreSQL {
		return &sql.TxOptions{Isolation: sql.LevelReadCommitted}
	}
	return nil
}

// Retry repeats a single statement that PostgreSQL refused because another
// wrote the row at the same time. In READ COMMITTED, its usual default, that
// does not happen.
func Retry(ctx context.Context, statement func() error) error {
	const tries = 20
	for i := 1; ; i++ {
		err := statement()
		if i == tries || !serializationFailure(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(i) * time.Millisecond):
		}
	}
}

// serializationFailure knows the drivers' errors by the method they share.
func serializationFailure(err error) bool {
	var e interface{ SQLState() string }
	return errors.As(err, &e) && e.SQLState() == "40001"
}
