package sqldedup_test

import (
	"context"
	"testing"

	"github.com/redoxgen/redoxgen/internal/integration"
	"github.com/redoxgen/redoxgen/runtime/dedup"
	"github.com/redoxgen/redoxgen/runtime/dedup/sqldedup"
	"github.com/redoxgen/redoxgen/runtime/internal/storebench"
)

// The bare driver writes a row of the same size to a table of the same kind in
// the same database.

func BenchmarkSQLiteVsInsert(b *testing.B) {
	s := sqliteFile(b)
	exec(b, s, "CREATE TABLE bare (key BLOB PRIMARY KEY, seen INTEGER NOT NULL) WITHOUT ROWID")
	storebench.VsInsert(b, s, inserting(s, "INSERT INTO bare (key, seen) VALUES (?1, 1)"))
}

func BenchmarkPostgresVsInsert(b *testing.B) {
	s := openPostgres(b, integration.Postgres(b))
	exec(b, s, "CREATE TABLE bare (key bytea PRIMARY KEY, seen bigint NOT NULL)")
	storebench.VsInsert(b, s, inserting(s, "INSERT INTO bare (key, seen) VALUES ($1, 1)"))
}

func inserting(s *sqldedup.Store, statement string) func(context.Context, []byte) error {
	return func(ctx context.Context, key []byte) error {
		_, err := s.DB().ExecContext(ctx, statement, key)
		return err
	}
}

func BenchmarkSQLiteFlat(b *testing.B) {
	storebench.Flat(b, func(b *testing.B) dedup.Store { return sqliteFile(b) }, filling(`
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
INSERT INTO redoxgen_dedup (key, state, fence, attempt, until, seen)
SELECT randomblob(16), 2, i, 1, 0, CAST(strftime('%s', 'now') AS INTEGER) * 1000000 + i FROM n`, "PRAGMA wal_checkpoint(TRUNCATE)"))
}

func BenchmarkPostgresFlat(b *testing.B) {
	storebench.Flat(b, func(b *testing.B) dedup.Store { return openPostgres(b, integration.Postgres(b)) }, filling(`
INSERT INTO redoxgen_dedup (key, state, fence, attempt, until, seen)
SELECT uuid_send(gen_random_uuid()), 2, i, 1, 0, (extract(epoch from now()) * 1000000)::bigint + i
FROM generate_series(1, $1::bigint) AS i`, "VACUUM ANALYZE redoxgen_dedup", "CHECKPOINT"))
}

// filling adds rows by a statement, then has the database tidy up, so that the
// measurement does not pay for it.
func filling(statement string, after ...string) func(dedup.Store, int) error {
	return func(s dedup.Store, n int) error {
		db := s.(*sqldedup.Store).DB()
		_, err := db.Exec(statement, n)
		for _, text := range after {
			if err == nil {
				_, err = db.Exec(text)
			}
		}
		return err
	}
}
