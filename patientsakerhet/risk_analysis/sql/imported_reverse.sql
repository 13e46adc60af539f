-- As guards.sql has it.
CREATE OR REPLACE FUNCTION risks_analysis_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    c record;
BEGIN
    SELECT id, number, status INTO c FROM cases_case WHERE id = NEW.id;
    IF c.status NOT IN ('follow_up', 'closed') THEN
        RETURN NULL;
    END IF;
    IF NOT EXISTS (SELECT FROM risk_analysis_analysisreport r WHERE r.analysis_id = c.id) THEN
        PERFORM cases_refuse('analysis_has_a_signed_report',
            format('analysis %s: %s without a signed report', c.number, c.status));
    END IF;
    IF c.status <> 'closed' THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT FROM cases_measurecase mc JOIN cases_measure m ON m.id = mc.measure_id
               WHERE mc.case_id = c.id
                 AND (m.status = 'proposed' OR (m.status = 'done' AND m.effect = ''))) THEN
        PERFORM cases_refuse('analysis_closes_when_every_effect_is_known',
            format('analysis %s: closed with a measure undecided or its effect not looked at', c.number));
    END IF;
    IF EXISTS (SELECT FROM risk_analysis_riskreview v JOIN risk_analysis_risk r ON r.id = v.risk_id
               WHERE r.analysis_id = c.id AND r.withdrawn_at IS NULL AND v.handled_at IS NULL) THEN
        PERFORM cases_refuse('analysis_closes_when_no_review_waits',
            format('analysis %s: closed while a review waits', c.number));
    END IF;
    RETURN NULL;
END $$;
