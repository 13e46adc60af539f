-- What must hold of every case whatever code runs. Each refusal carries a constraint's name, so
-- that a test, and whoever reads the log, can tell them apart.

CREATE FUNCTION cases_refuse(what text, why text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', why USING ERRCODE = 'check_violation', CONSTRAINT = what;
END $$;

-- A step is legal, and the version goes up by one.
CREATE FUNCTION cases_case_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version <> OLD.version + 1 THEN
        PERFORM cases_refuse('case_version_increases_by_one',
            format('case %s: version %s cannot become %s', OLD.number, OLD.version, NEW.version));
    END IF;
    IF NEW.number <> OLD.number OR NEW.kind <> OLD.kind OR NEW.filing_unit_id <> OLD.filing_unit_id THEN
        PERFORM cases_refuse('case_keeps_its_identity',
            format('case %s: number, kind and filing unit do not change', OLD.number));
    END IF;
    IF NEW.status <> OLD.status
        AND NOT EXISTS (SELECT FROM cases_arrow a
                        WHERE a.kind = NEW.kind AND a.source = OLD.status AND a.target = NEW.status)
        AND NOT EXISTS (SELECT FROM cases_transition t
                        WHERE t.case_id = NEW.id AND t.source = 'import'
                          AND t.from_status = OLD.status AND t.to_status = NEW.status)
    THEN
        PERFORM cases_refuse('case_takes_legal_steps',
            format('case %s: no step from %s to %s', OLD.number, OLD.status, NEW.status));
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER case_guard BEFORE UPDATE ON cases_case
    FOR EACH ROW EXECUTE FUNCTION cases_case_guard();

CREATE FUNCTION cases_never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM cases_refuse(TG_ARGV[0], format('%s: %s is refused', TG_TABLE_NAME, lower(TG_OP)));
    RETURN NULL;
END $$;

CREATE TRIGGER case_is_never_deleted BEFORE DELETE OR TRUNCATE ON cases_case
    FOR EACH STATEMENT EXECUTE FUNCTION cases_never('case_is_never_deleted');

CREATE TRIGGER transition_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON cases_transition
    FOR EACH STATEMENT EXECUTE FUNCTION cases_never('transition_is_never_changed');

-- A transition is an arrow of its kind; only an imported case may bring other steps, marked so.
CREATE FUNCTION cases_transition_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    c record;
BEGIN
    SELECT kind, number, source_system INTO c FROM cases_case WHERE id = NEW.case_id;
    IF NEW.source = 'import' AND c.source_system <> '' THEN
        RETURN NEW;
    END IF;
    IF NEW.step = 'file' AND NEW.from_status = '' AND EXISTS (
        SELECT FROM cases_kindstate s
        WHERE s.kind = c.kind AND s.status = NEW.to_status AND s.is_initial) THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT FROM cases_arrow a
        WHERE a.kind = c.kind AND a.source = NEW.from_status
          AND a.step = NEW.step AND a.target = NEW.to_status) THEN
        PERFORM cases_refuse('transition_is_legal',
            format('case %s: no step %s from %s to %s',
                   c.number, NEW.step, NEW.from_status, NEW.to_status));
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER transition_guard BEFORE INSERT ON cases_transition
    FOR EACH ROW EXECUTE FUNCTION cases_transition_guard();

-- At the commit: no case without reach, deadline, receipt, trail, or with a history that says
-- something else than the case does; none closed with open measures or without an answer.
-- The row is read again, since the trigger fires once for each change of the transaction.
CREATE FUNCTION cases_case_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    c cases_case%ROWTYPE;
    last record;
    state record;
BEGIN
    SELECT * INTO c FROM cases_case WHERE id = NEW.id;
    IF NOT FOUND OR c.version <> NEW.version THEN
        RETURN NULL;
    END IF;
    SELECT is_final, needs_feedback INTO state
        FROM cases_kindstate s WHERE s.kind = c.kind AND s.status = c.status;
    IF NOT FOUND THEN
        PERFORM cases_refuse('case_has_a_known_state',
            format('case %s: unknown state %s', c.number, c.status));
    END IF;
    IF state.is_final <> c.is_final THEN
        PERFORM cases_refuse('case_final_by_its_state',
            format('case %s: is_final does not fit %s', c.number, c.status));
    END IF;
    SELECT to_status, to_unit_id, source INTO last FROM cases_transition t
        WHERE t.case_id = c.id ORDER BY occurred_at DESC, id DESC LIMIT 1;
    IF last.to_status IS DISTINCT FROM c.status OR last.to_unit_id IS DISTINCT FROM c.owning_unit_id THEN
        PERFORM cases_refuse('case_stands_where_its_history_ends',
            format('case %s: history ends in %s, the case in %s', c.number, last.to_status, c.status));
    END IF;
    IF NOT EXISTS (SELECT FROM cases_deadline d
                   WHERE d.case_id = c.id AND (c.is_final OR d.met_at IS NULL)) THEN
        PERFORM cases_refuse('case_has_a_deadline', format('case %s: no deadline', c.number));
    END IF;
    IF NOT EXISTS (SELECT FROM notifications_message m
                   WHERE m.case_id = c.id AND m.kind = 'receipt') THEN
        PERFORM cases_refuse('case_has_a_receipt', format('case %s: no receipt', c.number));
    END IF;
    IF NOT EXISTS (SELECT FROM audit_event e WHERE e.case_id = c.id) THEN
        PERFORM cases_refuse('case_has_a_trail', format('case %s: no trail', c.number));
    END IF;
    IF NOT EXISTS (SELECT FROM access_caseaccess a
                   WHERE a.case_id = c.id AND a.level IN ('owner', 'coordination')) THEN
        PERFORM cases_refuse('case_has_reached_somebody', format('case %s: reaches nobody', c.number));
    END IF;
    IF c.is_final AND EXISTS (
        SELECT FROM cases_measurecase mc JOIN cases_measure m ON m.id = mc.measure_id
        WHERE mc.case_id = c.id AND m.status IN ('planned', 'started')) THEN
        PERFORM cases_refuse('case_closed_without_open_measures',
            format('case %s: closed with open measures', c.number));
    END IF;
    IF state.needs_feedback AND last.source <> 'import' AND NOT EXISTS (
        SELECT FROM cases_comment f WHERE f.case_id = c.id AND f.purpose = 'feedback') THEN
        PERFORM cases_refuse('case_closed_with_an_answer',
            format('case %s: closed without feedback', c.number));
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER case_is_whole AFTER INSERT OR UPDATE ON cases_case
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_case_is_whole();

-- A deadline cannot go away under an open case.
CREATE FUNCTION cases_deadline_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    c record;
BEGIN
    SELECT number, is_final INTO c FROM cases_case WHERE id = OLD.case_id;
    IF FOUND AND NOT c.is_final AND NOT EXISTS (
        SELECT FROM cases_deadline d WHERE d.case_id = OLD.case_id AND d.met_at IS NULL) THEN
        PERFORM cases_refuse('case_has_a_deadline', format('case %s: no deadline', c.number));
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER deadline_guard AFTER UPDATE OR DELETE ON cases_deadline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_deadline_guard();

-- Nor can a measure be opened in a closed case.
CREATE FUNCTION cases_measure_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    measure bigint;
    c record;
BEGIN
    measure := CASE TG_TABLE_NAME WHEN 'cases_measure' THEN NEW.id
                                  ELSE (to_jsonb(NEW) ->> 'measure_id')::bigint END;
    SELECT k.number INTO c FROM cases_measurecase mc
        JOIN cases_measure m ON m.id = mc.measure_id
        JOIN cases_case k ON k.id = mc.case_id
        WHERE mc.measure_id = measure AND m.status IN ('planned', 'started') AND k.is_final
        LIMIT 1;
    IF FOUND THEN
        PERFORM cases_refuse('case_closed_without_open_measures',
            format('case %s: closed with open measures', c.number));
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER measure_guard AFTER INSERT OR UPDATE ON cases_measure
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_measure_guard();
CREATE CONSTRAINT TRIGGER measure_case_guard AFTER INSERT OR UPDATE ON cases_measurecase
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_measure_guard();

-- What was said stays said.
CREATE TRIGGER comment_is_never_deleted BEFORE DELETE OR TRUNCATE ON cases_comment
    FOR EACH STATEMENT EXECUTE FUNCTION cases_never('comment_is_never_deleted');
