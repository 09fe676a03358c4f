package sqlinbox

// functions are those of PostgreSQL: what takes several statements, each of which sees
// what was committed before it, in one request.
//
// Whoever adds or ends a message has the locks of all of its keys until the transaction
// ends, and takes them in their order. So the ids that messages get under these locks
// are in the same order for all keys that they share, and nobody finds a message
// unfinished whose end does not find theirs.
var functions = []string{`
CREATE FUNCTION redoxgen_inbox_lock(hashes bytea) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF current_setting('transaction_isolation') <> 'read committed' THEN
		RAISE EXCEPTION 'the inbox needs transactions that are READ COMMITTED';
	END IF;
	IF current_setting('synchronous_commit') = 'off' THEN
		PERFORM set_config('synchronous_commit', 'on', true);
	END IF;
	FOR i IN 0 .. length(hashes) / 16 - 1 LOOP
		PERFORM pg_advisory_xact_lock(('x' || encode(substr(hashes, i * 16 + 1, 8), 'hex'))::bit(64)::bigint);
	END LOOP;
END $$`, `
CREATE FUNCTION redoxgen_inbox_queue(at bigint, of_id bigint, hashes bytea, at_time bigint, again boolean, of_run bigint, of_handler bytea) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	h bytea;
	n integer := 0;
BEGIN
	FOR i IN 0 .. length(hashes) / 16 - 1 LOOP
		h := substr(hashes, i * 16 + 1, 16);
		PERFORM 1 FROM redoxgen_inbox_key k WHERE k.hash = h AND k.open = true ORDER BY k.pos DESC LIMIT 1;
		IF FOUND THEN
			n := n + 1;
		END IF;
		INSERT INTO redoxgen_inbox_key (hash, pos, id, open) VALUES (h, at, of_id, true);
	END LOOP;
	INSERT INTO redoxgen_inbox_work (pos, id, received, blocked, due, replay, run, handler, ended, held)
	VALUES (at, of_id, at_time, n, (extract(epoch from clock_timestamp())*1000000)::bigint, again, of_run, of_handler, false, false);
END $$`, `
CREATE FUNCTION redoxgen_inbox_append(a_key bytea, a_message_key bytea, a_hashes bytea, a_data_model bytea, a_event_type bytea,
	a_source bytea, a_log_id bytea, a_attempt_id bytea, a_received bigint, a_raw bytea) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	new_id bigint;
BEGIN
	PERFORM redoxgen_inbox_lock(a_hashes);
	INSERT INTO redoxgen_inbox (key, message_key, hashes, data_model, event_type, source, log_id, attempt_id, received, raw, size)
	VALUES (a_key, a_message_key, a_hashes, a_data_model, a_event_type, a_source, a_log_id, a_attempt_id, a_received, a_raw, length(a_raw))
	ON CONFLICT (key) DO NOTHING RETURNING id INTO new_id;
	IF new_id IS NULL THEN
		RETURN 0;
	END IF;
	PERFORM redoxgen_inbox_queue(new_id, new_id, a_hashes, a_received, false, 0, ''::bytea);
	RETURN new_id;
END $$`, `
CREATE FUNCTION redoxgen_inbox_free(at bigint, hashes bytea) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	h bytea;
	n bigint;
	nexts bigint[] := '{}';
BEGIN
	FOR i IN 0 .. length(hashes) / 16 - 1 LOOP
		h := substr(hashes, i * 16 + 1, 16);
		UPDATE redoxgen_inbox_key k SET open = false WHERE k.hash = h AND k.pos = at AND k.id = at;
		DELETE FROM redoxgen_inbox_key k WHERE k.hash = h AND k.pos = at AND k.id <> at;
		SELECT k.pos INTO n FROM redoxgen_inbox_key k WHERE k.hash = h AND k.pos > at AND k.open = true ORDER BY k.pos LIMIT 1;
		IF FOUND THEN
			nexts := nexts || n;
		END IF;
	END LOOP;
	FOR n IN SELECT u FROM unnest(nexts) AS u ORDER BY u LOOP
		UPDATE redoxgen_inbox_work SET blocked = blocked - 1 WHERE pos = n;
	END LOOP;
END $$`, `
CREATE FUNCTION redoxgen_inbox_finish(at bigint, of_fence bigint, as_outcome smallint, hashes bytea) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	of_id bigint;
	n integer;
BEGIN
	PERFORM redoxgen_inbox_lock(hashes);
	DELETE FROM redoxgen_inbox_work WHERE pos = at AND fence = of_fence RETURNING id, attempt INTO of_id, n;
	IF of_id IS NULL THEN
		RETURN 0;
	END IF;
	UPDATE redoxgen_inbox SET outcome = as_outcome, attempts = n, finished = (extract(epoch from clock_timestamp())*1000000)::bigint WHERE id = of_id;
	PERFORM redoxgen_inbox_free(at, hashes);
	RETURN of_id;
END $$`,
	`ALTER TABLE redoxgen_inbox_key SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000)`,
}
