-- Every event is stamped when it is written and sealed when its transaction commits.
--
-- hash(n) = SHA-256(hash(n-1) || text of event n). The chain's order is the order of commits:
-- the lock is held from "commit begins" to "commit done", so transactions still run side by side.
-- A fork cannot exist: seq, prev and hash are unique each.

CREATE FUNCTION audit_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.at := clock_timestamp();
    NEW.transaction := pg_current_xact_id()::text::bigint;
    NEW.version := 1;
    RETURN NEW;
END $$;

CREATE TRIGGER audit_event_stamped BEFORE INSERT ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_stamp();

-- The event as text: an array, so that no two events can share a text. A new column is a new
-- version with its own branch; the old branches stay for ever.
CREATE FUNCTION audit_text(e audit_event) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_array(
        e.version, e.id, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        e.transaction, e.kind, e.action, e.actor_id, e."right", e.via, e.case_id, e.number,
        e.unit_id, e.object_type, e.object_id, encode(e.payload_digest, 'hex')
    )::text
$$;

CREATE FUNCTION audit_hash(prev bytea, e audit_event) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(prev || convert_to(audit_text(e), 'UTF8'))
$$;

CREATE FUNCTION audit_digest(salt bytea, body jsonb) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(salt || convert_to(body::text, 'UTF8'))
$$;

CREATE FUNCTION audit_genesis() RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT decode(repeat('00', 32), 'hex')
$$;

CREATE FUNCTION audit_seal_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    head audit_seal;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('audit_seal', 0));
    SELECT * INTO head FROM audit_seal ORDER BY seq DESC LIMIT 1;
    INSERT INTO audit_seal (seq, event_id, prev, hash)
    VALUES (
        coalesce(head.seq, 0) + 1,
        NEW.id,
        coalesce(head.hash, audit_genesis()),
        audit_hash(coalesce(head.hash, audit_genesis()), NEW)
    );
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER audit_event_sealed AFTER INSERT ON audit_event
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_seal_event();

-- A seal is only ever laid by the trigger above.
CREATE FUNCTION audit_refuse_by_hand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION '% is written by the database itself', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER audit_seal_by_trigger_only BEFORE INSERT ON audit_seal
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_by_hand();

-- Content is written together with its event, and fits the event's digest.
CREATE FUNCTION audit_check_payload() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    e audit_event;
BEGIN
    SELECT * INTO e FROM audit_event WHERE id = NEW.event_id;
    IF e.payload_digest IS DISTINCT FROM audit_digest(NEW.salt, NEW.body)
       OR e.transaction <> pg_current_xact_id()::text::bigint THEN
        RAISE EXCEPTION 'the content does not belong to event %', NEW.event_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER audit_payload_fits AFTER INSERT ON audit_payload
    FOR EACH ROW EXECUTE FUNCTION audit_check_payload();
