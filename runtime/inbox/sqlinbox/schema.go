package sqlinbox

import (
	"fmt"
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
// redoxgen_inbox_message has the messages as they were appended, which is all that an
// append writes: one row. Whoever next claims or looks for messages admits those that
// are new, many at once, in the order of their ids; that is what gives them their place
// and what they are found by. In PostgreSQL redoxgen_inbox_new says which are new, as
// transactions end in another order than their ids. In SQLite they are those above
// redoxgen_inbox_state.admitted; ids there have no gaps above it, and none is ever used
// again: an append takes the one above the greatest and above admitted.
//
// redoxgen_inbox has what every message is found by and what became of it.
// redoxgen_inbox_key has the keys by which messages are found. What a sender may make as
// long as it likes is indexed by its beginning: PostgreSQL refuses longer rows of an index.
//
// redoxgen_inbox_work has those messages alone that are to be handled, so that what is kept
// costs nothing when one is claimed. Its pos is the place of the message among those of
// its keys, which redoxgen_inbox_turn has as well, by key. blocked is the number of its
// keys that have an unfinished message before it, which the end of each of these lowers:
// whoever claims looks at what is free alone, however many wait. due is when a message may
// be claimed, and pause how long after it was set: of a claim, the lease.
func schemaOf(d sqlkit.Dialect) []string {
	spell := strings.NewReplacer("{bytes}", "BLOB", "{flag}", "INTEGER", "{small}", "INTEGER", "{big}", "INTEGER", "{id}", "INTEGER PRIMARY KEY", "{rowless}", "WITHOUT ROWID", "{busy}", "")
	if d == sqlkit.PostgreSQL {
		spell = strings.NewReplacer("{bytes}", "bytea", "{flag}", "boolean", "{small}", "smallint", "{big}", "bigint", "{id}", "bigserial PRIMARY KEY", "{rowless}", "",
			"{busy}", "WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000)")
	}
	steps := []string{`CREATE TABLE redoxgen_inbox_message (
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
			raw         {bytes} NOT NULL
		)`,
		`CREATE TABLE redoxgen_inbox (
			id          {big}   PRIMARY KEY,
			message_key {bytes} NOT NULL,
			data_model  {bytes} NOT NULL,
			event_type  {bytes} NOT NULL,
			source      {bytes} NOT NULL,
			log_id      {bytes} NOT NULL,
			attempt_id  {bytes} NOT NULL,
			received    {big}   NOT NULL,
			size        integer NOT NULL,
			outcome     {small} NOT NULL DEFAULT 0,
			attempts    integer NOT NULL DEFAULT 0,
			finished    {big}
		)`,
		`CREATE INDEX redoxgen_inbox_log ON redoxgen_inbox (` + start("log_id") + `)`,
		`CREATE INDEX redoxgen_inbox_event ON redoxgen_inbox (` + start("data_model") + `, ` + start("event_type") + `, id)`,
		`CREATE INDEX redoxgen_inbox_model ON redoxgen_inbox (` + start("data_model") + `, id)`,
		`CREATE INDEX redoxgen_inbox_type ON redoxgen_inbox (` + start("event_type") + `, id)`,
		`CREATE INDEX redoxgen_inbox_source ON redoxgen_inbox (` + start("source") + `, id)`,
		`CREATE INDEX redoxgen_inbox_received ON redoxgen_inbox (received)`,
		`CREATE INDEX redoxgen_inbox_outcome ON redoxgen_inbox (outcome, id) WHERE outcome <> 1`,
		`CREATE INDEX redoxgen_inbox_finished ON redoxgen_inbox (finished) WHERE finished IS NOT NULL`,
		`CREATE TABLE redoxgen_inbox_key (
			hash {bytes} NOT NULL,
			id   {big}   NOT NULL,
			PRIMARY KEY (hash, id)
		) {rowless}`,
		`CREATE TABLE redoxgen_inbox_turn (
			hash {bytes} NOT NULL,
			pos  {big}   NOT NULL,
			PRIMARY KEY (hash, pos)
		) {rowless} {busy}`,
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
		`CREATE TABLE redoxgen_inbox_secret (
			one    integer PRIMARY KEY CHECK (one = 1),
			secret {bytes},
			proof  {bytes} NOT NULL
		)`}
	if d == sqlkit.PostgreSQL {
		steps = append(steps,
			`CREATE SEQUENCE redoxgen_inbox_pos`,
			`CREATE TABLE redoxgen_inbox_new (id bigint PRIMARY KEY) {busy}`)
	} else {
		steps = append(steps,
			`CREATE TABLE redoxgen_inbox_state (
				one      integer PRIMARY KEY CHECK (one = 1),
				admitted integer NOT NULL,
				pos      integer NOT NULL
			)`,
			`INSERT INTO redoxgen_inbox_state (one, admitted, pos) VALUES (1, 0, 0)`)
	}
	for i, s := range steps {
		steps[i] = spell.Replace(s)
	}
	if d == sqlkit.PostgreSQL {
		steps = append(steps, functions...)
	}
	return steps
}

// indexed is how many bytes of a text are.
const indexed = 100

// start returns that beginning of a column.
func start(column string) string { return fmt.Sprintf("substr(%s, 1, %d)", column, indexed) }
