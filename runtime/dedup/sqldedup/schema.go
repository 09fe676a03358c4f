package sqldedup

import "github.com/redoxgen/redoxgen/runtime/internal/sqlkit"

// States as they are stored.
const (
	stateFree    = 0 // released
	stateClaimed = 1
	stateDone    = 2
)

// schemaOf returns the steps from an empty database to the newest version.
// Steps are only ever added.
//
// Keys are 16-byte hashes: any key fits, and a row stays small. The only index
// beside the key is on seen, which does not change when a claim does, so that
// PostgreSQL can update rows in place (HOT); the fill factor leaves room for it.
//
// lease is how long the lease was that ends at until: its holder's, which may
// be longer than that of a receiver that asks. lease_fence is the claim that it
// belongs to: a program of an earlier version, which may run beside this one,
// claims and leaves both as they were. Then until is taken as it is.
func schemaOf(d sqlkit.Dialect) []string {
	if d == sqlkit.SQLite {
		return []string{`CREATE TABLE redoxgen_dedup (
			key     BLOB PRIMARY KEY,
			state   INTEGER NOT NULL,
			fence   INTEGER NOT NULL,
			attempt INTEGER NOT NULL,
			until   INTEGER NOT NULL,
			seen    INTEGER NOT NULL
		) WITHOUT ROWID`,
			`CREATE INDEX redoxgen_dedup_seen ON redoxgen_dedup (seen)`,
			`ALTER TABLE redoxgen_dedup ADD COLUMN lease INTEGER`,
			`ALTER TABLE redoxgen_dedup ADD COLUMN lease_fence INTEGER`}
	}
	return []string{`CREATE TABLE redoxgen_dedup (
			key     bytea    PRIMARY KEY,
			state   smallint NOT NULL,
			fence   bigint   NOT NULL,
			attempt integer  NOT NULL,
			until   bigint   NOT NULL,
			seen    bigint   NOT NULL
		) WITH (fillfactor = 80)`,
		`CREATE INDEX redoxgen_dedup_seen ON redoxgen_dedup (seen)`,
		`ALTER TABLE redoxgen_dedup ADD COLUMN lease bigint`,
		`ALTER TABLE redoxgen_dedup ADD COLUMN lease_fence bigint`}
}

// queries are the statements in the database's spelling. Times are
// microseconds since 1970, durations microseconds.
type queries struct {
	claim, look, clamp, extend, commit, release, once, advance, purge, probe sqlkit.Query
}

func queriesOf(d sqlkit.Dialect) queries {
	probe := sqlkit.ProbeSQLite
	purge := `DELETE FROM redoxgen_dedup WHERE key IN (` + purgeable + `)`
	if d == sqlkit.PostgreSQL {
		// ARRAY makes sure the subquery runs once; receivers that purge at the
		// same time skip each other's rows.
		purge = `DELETE FROM redoxgen_dedup WHERE key = ANY(ARRAY(` + purgeable + ` FOR UPDATE SKIP LOCKED))`
		probe = probePostgres
	}
	return queries{
		claim:   d.Write(claim, 4),
		look:    d.Query(`SELECT state, fence, until, until <= {now} FROM redoxgen_dedup WHERE key = $1`, 1),
		clamp:   d.Query(clamp, 3),
		extend:  d.Write(`UPDATE redoxgen_dedup SET until = {now} + $3, lease = $3, lease_fence = fence WHERE key = $1 AND fence = $2 AND state = 1`, 3),
		commit:  d.Write(`UPDATE redoxgen_dedup SET state = 2 WHERE key = $1 AND fence = $2 AND state = 1`, 2),
		release: d.Write(`UPDATE redoxgen_dedup SET state = 0 WHERE key = $1 AND fence = $2 AND state = 1`, 2),
		once:    d.Write(once, 2),
		advance: d.Write(advance, 3),
		purge:   d.Query(purge, 2),
		probe:   d.Query(probe, 0),
	}
}

// claim takes a key that is unknown, released, whose lease ran out, or that was
// done longer ago than the retention ($4), with fence $2 and lease $3.
const claim = `
INSERT INTO redoxgen_dedup AS d (key, state, fence, attempt, until, lease, lease_fence, seen)
VALUES ($1, 1, $2, 1, {now} + $3, $3, $2, {now})
ON CONFLICT (key) DO UPDATE SET
	state = 1, fence = excluded.fence, until = excluded.until,
	lease = excluded.lease, lease_fence = excluded.lease_fence,
	attempt = CASE WHEN d.seen < {now} - $4 THEN 1 ELSE d.attempt + 1 END,
	seen = CASE WHEN d.seen < {now} - $4 THEN excluded.seen ELSE d.seen END
WHERE d.state = 0 OR (d.state = 1 AND d.until <= {now}) OR (d.state = 2 AND d.seen < {now} - $4)
RETURNING attempt`

// clamp shortens a lease that ends later than if it were given now, with fence
// $2 and end $3 as they were seen: SQLite's {now} is from before it waited for
// the lock, and the lease may have been renewed while it did.
const clamp = `
UPDATE redoxgen_dedup SET until = {now} + lease
WHERE key = $1 AND fence = $2 AND until = $3 AND state = 1
	AND lease_fence = fence AND until > {now} + lease`

// once marks a key as done unless it is. A claim's fence stays, so that its
// holder's commit finds its own claim done.
const once = `
INSERT INTO redoxgen_dedup AS d (key, state, fence, attempt, until, seen)
VALUES ($1, 2, 0, 1, 0, {now})
ON CONFLICT (key) DO UPDATE SET
	state = 2,
	seen = CASE WHEN d.seen < {now} - $2 THEN excluded.seen ELSE d.seen END
WHERE d.state <> 2 OR d.seen < {now} - $2
RETURNING attempt`

// advance notes time $2, in until, unless a later one is there that is not older
// than the retention $3. It returns, from lease, the one that was there before.
const advance = `
INSERT INTO redoxgen_dedup AS d (key, state, fence, attempt, until, seen)
VALUES ($1, 2, 0, 1, $2, {now})
ON CONFLICT (key) DO UPDATE SET
	lease = CASE WHEN d.seen < {now} - $3 THEN NULL ELSE d.until END,
	until = CASE WHEN d.seen < {now} - $3 OR d.until < excluded.until THEN excluded.until ELSE d.until END,
	seen = excluded.seen
RETURNING lease`

// purgeable finds up to $2 keys that are older than the retention $1.
const purgeable = `
SELECT key FROM redoxgen_dedup
WHERE seen < {start} - $1 AND NOT (state = 1 AND until > {start})
ORDER BY seen LIMIT $2`

// probePostgres needs all rights that the other statements need, and a server
// that takes writes, but changes nothing.
const probePostgres = `
WITH added AS (
	INSERT INTO redoxgen_dedup (key, state, fence, attempt, until, seen)
	SELECT key, state, fence, attempt, until, seen FROM redoxgen_dedup WHERE false
	ON CONFLICT (key) DO UPDATE SET state = excluded.state),
deleted AS (DELETE FROM redoxgen_dedup WHERE false)
SELECT 1`
