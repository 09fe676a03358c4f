package sqlinbox

// functions are those of PostgreSQL: what takes several statements, each of which sees
// what was committed before it, in one request.
//
// Whoever admits or ends a message has the locks of all of its keys until the transaction
// ends, and takes them in the order of their hashes. So messages get their pos in the same
// order for all keys that they share, and nobody finds a message unfinished whose end
// does not find theirs. Keys share 2048 locks, as the server has room for some thousand
// and a message may have more keys.
//
// One transaction admits at a time, and reads what is new when it has the lock for that.
// If one append returned before another began, its id is the smaller one, and whoever
// sees the other sees it as well: it is admitted first.
//
// Who has waited for that lock admits nothing, as others just did.
//
// Plans are kept by a session, and may have been made when the tables were empty.
var functions = []string{`
CREATE FUNCTION redoxgen_inbox_append(a_key bytea, a_message_key bytea, a_hashes bytea, a_data_model bytea, a_event_type bytea,
	a_source bytea, a_log_id bytea, a_attempt_id bytea, a_received bigint, a_raw bytea) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	new_id bigint;
BEGIN
	IF current_setting('synchronous_commit') = 'off' THEN
		PERFORM set_config('synchronous_commit', 'on', true);
	END IF;
	INSERT INTO redoxgen_inbox_message (key, message_key, hashes, data_model, event_type, source, log_id, attempt_id, received, raw)
	VALUES (a_key, a_message_key, a_hashes, a_data_model, a_event_type, a_source, a_log_id, a_attempt_id, a_received, a_raw)
	ON CONFLICT (key) DO NOTHING RETURNING id INTO new_id;
	IF new_id IS NULL THEN
		RETURN 0;
	END IF;
	INSERT INTO redoxgen_inbox_new (id) VALUES (new_id);
	RETURN 1;
END $$`, `
CREATE FUNCTION redoxgen_inbox_begin() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF current_setting('transaction_isolation') <> 'read committed' THEN
		RAISE EXCEPTION 'the inbox needs transactions that are READ COMMITTED';
	END IF;
	IF current_setting('synchronous_commit') = 'off' THEN
		PERFORM set_config('synchronous_commit', 'on', true);
	END IF;
END $$`, `
CREATE FUNCTION redoxgen_inbox_locks() RETURNS bigint LANGUAGE sql STABLE AS $$
	SELECT ('redoxgen_inbox_new'::regclass::oid::bigint << 12) + 1 -- others of the database have others
$$`, `
CREATE FUNCTION redoxgen_inbox_lock(hashes bytea) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM redoxgen_inbox_begin();
	FOR i IN 0 .. length(hashes) / 16 - 1 LOOP
		PERFORM pg_advisory_xact_lock(redoxgen_inbox_locks() + (get_byte(hashes, i * 16) << 3) + (get_byte(hashes, i * 16 + 1) >> 5));
	END LOOP;
END $$`, `
CREATE FUNCTION redoxgen_inbox_queue(of_id bigint, hashes bytea, at_time bigint, again boolean, is_run boolean, of_handler bytea) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	at bigint := nextval('redoxgen_inbox_pos');
	h bytea;
	n integer := 0;
BEGIN
	FOR i IN 0 .. length(hashes) / 16 - 1 LOOP
		h := substr(hashes, i * 16 + 1, 16);
		IF (SELECT max(t.pos) FROM redoxgen_inbox_turn t WHERE t.hash = h) IS NOT NULL THEN
			n := n + 1;
		END IF;
		INSERT INTO redoxgen_inbox_turn (hash, pos) VALUES (h, at);
	END LOOP;
	INSERT INTO redoxgen_inbox_work (pos, id, received, blocked, due, replay, run, handler, ended, held)
	VALUES (at, of_id, at_time, n, (extract(epoch from clock_timestamp())*1000000)::bigint, again, CASE WHEN is_run THEN at ELSE 0 END, of_handler, false, false);
END $$`, `
CREATE FUNCTION redoxgen_inbox_admit(most integer, most_keys integer) RETURNS bigint LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
	ids bigint[];
	m record;
BEGIN
	IF (SELECT min(id) FROM redoxgen_inbox_new) IS NULL THEN
		RETURN 0;
	END IF;
	PERFORM redoxgen_inbox_begin();
	IF NOT pg_try_advisory_xact_lock(redoxgen_inbox_locks() - 1) THEN
		PERFORM pg_advisory_xact_lock(redoxgen_inbox_locks() - 1);
		RETURN -1;
	END IF;
	ids := ARRAY(SELECT id FROM (
		SELECT id, sum(length(hashes) / 16) OVER (ORDER BY id) - length(hashes) / 16 AS keys_before
		FROM (SELECT id FROM redoxgen_inbox_new ORDER BY id LIMIT most) n JOIN redoxgen_inbox_message USING (id)) s
		WHERE keys_before < most_keys ORDER BY id);
	IF cardinality(ids) = 0 THEN
		RETURN 0;
	END IF;
	PERFORM redoxgen_inbox_lock(coalesce((
		SELECT string_agg(DISTINCT substr(hashes, i * 16 + 1, 16), ''::bytea ORDER BY substr(hashes, i * 16 + 1, 16))
		FROM redoxgen_inbox_message, generate_series(0, length(hashes) / 16 - 1) AS i WHERE id = ANY(ids)), ''::bytea));
	INSERT INTO redoxgen_inbox (id, message_key, data_model, event_type, source, log_id, attempt_id, received, size)
	SELECT id, message_key, data_model, event_type, source, log_id, attempt_id, received, length(raw)
	FROM redoxgen_inbox_message WHERE id = ANY(ids);
	FOR m IN SELECT id, hashes, received FROM redoxgen_inbox_message WHERE id = ANY(ids) ORDER BY id LOOP
		INSERT INTO redoxgen_inbox_key (hash, id) SELECT substr(m.hashes, i * 16 + 1, 16), m.id FROM generate_series(0, length(m.hashes) / 16 - 1) AS i;
		PERFORM redoxgen_inbox_queue(m.id, m.hashes, m.received, false, false, ''::bytea);
	END LOOP;
	DELETE FROM redoxgen_inbox_new WHERE id = ANY(ids);
	RETURN ids[cardinality(ids)];
END $$`, `
CREATE FUNCTION redoxgen_inbox_free(at bigint, hashes bytea) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	h bytea;
	n bigint;
	nexts bigint[] := '{}';
BEGIN
	FOR i IN 0 .. length(hashes) / 16 - 1 LOOP
		h := substr(hashes, i * 16 + 1, 16);
		DELETE FROM redoxgen_inbox_turn t WHERE t.hash = h AND t.pos = at;
		n := (SELECT min(t.pos) FROM redoxgen_inbox_turn t WHERE t.hash = h AND t.pos > at);
		IF n IS NOT NULL THEN
			nexts := nexts || n;
		END IF;
	END LOOP;
	FOR n IN SELECT u FROM unnest(nexts) AS u ORDER BY u LOOP
		UPDATE redoxgen_inbox_work SET blocked = blocked - 1 WHERE pos = n;
	END LOOP;
END $$`, `
CREATE FUNCTION redoxgen_inbox_finish(at bigint, of_fence bigint, as_outcome smallint, hashes bytea) RETURNS bigint LANGUAGE plpgsql SET enable_seqscan = off AS $$
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
END $$`, `
CREATE FUNCTION redoxgen_inbox_delete(of_id bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	h bytea;
BEGIN
	DELETE FROM redoxgen_inbox_message WHERE id = of_id RETURNING hashes INTO h;
	FOR i IN 0 .. coalesce(length(h), 0) / 16 - 1 LOOP
		DELETE FROM redoxgen_inbox_key WHERE hash = substr(h, i * 16 + 1, 16) AND id = of_id;
	END LOOP;
	DELETE FROM redoxgen_inbox WHERE id = of_id;
END $$`, `
CREATE FUNCTION redoxgen_inbox_purge(ids text) RETURNS bigint LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
	e bigint;
	n bigint := 0;
BEGIN
	PERFORM redoxgen_inbox_begin();
	FOR e IN SELECT id FROM redoxgen_inbox WHERE id = ANY(ids::bigint[]) AND outcome IN (1, 2) ORDER BY id FOR UPDATE SKIP LOCKED LOOP
		PERFORM redoxgen_inbox_delete(e);
		n := n + 1;
	END LOOP;
	RETURN n;
END $$`,
}
