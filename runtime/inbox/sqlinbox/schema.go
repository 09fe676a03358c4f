package sqlinbox

import (
	"regexp"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

// Outcomes as they are stored.
const (
	pending = 0
	handled = 1
	dead    = 2
	held    = 3
)

// schemaOf returns the steps from an empty database to the newest version. Steps are
// only ever added.
//
// redoxgen_inbox has every message that is kept. redoxgen_inbox_work has those alone that
// are to be handled, so that what is kept costs nothing when one is claimed. Its pos is
// the place of the message among those of its keys: its id, or of a replay a later one.
// blocked is the number of its keys that have an unfinished message before it, which the
// end of each of these lowers: whoever claims looks at what is free alone, however
// many wait. due is when a message may be claimed, and pause how long after it was set: of a claim,
// the lease. redoxgen_inbox_key has the keys of all messages, by which they are found,
// and which of them wait.
func schemaOf(d sqlkit.Dialect) []string {
	spell := strings.NewReplacer("{bytes}", "BLOB", "{flag}", "INTEGER", "{small}", "INTEGER", "{big}", "INTEGER", "{id}", "INTEGER PRIMARY KEY AUTOINCREMENT", "{rowless}", "WITHOUT ROWID", "{true}", "1", "{busy}", "")
	if d == sqlkit.PostgreSQL {
		spell = strings.NewReplacer("{bytes}", "bytea", "{flag}", "boolean", "{small}", "smallint", "{big}", "bigint", "{id}", "bigserial PRIMARY KEY", "{rowless}", "", "{true}", "true",
			"{busy}", "WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000)")
	}
	steps := []string{`CREATE TABLE redoxgen_inbox (
			id          {id},
			key         {bytes} NOT NULL UNIQUE,
			message_key {bytes} NOT NULL,
			hashes      {bytes} NOT NULL,
			data_model  {bytes} NOT NULL,
			event_type  {bytes} NOT NULL,
			source      {bytes} NOT NULL,
			log_id      {bytes} NOT NULL,
			attempt_id  {bytes} NOT NULL,
			received    {big}   NOT NULL,
			size        integer NOT NULL,
			outcome     {small} NOT NULL DEFAULT 0,
			attempts    integer NOT NULL DEFAULT 0,
			finished    {big},
			raw         {bytes} NOT NULL
		)`,
		`CREATE INDEX redoxgen_inbox_log ON redoxgen_inbox (log_id)`,
		`CREATE INDEX redoxgen_inbox_event ON redoxgen_inbox (data_model, event_type, id)`,
		`CREATE INDEX redoxgen_inbox_source ON redoxgen_inbox (source, id)`,
		`CREATE INDEX redoxgen_inbox_received ON redoxgen_inbox (received)`,
		`CREATE INDEX redoxgen_inbox_outcome ON redoxgen_inbox (outcome, id) WHERE outcome <> 1`,
		`CREATE INDEX redoxgen_inbox_finished ON redoxgen_inbox (finished) WHERE finished IS NOT NULL`,
		`CREATE TABLE redoxgen_inbox_work (
			pos      {big}   PRIMARY KEY,
			id       {big}   NOT NULL UNIQUE,
			received {big}   NOT NULL,
			blocked  integer NOT NULL,
			due      {big}   NOT NULL,
			pause    {big}   NOT NULL DEFAULT 0,
			fence    {big}   NOT NULL DEFAULT 0,
			attempt  integer NOT NULL DEFAULT 0,
			replay   {flag}  NOT NULL,
			run      {big}   NOT NULL,
			handler  {bytes} NOT NULL,
			ended    {flag}  NOT NULL,
			held     {flag}  NOT NULL
		) {busy}`,
		`CREATE INDEX redoxgen_inbox_due ON redoxgen_inbox_work (due, pos) WHERE blocked = 0`,
		`CREATE INDEX redoxgen_inbox_oldest ON redoxgen_inbox_work (received)`,
		`CREATE TABLE redoxgen_inbox_key (
			hash {bytes} NOT NULL,
			pos  {big}   NOT NULL,
			id   {big}   NOT NULL,
			open {flag}  NOT NULL,
			PRIMARY KEY (hash, pos)
		) {rowless}`,
		`CREATE INDEX redoxgen_inbox_open ON redoxgen_inbox_key (hash, pos) WHERE open = {true}`,
		`CREATE TABLE redoxgen_inbox_secret (
			one    integer PRIMARY KEY CHECK (one = 1),
			secret {bytes},
			proof  {bytes} NOT NULL
		)`}
	for i, s := range steps {
		steps[i] = spell.Replace(s)
	}
	if d == sqlkit.PostgreSQL {
		steps = append(steps, functions...)
	}
	return steps
}

// queries are the statements in the database's spelling. Times are microseconds since
// 1970, durations microseconds.
type queries struct {
	append, claim, extend, retry, finish, hold, end, held, outcome sqlkit.Query

	// Of SQLite, what the functions do in PostgreSQL.
	insert, addWork, addKey, endWork, endMessage, closeKey, removeKey, next, unblock sqlkit.Query

	forReplay, again, resume, free, lock, position, purgeMessage, purgeKey, purgeWork sqlkit.Query
	clamp, stats, failing, probe, addSecret, secret                                   sqlkit.Query
}

func queriesOf(d sqlkit.Dialect) queries {
	probe, claim, yes, no := sqlkit.ProbeSQLite, claimSQLite, "1", "0"
	heldText := "SELECT pos FROM redoxgen_inbox_work WHERE pos = $1 AND fence = $2"
	if d == sqlkit.PostgreSQL {
		probe, claim, yes, no = "UPDATE redoxgen_inbox_work SET fence = fence WHERE false", claimPostgres, "true", "false"
		heldText += " FOR UPDATE" // nobody claims it until the transaction ends
	}
	flags := strings.NewReplacer("{yes}", yes, "{no}", no)
	query := func(text string, params int) sqlkit.Query { return d.Query(flags.Replace(text), params) }
	write := func(text string, params int) sqlkit.Query { return d.Write(flags.Replace(text), params) }
	return queries{
		append:  query(`SELECT redoxgen_inbox_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, 10),
		claim:   write(claim, 3),
		extend:  write(`UPDATE redoxgen_inbox_work SET due = {now} + $3, pause = $3 WHERE pos = $1 AND fence = $2`, 3),
		retry:   write(`UPDATE redoxgen_inbox_work SET due = {now} + $3, pause = $3, fence = 0, ended = {no} WHERE pos = $1 AND fence = $2`, 3),
		finish:  query(`SELECT redoxgen_inbox_finish($1, $2, $3, $4)`, 4),
		hold:    query(`UPDATE redoxgen_inbox_work SET due = 9223372036854775807, pause = 9223372036854775807, fence = 0, ended = {no}, held = {yes} WHERE pos = $1 AND fence = $2`, 2),
		end:     query(`UPDATE redoxgen_inbox_work SET ended = {yes} WHERE pos = $1 AND fence = $2 RETURNING pos`, 2),
		held:    query(heldText, 2),
		outcome: query(`SELECT outcome FROM redoxgen_inbox WHERE id = $1`, 1),

		insert: query(`INSERT INTO redoxgen_inbox (key, message_key, hashes, data_model, event_type, source, log_id, attempt_id, received, raw, size)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, length($10)) ON CONFLICT (key) DO NOTHING RETURNING id`, 10),
		addWork: query(`INSERT INTO redoxgen_inbox_work (pos, id, received, blocked, due, replay, run, handler, ended, held)
			VALUES ($1, $2, $3, $4, {now}, $5, $6, $7, {no}, {no})`, 7),
		addKey:     query(`INSERT INTO redoxgen_inbox_key (hash, pos, id, open) VALUES ($1, $2, $3, {yes}) RETURNING EXISTS (SELECT 1 FROM redoxgen_inbox_key WHERE hash = $1 AND pos < $2 AND open = {yes})`, 3),
		endWork:    query(`DELETE FROM redoxgen_inbox_work WHERE pos = $1 AND fence = $2 RETURNING id, attempt`, 2),
		endMessage: query(`UPDATE redoxgen_inbox SET outcome = $2, attempts = $3, finished = {now} WHERE id = $1`, 3),
		closeKey:   query(`UPDATE redoxgen_inbox_key SET open = {no} WHERE hash = $1 AND pos = $2 AND id = $2`, 2),
		removeKey:  query(`DELETE FROM redoxgen_inbox_key WHERE hash = $1 AND pos = $2 AND id <> $2`, 2),
		next:       query(`SELECT pos FROM redoxgen_inbox_key WHERE hash = $1 AND pos > $2 AND open = {yes} ORDER BY pos LIMIT 1`, 2),
		unblock:    query(`UPDATE redoxgen_inbox_work SET blocked = blocked - 1 WHERE pos = $1`, 1),

		forReplay:    query(`SELECT m.hashes, m.received, m.outcome, w.pos FROM redoxgen_inbox m LEFT JOIN redoxgen_inbox_work w ON w.id = m.id WHERE m.id = $1`, 1),
		again:        query(`UPDATE redoxgen_inbox SET outcome = 0, finished = NULL WHERE id = $1`, 1),
		resume:       query(`UPDATE redoxgen_inbox_work SET due = {now}, pause = 0, held = {no}, attempt = CASE WHEN held THEN 0 ELSE attempt END, replay = replay OR held, handler = CASE WHEN held THEN $2 ELSE handler END WHERE pos = $1 AND fence = 0`, 2),
		free:         query(`SELECT redoxgen_inbox_free($1, $2)`, 2),
		lock:         query(`SELECT redoxgen_inbox_lock($1)`, 1),
		position:     query(`SELECT nextval('redoxgen_inbox_id_seq')`, 0),
		purgeMessage: query(`DELETE FROM redoxgen_inbox WHERE id = $1`, 1),
		purgeKey:     query(`DELETE FROM redoxgen_inbox_key WHERE hash = $1 AND pos = $2`, 2),
		purgeWork:    query(`DELETE FROM redoxgen_inbox_work WHERE id = $1 RETURNING pos`, 1),

		clamp:     query(`UPDATE redoxgen_inbox_work SET due = {now} + pause WHERE blocked = 0 AND due > {start} AND due - pause > {start} AND held = {no}`, 0),
		stats:     query(statsText, 0),
		failing:   query(`SELECT m.hashes FROM redoxgen_inbox_work w JOIN redoxgen_inbox m ON m.id = w.id WHERE w.blocked = 0 AND w.due > {start} AND w.fence = 0`, 0),
		probe:     query(probe, 0),
		addSecret: query(`INSERT INTO redoxgen_inbox_secret (one, secret, proof) VALUES (1, $1, $2) ON CONFLICT (one) DO NOTHING`, 2),
		secret:    query(`SELECT secret, proof FROM redoxgen_inbox_secret WHERE one = 1`, 0),
	}
}

// What a claim returns.
const claimed = `m.id, m.message_key, m.hashes, m.data_model, m.event_type, m.source, m.log_id, m.attempt_id, m.received, m.raw`

// claimPostgres claims up to $1 messages with fence $2 and lease $3; workers that claim
// at the same time skip each other's rows.
const claimPostgres = `
WITH free AS (
	SELECT pos, id FROM redoxgen_inbox_work WHERE blocked = 0 AND due <= {start}
	ORDER BY due, pos LIMIT $1 FOR UPDATE SKIP LOCKED)
UPDATE redoxgen_inbox_work w SET fence = $2, attempt = w.attempt + 1, due = {now} + $3, pause = $3
FROM free JOIN redoxgen_inbox m ON m.id = free.id WHERE w.pos = free.pos
RETURNING w.pos, w.attempt, w.replay, w.run, w.handler, w.ended, ` + claimed

// claimSQLite is the same. There RETURNING has no other table but in subqueries.
var claimSQLite = `
UPDATE redoxgen_inbox_work SET fence = $2, attempt = attempt + 1, due = {now} + $3, pause = $3
WHERE pos IN (SELECT pos FROM redoxgen_inbox_work WHERE blocked = 0 AND due <= {now} ORDER BY due, pos LIMIT $1)
RETURNING pos, attempt, replay, run, handler, ended` + regexp.MustCompile(`m\.\w+`).ReplaceAllString(", "+claimed, "(SELECT $0 FROM redoxgen_inbox m WHERE m.id = redoxgen_inbox_work.id)")

// statsText counts what is not finished, and what of it is blocked, held, claimed, and
// waits. Nothing of what is blocked is any of the others.
const statsText = `
SELECT count(*), coalesce(sum(CASE WHEN blocked > 0 THEN 1 ELSE 0 END), 0),
	coalesce(sum(CASE WHEN held THEN 1 ELSE 0 END), 0),
	coalesce(sum(CASE WHEN fence <> 0 THEN 1 ELSE 0 END), 0),
	coalesce(sum(CASE WHEN blocked = 0 AND fence = 0 AND NOT held AND due > {start} THEN 1 ELSE 0 END), 0),
	coalesce(max(attempt), 0), min(received)
FROM redoxgen_inbox_work`
