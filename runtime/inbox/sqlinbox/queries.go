package sqlinbox

import (
	"regexp"
	"strings"

	"github.com/redoxgen/redoxgen/runtime/internal/sqlkit"
)

// queries are the statements in the database's spelling. Times are microseconds since
// 1970, durations microseconds.
type queries struct {
	append, newest, claim, wait, extend, retry, finish, hold, end, held, outcome sqlkit.Query

	// Of SQLite, what the functions do in PostgreSQL.
	next, admitMessages, admitKeys, queueTurns, queueWork, admitted sqlkit.Query
	place, endWork, endMessage, endTurn, following, unblock         sqlkit.Query
	deleteKeys, deleteMessages, deleteEntries                       sqlkit.Query

	// Of PostgreSQL.
	admit, lock, queue, free, purge, delete sqlkit.Query

	forReplay, again, resume, endHeld               sqlkit.Query
	clamp, stats, failing, probe, addSecret, secret sqlkit.Query
}

func queriesOf(d sqlkit.Dialect) queries {
	no, yes := "0", "1"
	if d == sqlkit.PostgreSQL {
		no, yes = "false", "true"
	}
	spell := strings.NewReplacer("{yes}", yes, "{no}", no)
	query := func(text string, params int) sqlkit.Query { return d.Query(spell.Replace(text), params) }
	write := func(text string, params int) sqlkit.Query { return d.Write(spell.Replace(text), params) }
	q := queries{
		extend:  write(`UPDATE redoxgen_inbox_work SET due = {now} + $3, pause = $3 WHERE pos = $1 AND fence = $2`, 3),
		retry:   write(`UPDATE redoxgen_inbox_work SET due = {now} + $3, pause = $3, fence = 0, ended = {no} WHERE pos = $1 AND fence = $2`, 3),
		hold:    query(`UPDATE redoxgen_inbox_work SET due = 9223372036854775807, pause = 9223372036854775807, fence = 0, ended = {no}, held = {yes} WHERE pos = $1 AND fence = $2`, 2),
		end:     query(`UPDATE redoxgen_inbox_work SET ended = {yes} WHERE pos = $1 AND fence = $2 RETURNING pos`, 2),
		outcome: query(`SELECT outcome FROM redoxgen_inbox WHERE id = $1`, 1),

		endMessage: query(`UPDATE redoxgen_inbox SET outcome = $2, attempts = $3, finished = {now} WHERE id = $1`, 3),
		forReplay: query(`SELECT b.hashes, b.received, m.outcome, w.pos FROM redoxgen_inbox m JOIN redoxgen_inbox_message b ON b.id = m.id
			LEFT JOIN redoxgen_inbox_work w ON w.id = m.id WHERE m.id = $1`, 1),
		again:   query(`UPDATE redoxgen_inbox SET outcome = 0, finished = NULL WHERE id = $1`, 1),
		resume:  query(`UPDATE redoxgen_inbox_work SET due = {now}, pause = 0, held = {no}, attempt = CASE WHEN held THEN 0 ELSE attempt END, replay = replay OR held, handler = CASE WHEN held THEN $2 ELSE handler END WHERE pos = $1 AND fence = 0`, 2),
		endHeld: query(`DELETE FROM redoxgen_inbox_work WHERE pos = $1`, 1),

		clamp:     query(`UPDATE redoxgen_inbox_work SET due = {now} + pause WHERE blocked = 0 AND due > {start} AND due - pause > {start} AND held = {no}`, 0),
		failing:   query(`SELECT m.hashes FROM redoxgen_inbox_work w JOIN redoxgen_inbox_message m ON m.id = w.id WHERE w.blocked = 0 AND w.due > {start} AND w.fence = 0`, 0),
		addSecret: query(`INSERT INTO redoxgen_inbox_secret (one, secret, proof) VALUES (1, $1, $2) ON CONFLICT (one) DO NOTHING`, 2),
		secret:    query(`SELECT secret, proof FROM redoxgen_inbox_secret WHERE one = 1`, 0),
	}
	if d == sqlkit.PostgreSQL {
		q.append = query(`SELECT redoxgen_inbox_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, 10)
		q.newest = query(`SELECT coalesce(max(id), 0) FROM redoxgen_inbox_new`, 0)
		q.admit = query(`SELECT redoxgen_inbox_admit($1, $2)`, 2)
		q.claim = write(claimPostgres, 3)
		q.held = query(`SELECT pos FROM redoxgen_inbox_work WHERE pos = $1 AND fence = $2 FOR UPDATE`, 2) // nobody claims it until the transaction ends
		q.finish = query(`SELECT redoxgen_inbox_finish($1, $2, $3, $4)`, 4)
		q.lock = query(`SELECT redoxgen_inbox_lock($1)`, 1)
		q.queue = query(`SELECT redoxgen_inbox_queue($1, $2, $3, true, $4, $5)`, 5)
		q.free = query(`SELECT redoxgen_inbox_free($1, $2)`, 2)
		q.purge = query(`SELECT redoxgen_inbox_purge($1)`, 1)
		q.delete = query(`SELECT redoxgen_inbox_delete($1)`, 1)
		q.wait = query(`SELECT CASE WHEN (SELECT min(id) FROM redoxgen_inbox_new) IS NOT NULL THEN 0 ELSE `+firstDue+` END`, 0)
		q.stats = query(`SELECT `+figures+`, (SELECT count(*) FROM redoxgen_inbox_new),
			(SELECT m.received FROM redoxgen_inbox_message m WHERE m.id = (SELECT min(id) FROM redoxgen_inbox_new)) FROM redoxgen_inbox_work`, 0)
		q.probe = query(`UPDATE redoxgen_inbox_work SET fence = fence WHERE false`, 0)
		return q
	}
	q.append = query(`INSERT INTO redoxgen_inbox_message (id, key, message_key, hashes, data_model, event_type, source, log_id, attempt_id, received, raw)
		VALUES (max(`+greatest+`, (SELECT admitted FROM redoxgen_inbox_state)) + 1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (key) DO NOTHING`, 10)
	q.newest = query(`SELECT CASE WHEN `+greatest+` > admitted THEN `+greatest+` ELSE 0 END FROM redoxgen_inbox_state`, 0)
	q.next = query(`SELECT admitted, min(admitted + $1, `+greatest+`), pos FROM redoxgen_inbox_state`, 1)
	q.admitMessages = query(`INSERT INTO redoxgen_inbox (id, message_key, data_model, event_type, source, log_id, attempt_id, received, size)
		SELECT id, message_key, data_model, event_type, source, log_id, attempt_id, received, length(raw)
		FROM redoxgen_inbox_message WHERE id > $1 AND id <= $2`, 2)
	q.admitKeys = query(`INSERT INTO redoxgen_inbox_key (hash, id) `+parts+` SELECT hash, id FROM part WHERE hash <> x''`, 3)
	q.queueTurns = query(`INSERT INTO redoxgen_inbox_turn (hash, pos) `+parts+` SELECT hash, pos FROM part WHERE hash <> x''`, 3)
	q.queueWork = query(`INSERT INTO redoxgen_inbox_work (pos, id, received, blocked, due, replay, run, handler, ended, held) `+parts+`
		SELECT pos, id, received, sum((SELECT max(t.pos) FROM redoxgen_inbox_turn t WHERE t.hash = part.hash AND t.pos < part.pos) IS NOT NULL), {now}, $4, $5, $6, 0, 0
		FROM part GROUP BY id`, 6)
	q.admitted = query(`UPDATE redoxgen_inbox_state SET admitted = $1, pos = $2`, 2)
	q.place = query(`UPDATE redoxgen_inbox_state SET pos = pos + 1 RETURNING pos`, 0)
	q.claim = query(claimSQLite, 3)
	q.held = query(`SELECT pos FROM redoxgen_inbox_work WHERE pos = $1 AND fence = $2`, 2)
	q.endWork = query(`DELETE FROM redoxgen_inbox_work WHERE pos = $1 AND fence = $2 RETURNING id, attempt`, 2)
	q.endTurn = query(`DELETE FROM redoxgen_inbox_turn WHERE hash = $1 AND pos = $2`, 2)
	q.following = query(`SELECT min(pos) FROM redoxgen_inbox_turn WHERE hash = $1 AND pos > $2`, 2)
	q.unblock = query(`UPDATE redoxgen_inbox_work SET blocked = blocked - 1 WHERE pos = $1`, 1)
	q.deleteKeys = query(`DELETE FROM redoxgen_inbox_key WHERE (hash, id) IN (`+parts+` SELECT hash, id FROM part)`, 3)
	q.deleteMessages = query(`DELETE FROM redoxgen_inbox_message WHERE id > $1 AND id <= $2`, 2)
	q.deleteEntries = query(`DELETE FROM redoxgen_inbox WHERE id > $1 AND id <= $2`, 2)
	q.wait = query(`SELECT CASE WHEN `+greatest+` > admitted THEN 0 ELSE `+firstDue+` END FROM redoxgen_inbox_state`, 0)
	q.stats = query(`SELECT `+figures+`, max(`+greatest+` - (SELECT admitted FROM redoxgen_inbox_state), 0),
		(SELECT received FROM redoxgen_inbox_message WHERE id = (SELECT admitted + 1 FROM redoxgen_inbox_state)) FROM redoxgen_inbox_work`, 0)
	q.probe = query(sqlkit.ProbeSQLite, 0)
	return q
}

// greatest is the greatest id of SQLite.
const greatest = `coalesce((SELECT max(id) FROM redoxgen_inbox_message), 0)`

// parts are the hashes of the messages of SQLite above $1 up to $2, of which the first is
// at the place behind $3; one that is empty of a message without any. They are halved
// until they are single ones, so that many take no longer than as many messages.
const parts = `WITH RECURSIVE half (id, pos, received, hashes) AS (
	SELECT id, $3 + id - $1, received, hashes FROM redoxgen_inbox_message WHERE id > $1 AND id <= $2
	UNION ALL SELECT id, pos, received, substr(hashes, 1, length(hashes) / 32 * 16) FROM half WHERE length(hashes) > 16
	UNION ALL SELECT id, pos, received, substr(hashes, length(hashes) / 32 * 16 + 1) FROM half WHERE length(hashes) > 16),
	part (id, pos, received, hash) AS (SELECT id, pos, received, hashes FROM half WHERE length(hashes) <= 16)`

// firstDue is in how long the first message may be claimed.
const firstDue = `(SELECT min(due) FROM redoxgen_inbox_work WHERE blocked = 0) - {now}`

// What a claim returns.
const claimed = `m.id, m.message_key, m.hashes, m.data_model, m.event_type, m.source, m.log_id, m.attempt_id, m.received, m.raw`

// claimPostgres claims up to $1 messages with fence $2 and lease $3; workers that claim
// at the same time skip each other's rows.
const claimPostgres = `
WITH free AS (
	SELECT pos, id FROM redoxgen_inbox_work WHERE blocked = 0 AND due <= {start}
	ORDER BY due, pos LIMIT $1 FOR UPDATE SKIP LOCKED)
UPDATE redoxgen_inbox_work w SET fence = $2, attempt = w.attempt + 1, due = {now} + $3, pause = $3
FROM free JOIN redoxgen_inbox_message m ON m.id = free.id WHERE w.pos = free.pos
RETURNING w.pos, w.attempt, w.replay, w.run, w.handler, w.ended, ` + claimed

// claimSQLite is the same. There RETURNING has no other table but in subqueries.
var claimSQLite = `
UPDATE redoxgen_inbox_work SET fence = $2, attempt = attempt + 1, due = {now} + $3, pause = $3
WHERE pos IN (SELECT pos FROM redoxgen_inbox_work WHERE blocked = 0 AND due <= {now} ORDER BY due, pos LIMIT $1)
RETURNING pos, attempt, replay, run, handler, ended` + regexp.MustCompile(`m\.\w+`).ReplaceAllString(", "+claimed, "(SELECT $0 FROM redoxgen_inbox_message m WHERE m.id = redoxgen_inbox_work.id)")

// figures count what is not finished, and what of it is blocked, held, claimed, and
// waits. Nothing of what is blocked is any of the others.
const figures = `count(*), coalesce(sum(CASE WHEN blocked > 0 THEN 1 ELSE 0 END), 0),
	coalesce(sum(CASE WHEN held THEN 1 ELSE 0 END), 0),
	coalesce(sum(CASE WHEN fence <> 0 THEN 1 ELSE 0 END), 0),
	coalesce(sum(CASE WHEN blocked = 0 AND fence = 0 AND NOT held AND due > {start} THEN 1 ELSE 0 END), 0),
	coalesce(max(attempt), 0), min(received)`
