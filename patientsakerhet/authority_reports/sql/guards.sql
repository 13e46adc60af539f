-- What must hold of every authority report, whatever code runs.
-- Its arrows lie in the spine's own table, under the kind authority_report.

-- A report begins as a candidate, moves along legal arrows, keeps its case and kind, and is handed in
-- only in a way that the authority takes it.
CREATE FUNCTION authority_reports_report_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (SELECT FROM cases_kindstate s
                       WHERE s.kind = 'authority_report' AND s.status = NEW.status AND s.is_initial) THEN
            PERFORM cases_refuse('authority_report_begins_as_candidate',
                format('report on case %s: begins as %s', NEW.case_id, NEW.status));
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.version <> OLD.version + 1 THEN
        PERFORM cases_refuse('authority_report_version_increases_by_one',
            format('report %s: version %s cannot become %s', OLD.id, OLD.version, NEW.version));
    END IF;
    IF NEW.case_id <> OLD.case_id OR NEW.kind_id <> OLD.kind_id
        OR NEW.created_by_id <> OLD.created_by_id OR NEW.created_at <> OLD.created_at THEN
        PERFORM cases_refuse('authority_report_keeps_its_case',
            format('report %s: case, kind and origin do not change', OLD.id));
    END IF;
    IF NEW.status <> OLD.status AND NOT EXISTS (
        SELECT FROM cases_arrow a
        WHERE a.kind = 'authority_report' AND a.source = OLD.status AND a.target = NEW.status) THEN
        PERFORM cases_refuse('authority_report_takes_legal_steps',
            format('report %s: no step from %s to %s', OLD.id, OLD.status, NEW.status));
    END IF;
    IF NEW.channel <> OLD.channel AND NEW.channel <> '' AND NOT EXISTS (
        SELECT FROM authority_reports_reportkind k
        WHERE k.id = NEW.kind_id AND NEW.channel = ANY (k.channels)) THEN
        PERFORM cases_refuse('authority_report_sent_as_it_is_taken',
            format('report %s: not taken by %s', OLD.id, NEW.channel));
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER authority_report_guard BEFORE INSERT OR UPDATE ON authority_reports_authorityreport
    FOR EACH ROW EXECUTE FUNCTION authority_reports_report_guard();
CREATE TRIGGER authority_report_is_never_deleted
    BEFORE DELETE OR TRUNCATE ON authority_reports_authorityreport
    FOR EACH STATEMENT EXECUTE FUNCTION cases_never('authority_report_is_never_deleted');
CREATE TRIGGER report_event_is_never_changed
    BEFORE UPDATE OR DELETE OR TRUNCATE ON authority_reports_reportevent
    FOR EACH STATEMENT EXECUTE FUNCTION cases_never('report_event_is_never_changed');
CREATE TRIGGER report_supplement_is_never_changed
    BEFORE UPDATE OR DELETE OR TRUNCATE ON authority_reports_reportsupplement
    FOR EACH STATEMENT EXECUTE FUNCTION cases_never('report_supplement_is_never_changed');

-- At the commit: a report stands where its events end, and no final case has one that waits for a
-- decision or that was decided and never sent.
CREATE FUNCTION authority_reports_report_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    r record;
    last text;
BEGIN
    SELECT x.id, x.status, x.version, c.number, c.is_final INTO r
        FROM authority_reports_authorityreport x JOIN cases_case c ON c.id = x.case_id
        WHERE x.id = NEW.id;
    IF r.version <> NEW.version THEN
        RETURN NULL;
    END IF;
    SELECT to_status INTO last FROM authority_reports_reportevent e
        WHERE e.report_id = r.id AND e.to_status <> '' ORDER BY at DESC, id DESC LIMIT 1;
    IF last IS DISTINCT FROM r.status THEN
        PERFORM cases_refuse('authority_report_stands_where_its_events_end',
            format('report %s: events end in %s, the report in %s', r.id, last, r.status));
    END IF;
    IF r.is_final AND r.status IN ('candidate', 'under_decision', 'drafting') THEN
        PERFORM cases_refuse('case_closed_without_unsettled_reports',
            format('case %s: closed, report %s is %s', r.number, r.id, r.status));
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER authority_report_is_whole
    AFTER INSERT OR UPDATE ON authority_reports_authorityreport
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION authority_reports_report_is_whole();

CREATE FUNCTION authority_reports_case_is_settled() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    left_over record;
BEGIN
    SELECT c.number, r.id, r.status INTO left_over
        FROM authority_reports_authorityreport r JOIN cases_case c ON c.id = r.case_id
        WHERE c.id = NEW.id AND c.is_final AND r.status IN ('candidate', 'under_decision', 'drafting')
        LIMIT 1;
    IF FOUND THEN
        PERFORM cases_refuse('case_closed_without_unsettled_reports',
            format('case %s: closed, report %s is %s', left_over.number, left_over.id, left_over.status));
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER case_reports_are_settled AFTER UPDATE ON cases_case
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.is_final)
    EXECUTE FUNCTION authority_reports_case_is_settled();
