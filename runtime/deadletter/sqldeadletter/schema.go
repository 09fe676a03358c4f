package sqldeadletter

import (
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

// schemaOf returns the steps from an empty database to the newest version.
// Steps are only ever added. What comes from the message is kept as bytes: a
// text column of PostgreSQL takes neither NUL nor invalid UTF-8, and no message
// may be refused.
func schemaOf(d sqlkit.Dialect) []string {
	table := `CREATE TABLE redoxgen_deadletter (
		hash       bytea  PRIMARY KEY,
		key        bytea  NOT NULL,
		reason     text   NOT NULL,
		detail     bytea  NOT NULL,
		data_model bytea  NOT NULL,
		event_type bytea  NOT NULL,
		log_id     bytea  NOT NULL,
		attempt_id bytea  NOT NULL,
		received   bigint NOT NULL,
		raw        bytea  NOT NULL
	)`
	column := "bytea"
	if d == sqlkit.SQLite {
		table, column = strings.ReplaceAll(table, "bytea ", "BLOB "), "BLOB"
	}
	return []string{table, `CREATE INDEX redoxgen_deadletter_received ON redoxgen_deadletter (received, hash)`,
		`ALTER TABLE redoxgen_deadletter ADD COLUMN sum ` + column}
}

type queries struct {
	put, versions, message, remove, count, probe sqlkit.Query
}

func queriesOf(d sqlkit.Dialect) queries {
	probe := sqlkit.ProbeSQLite
	if d == sqlkit.PostgreSQL {
		// It needs the rights to put messages, and a server that takes writes.
		probe = `
INSERT INTO redoxgen_deadletter SELECT * FROM redoxgen_deadletter WHERE false
ON CONFLICT (hash) DO UPDATE SET raw = excluded.raw`
	}
	return queries{
		probe: d.Query(probe, 0),
		put: d.Write(`
INSERT INTO redoxgen_deadletter (hash, key, reason, detail, data_model, event_type, log_id, attempt_id, received, raw, sum)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (hash) DO UPDATE SET
	key = excluded.key, reason = excluded.reason, detail = excluded.detail, data_model = excluded.data_model,
	event_type = excluded.event_type, log_id = excluded.log_id, attempt_id = excluded.attempt_id,
	received = excluded.received, raw = excluded.raw, sum = excluded.sum`, 11),
		versions: d.Query(`SELECT hash, received, attempt_id FROM redoxgen_deadletter ORDER BY received, hash`, 0),
		message: d.Query(`
SELECT key, reason, detail, data_model, event_type, log_id, raw, sum
FROM redoxgen_deadletter WHERE hash = $1 AND received = $2 AND attempt_id = $3`, 3),
		remove: d.Write(`DELETE FROM redoxgen_deadletter WHERE hash = $1 AND received = $2 AND attempt_id = $3`, 3),
		count:  d.Query(`SELECT count(*) FROM redoxgen_deadletter WHERE hash = $1`, 1),
	}
}
