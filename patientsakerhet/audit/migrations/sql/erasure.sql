-- Erasing content leaves an event that names what was erased, on what ground, by which decision.

CREATE FUNCTION audit_erase(
    events bigint[], actor bigint, basis text, decision text, salt bytea
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    told jsonb := jsonb_build_object(
        'events', to_jsonb(events), 'basis', basis, 'decision', decision
    );
    erased_by bigint;
BEGIN
    IF coalesce(cardinality(events), 0) NOT BETWEEN 1 AND 1000 OR basis !~ '\S' OR decision !~ '\S' THEN
        RAISE EXCEPTION 'an erasure names up to 1000 events, a legal basis and a decision'
            USING ERRCODE = 'restrict_violation';
    END IF;
    INSERT INTO audit_event (
        kind, action, actor_id, "right", via, number, object_type, payload_digest
    ) VALUES (
        'change', 'audit.erased', actor, '', '', '', '', audit_digest(salt, told)
    ) RETURNING id INTO erased_by;
    INSERT INTO audit_payload (event_id, salt, body) VALUES (erased_by, salt, told);
    INSERT INTO audit_erasure (event_id, erased_by_id) SELECT unnest(events), erased_by;
    DELETE FROM audit_payload WHERE event_id = ANY(events);
    RETURN erased_by;
END $$;

-- An erasure belongs to an event of the same transaction that lists it, and what tells of an
-- erasure is never erased itself.
CREATE FUNCTION audit_check_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM audit_event e JOIN audit_payload p ON p.event_id = e.id
        WHERE e.id = NEW.erased_by_id
          AND e.action = 'audit.erased'
          AND e.transaction = pg_current_xact_id()::text::bigint
          AND p.body -> 'events' @> to_jsonb(NEW.event_id)
    ) OR EXISTS (
        SELECT FROM audit_event
        WHERE id = NEW.event_id AND action IN ('audit.erased', 'audit.restored')
    ) THEN
        RAISE EXCEPTION 'event % cannot be erased this way', NEW.event_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER audit_erasure_told BEFORE INSERT ON audit_erasure
    FOR EACH ROW EXECUTE FUNCTION audit_check_erasure();
