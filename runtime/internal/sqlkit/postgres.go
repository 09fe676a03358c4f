package sqlkit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Connections is how many connections to PostgreSQL a pool of Open has at most:
// however many messages come at once, other programs can connect too.
const Connections = 20

func limitPool(db *sql.DB) {
	db.SetMaxOpenConns(Connections)
	db.SetMaxIdleConns(Connections)
	db.SetConnMaxIdleTime(time.Minute)
}

// TxOptions are those of the stores' transactions. They wait for each other by
// locks and then read what the other wrote, which PostgreSQL does in READ
// COMMITTED alone; a server or role may have another default.
func (d Dialect) TxOptions() *sql.TxOptions {
	if d == PostgreSQL {
		return &sql.TxOptions{Isolation: sql.LevelReadCommitted}
	}
	return nil
}

// idleMost is how long a transaction may wait for the program's next statement
// when the context has no deadline.
const idleMost = 10 * time.Minute

// LimitTx has PostgreSQL itself end tx, and so its locks, when it is idle or a
// statement of it runs for longer than ctx has: the program's machine may be gone
// without a word. It makes no limit longer that the server has set, and leaves
// out what an older server does not know.
func LimitTx(ctx context.Context, tx *sql.Tx) error {
	settings := "'idle_in_transaction_session_timeout'"
	limit := idleMost
	if deadline, ok := ctx.Deadline(); ok {
		settings += ", 'statement_timeout', 'transaction_timeout', 'tcp_user_timeout'"
		// A second longer, so that the context ends what still can be ended by it.
		limit = min(max(time.Until(deadline), 0)+time.Second, 24*time.Hour)
	}
	milliseconds := fmt.Sprintf("'%dms'", limit.Milliseconds())
	// tcp_user_timeout is shown without its unit.
	_, err := tx.ExecContext(ctx, `SELECT set_config(name, `+milliseconds+`, true)
FROM unnest(ARRAY[`+settings+`]) AS name, regexp_replace(current_setting(name, true), '^\d+$', '\&ms') AS now
WHERE now = '0ms' OR now::interval > `+milliseconds)
	return err
}

// retry repeats a single statement that PostgreSQL refused because another
// wrote the row at the same time. In READ COMMITTED, its usual default, that
// does not happen.
func retry(ctx context.Context, statement func() error) error {
	const tries = 20
	for i := 1; ; i++ {
		err := statement()
		if i == tries || sqlState(err) != "40001" {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(i) * time.Millisecond):
		}
	}
}

// sqlState knows the drivers' errors by the method they share; "" for others.
func sqlState(err error) string {
	var e interface{ SQLState() string }
	if errors.As(err, &e) {
		return e.SQLState()
	}
	return ""
}

// poolable returns the DSN with a mode of pgx that prepares no statements on
// the server, unless it names a mode: a pooler such as PgBouncer may run each
// transaction on another session of the server, which knows of others' statements.
func poolable(driver, dsn string) string {
	const name, mode = "default_query_exec_mode", "cache_describe"
	if driver == "postgres" || strings.Contains(dsn, name) || strings.HasPrefix(dsn, "registeredConnConfig") {
		return dsn
	}
	switch setting := name + "=" + mode; {
	case !strings.Contains(dsn, "://"):
		return strings.TrimSpace(dsn + " " + setting)
	case strings.Contains(dsn, "?"):
		return dsn + "&" + setting
	default:
		return dsn + "?" + setting
	}
}

// advised adds the setting that helps where the sessions of a pooler have mixed up
// prepared statements.
func advised(err error) error {
	switch sqlState(err) {
	case "42P05", "26000":
		return fmt.Errorf("%w (behind a pooler in transaction mode, as of PgBouncer, a pgx DSN needs default_query_exec_mode=cache_describe, one of lib/pq binary_parameters=yes)", err)
	}
	return err
}
