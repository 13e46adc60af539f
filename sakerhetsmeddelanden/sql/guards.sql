-- What must hold of every safety notice and every unit it was sent to, whatever code runs.
-- A recipient's arrows and final states lie in the spine's own tables, under the kind of that name.

-- A case of the kind safety_notice has its notice.
CREATE FUNCTION notices_case_has_its_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM sakerhetsmeddelanden_safetynotice n WHERE n.case_id = NEW.id) THEN
        PERFORM cases_refuse('case_has_its_notice', format('case %s: no notice', NEW.number));
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER case_has_its_notice AFTER INSERT ON cases_case
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'safety_notice')
    EXECUTE FUNCTION notices_case_has_its_notice();

-- A recipient begins as chosen, moves along legal arrows, keeps its unit and its reason.
CREATE FUNCTION notices_recipient_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (SELECT FROM cases_kindstate s
                       WHERE s.kind = 'notice_recipient' AND s.status = NEW.status AND s.is_initial) THEN
            PERFORM cases_refuse('recipient_begins_as_chosen',
                format('recipient of %s: begins as %s', NEW.notice_id, NEW.status));
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.version <> OLD.version + 1 THEN
        PERFORM cases_refuse('recipient_version_increases_by_one',
            format('recipient %s: version %s cannot become %s', OLD.id, OLD.version, NEW.version));
    END IF;
    IF NEW.notice_id <> OLD.notice_id OR NEW.unit_id <> OLD.unit_id OR NEW.ground <> OLD.ground
        OR NEW.reason <> OLD.reason OR NEW.chosen_by_id IS DISTINCT FROM OLD.chosen_by_id
        OR NEW.chosen_at <> OLD.chosen_at THEN
        -- Until it is sent to, and when it is chosen again, it is chosen for the reason that holds then.
        IF NEW.notice_id <> OLD.notice_id OR NEW.unit_id <> OLD.unit_id OR NEW.status <> 'selected' THEN
            PERFORM cases_refuse('recipient_keeps_its_reason',
                format('recipient %s: notice, unit and reason do not change', OLD.id));
        END IF;
    END IF;
    IF NEW.status <> OLD.status AND NOT EXISTS (
        SELECT FROM cases_arrow a
        WHERE a.kind = 'notice_recipient' AND a.source = OLD.status AND a.target = NEW.status) THEN
        PERFORM cases_refuse('recipient_takes_legal_steps',
            format('recipient %s: no step from %s to %s', OLD.id, OLD.status, NEW.status));
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER recipient_guard BEFORE INSERT OR UPDATE ON sakerhetsmeddelanden_recipient
    FOR EACH ROW EXECUTE FUNCTION notices_recipient_guard();
CREATE TRIGGER recipient_is_never_deleted BEFORE DELETE OR TRUNCATE ON sakerhetsmeddelanden_recipient
    FOR EACH STATEMENT EXECUTE FUNCTION cases_never('recipient_is_never_deleted');

CREATE TRIGGER recipient_event_is_never_changed
    BEFORE UPDATE OR DELETE OR TRUNCATE ON sakerhetsmeddelanden_recipientevent
    FOR EACH STATEMENT EXECUTE FUNCTION cases_never('recipient_event_is_never_changed');

-- At the commit: a recipient stands where its events end, and is unsettled only in an open notice.
-- The row is read again, since the trigger fires once for each change of the transaction.
CREATE FUNCTION notices_recipient_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    r record;
    last text;
BEGIN
    SELECT x.id, x.status, x.version, c.number, c.status AS case_status INTO r
        FROM sakerhetsmeddelanden_recipient x JOIN cases_case c ON c.id = x.notice_id
        WHERE x.id = NEW.id;
    IF r.version <> NEW.version THEN
        RETURN NULL;
    END IF;
    SELECT to_status INTO last FROM sakerhetsmeddelanden_recipientevent e
        WHERE e.recipient_id = r.id AND e.to_status <> '' ORDER BY at DESC, id DESC LIMIT 1;
    IF last IS DISTINCT FROM r.status THEN
        PERFORM cases_refuse('recipient_stands_where_its_events_end',
            format('recipient %s: events end in %s, the recipient in %s', r.id, last, r.status));
    END IF;
    IF r.case_status = 'closed' AND NOT EXISTS (
        SELECT FROM cases_kindstate s
        WHERE s.kind = 'notice_recipient' AND s.status = r.status AND s.is_final) THEN
        PERFORM cases_refuse('notice_closes_when_every_unit_is_settled',
            format('notice %s: closed, recipient %s is %s', r.number, r.id, r.status));
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER recipient_is_whole AFTER INSERT OR UPDATE ON sakerhetsmeddelanden_recipient
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION notices_recipient_is_whole();

-- At the commit: a notice closes, or is superseded, only when nothing is awaited from any unit.
CREATE FUNCTION notices_notice_is_settled() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    c record;
    left_over record;
BEGIN
    SELECT id, number, status, is_final INTO c FROM cases_case WHERE id = NEW.id;
    IF NOT c.is_final THEN
        RETURN NULL;
    END IF;
    SELECT r.id, r.status INTO left_over FROM sakerhetsmeddelanden_recipient r
        WHERE r.notice_id = c.id AND NOT EXISTS (
            SELECT FROM cases_kindstate s
            WHERE s.kind = 'notice_recipient' AND s.status = r.status AND s.is_final)
        LIMIT 1;
    IF FOUND THEN
        PERFORM cases_refuse('notice_closes_when_every_unit_is_settled',
            format('notice %s: %s, recipient %s is %s', c.number, c.status, left_over.id, left_over.status));
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER notice_is_settled AFTER UPDATE ON cases_case
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'safety_notice' AND NEW.is_final)
    EXECUTE FUNCTION notices_notice_is_settled();
