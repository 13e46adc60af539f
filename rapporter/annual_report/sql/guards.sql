-- What must hold of every patientsäkerhetsberättelse, whatever code runs.

-- A case of the kind has its report.
CREATE FUNCTION annual_report_case_has_its_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM annual_report_annualreport r WHERE r.case_id = NEW.id) THEN
        PERFORM cases_refuse('case_has_its_report', format('case %s: no report', NEW.number));
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER case_has_its_report AFTER INSERT ON cases_case
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'annual_report')
    EXECUTE FUNCTION annual_report_case_has_its_report();

-- At the commit: signed only with an edition of figures frozen at the cut-off, published only with one that is out.
CREATE FUNCTION annual_report_fits_its_state() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    k record;
BEGIN
    SELECT id, number, status INTO k FROM cases_case WHERE id = NEW.id;
    IF k.status IN ('signed', 'published') AND NOT EXISTS (
        SELECT FROM annual_report_edition e JOIN annual_report_snapshot s ON s.id = e.snapshot_id
        WHERE e.report_id = k.id AND s.is_final
          AND (k.status = 'signed' OR e.published_at IS NOT NULL)
    ) THEN
        PERFORM cases_refuse('report_signed_with_an_edition',
            format('case %s: %s without an edition', k.number, k.status));
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER report_fits_its_state AFTER UPDATE ON cases_case
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'annual_report')
    EXECUTE FUNCTION annual_report_fits_its_state();

-- What was frozen stays as it was. A fact may lose the mark of its row, when the row is erased.
CREATE FUNCTION annual_report_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM cases_refuse('frozen_rows_never_change', format('%s: frozen', TG_TABLE_NAME));
    RETURN NULL;
END $$;

CREATE TRIGGER snapshot_never_changes BEFORE UPDATE OR DELETE ON annual_report_snapshot
    FOR EACH ROW EXECUTE FUNCTION annual_report_stays();
CREATE TRIGGER cell_never_changes BEFORE UPDATE OR DELETE ON annual_report_cell
    FOR EACH ROW EXECUTE FUNCTION annual_report_stays();
CREATE TRIGGER file_never_changes BEFORE UPDATE OR DELETE ON annual_report_buildfile
    FOR EACH ROW EXECUTE FUNCTION annual_report_stays();

CREATE FUNCTION annual_report_fact_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT FROM annual_report_edition e WHERE e.snapshot_id = OLD.snapshot_id) THEN
            PERFORM cases_refuse('frozen_rows_never_change', 'fact of an edition');
        END IF;
        RETURN OLD;
    END IF;
    IF NEW.ref <> '' OR (NEW.snapshot_id, NEW.series, NEW.dims, NEW.part)
            IS DISTINCT FROM (OLD.snapshot_id, OLD.series, OLD.dims, OLD.part) THEN
        PERFORM cases_refuse('frozen_rows_never_change', 'fact');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER fact_never_changes BEFORE UPDATE OR DELETE ON annual_report_fact
    FOR EACH ROW EXECUTE FUNCTION annual_report_fact_stays();

-- An edition says for ever what was signed; it is published once.
CREATE FUNCTION annual_report_edition_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.published_at IS NOT NULL
       OR (NEW.report_id, NEW.number, NEW.snapshot_id, NEW.ingredients, NEW.sha256, NEW.signed_by_id, NEW.signed_at, NEW.reason)
       IS DISTINCT FROM
          (OLD.report_id, OLD.number, OLD.snapshot_id, OLD.ingredients, OLD.sha256, OLD.signed_by_id, OLD.signed_at, OLD.reason) THEN
        PERFORM cases_refuse('edition_never_changes', format('edition %s', OLD.id));
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER edition_never_changes BEFORE UPDATE OR DELETE ON annual_report_edition
    FOR EACH ROW EXECUTE FUNCTION annual_report_edition_stays();
