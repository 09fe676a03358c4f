package sqldedup_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// longWrite takes minutes unless it is interrupted.
const longWrite = "INSERT INTO effects WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM c WHERE n < 1000000000) SELECT n FROM c"

// TestSQLiteEffectAfterTheTransaction: SQLite ends a transaction by itself when
// a write in it is interrupted or the disk is full. Nothing that an effect does
// after that may stay, whatever it makes of the error.
func TestSQLiteEffectAfterTheTransaction(t *testing.T) {
	interrupted := func(t *testing.T, tx *sql.Tx) {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		_, err := tx.ExecContext(ctx, longWrite)
		require.Error(t, err)
	}
	byHand := func(end string) func(t *testing.T, tx *sql.Tx) {
		return func(_ *testing.T, tx *sql.Tx) { _, _ = tx.Exec(end) }
	}
	insert := "INSERT INTO effects VALUES ('bed 12')"
	for name, gone := range map[string]func(t *testing.T, tx *sql.Tx){
		"interrupted": interrupted, "ROLLBACK": byHand("ROLLBACK"), "COMMIT": byHand("COMMIT"),
		"RELEASE": byHand("RELEASE redoxgen_once"), "ROLLBACK, BEGIN": byHand("ROLLBACK; BEGIN"),
	} {
		for _, heeds := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, error returned %v", name, heeds), func(t *testing.T) {
				s := sqliteFile(t)
				exec(t, s, "CREATE TABLE effects (what text NOT NULL)")
				for range 2 {
					err := s.Once(t.Context(), "k", func(tx *sql.Tx) error {
						_, err := tx.Exec("INSERT INTO effects VALUES ('before')")
						require.NoError(t, err)
						gone(t, tx)
						for _, statement := range []string{insert, "CREATE TABLE more (a)", insert + " RETURNING what"} {
							_, err = tx.Exec(statement)
						}
						if heeds && err == nil {
							err = errors.New("the effect notices")
						}
						if heeds {
							return err
						}
						return nil
					})
					assert.Error(t, err)
				}
				effects := func() (n int) {
					require.NoError(t, s.DB().QueryRow("SELECT count(*) FROM effects").Scan(&n))
					return n
				}
				assert.Zero(t, effects())
				assert.NoError(t, s.Once(t.Context(), "k", func(tx *sql.Tx) error { _, err := tx.Exec(insert); return err }))
				assert.Equal(t, 1, effects())
				exec(t, s, "INSERT INTO effects VALUES ('by the program, on any connection')")
				assert.Equal(t, 2, effects())
			})
		}
	}
}
