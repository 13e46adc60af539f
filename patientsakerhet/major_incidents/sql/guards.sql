-- What must hold of every major incident, whatever code runs.

-- A case of the kind has its incident.
CREATE FUNCTION major_incidents_case_has_its_incident() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM major_incidents_majorincident i WHERE i.case_id = NEW.id) THEN
        PERFORM cases_refuse('case_has_its_incident', format('case %s: no incident', NEW.number));
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER case_has_its_incident AFTER INSERT ON cases_case
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'major_incident')
    EXECUTE FUNCTION major_incidents_case_has_its_incident();

-- At the commit: restored only with a time for it, closed only with what was learnt.
CREATE FUNCTION major_incidents_fits_its_state() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    k record;
    i major_incidents_majorincident%ROWTYPE;
BEGIN
    SELECT id, number, status INTO k FROM cases_case WHERE id = NEW.id;
    SELECT * INTO i FROM major_incidents_majorincident x WHERE x.case_id = k.id;
    IF k.status IN ('restored', 'closed') AND i.ended_at IS NULL THEN
        PERFORM cases_refuse('incident_has_ended',
            format('case %s: %s without an end', k.number, k.status));
    END IF;
    IF k.status = 'closed' AND (i.severity = '' OR i.consequence = '' OR i.cause = '' OR i.lessons = '') THEN
        PERFORM cases_refuse('incident_closed_with_its_lessons',
            format('case %s: closed without consequence, cause or lessons', k.number));
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER incident_fits_its_state AFTER UPDATE ON cases_case
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'major_incident')
    EXECUTE FUNCTION major_incidents_fits_its_state();

-- An incident is not gathered under an incident: only what is of a kind that people report.
CREATE FUNCTION major_incidents_gathers_reports() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM cases_case c
                   JOIN cases_kindstate s ON s.kind = c.kind AND s.status = c.status
                   WHERE c.id = NEW.case_id AND s.needs_receipt) THEN
        PERFORM cases_refuse('gathered_case_is_of_a_reported_kind',
            format('case %s: its kind is never reported', NEW.case_id));
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER gathered_case_is_of_a_reported_kind BEFORE INSERT OR UPDATE ON major_incidents_gatheredcase
    FOR EACH ROW EXECUTE FUNCTION major_incidents_gathers_reports();
CREATE TRIGGER major_incident_is_never_deleted
    BEFORE DELETE OR TRUNCATE ON major_incidents_majorincident
    FOR EACH STATEMENT EXECUTE FUNCTION cases_never('major_incident_is_never_deleted');
