-- At the commit: signed only with an edition of figures frozen at the cut-off, published only with one that is out.
CREATE OR REPLACE FUNCTION annual_report_fits_its_state() RETURNS trigger LANGUAGE plpgsql AS $$
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
