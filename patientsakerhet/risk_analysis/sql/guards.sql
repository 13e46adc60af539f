-- What must hold of every risk analysis and every risk in it, whatever code runs.

-- A case of the kind risk_analysis has its analysis.
CREATE FUNCTION risks_case_has_its_analysis() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM risk_analysis_riskanalysis a WHERE a.case_id = NEW.id) THEN
        PERFORM cases_refuse('case_has_its_analysis', format('case %s: no analysis', NEW.number));
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER case_has_its_analysis AFTER INSERT ON cases_case
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'risk_analysis')
    EXECUTE FUNCTION risks_case_has_its_analysis();

-- A risk is struck out, never deleted, and keeps its analysis and number.
CREATE TRIGGER risk_is_never_deleted BEFORE DELETE OR TRUNCATE ON risk_analysis_risk
    FOR EACH STATEMENT EXECUTE FUNCTION cases_never('risk_is_never_deleted');

CREATE FUNCTION risks_risk_keeps_its_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.analysis_id <> OLD.analysis_id OR NEW.serial <> OLD.serial THEN
        PERFORM cases_refuse('risk_keeps_its_number',
            format('risk %s: analysis and number do not change', OLD.id));
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER risk_keeps_its_number BEFORE UPDATE ON risk_analysis_risk
    FOR EACH ROW EXECUTE FUNCTION risks_risk_keeps_its_number();

-- A risk's step is one of its own analysis.
CREATE FUNCTION risks_risk_stands_in_its_analysis() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.step_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM risk_analysis_processstep s
        WHERE s.id = NEW.step_id AND s.analysis_id = NEW.analysis_id) THEN
        PERFORM cases_refuse('risk_stands_in_a_step_of_its_analysis',
            format('risk %s: its step is of another analysis', NEW.id));
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER risk_stands_in_its_analysis BEFORE INSERT OR UPDATE ON risk_analysis_risk
    FOR EACH ROW EXECUTE FUNCTION risks_risk_stands_in_its_analysis();

-- A judgement stays as it was made, on the scale of its method.
CREATE TRIGGER scoring_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON risk_analysis_scoring
    FOR EACH STATEMENT EXECUTE FUNCTION cases_never('scoring_is_never_changed');

CREATE FUNCTION risks_scoring_is_on_its_scale() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    m record;
BEGIN
    SELECT jsonb_array_length(severity_labels) AS severities,
           jsonb_array_length(probability_labels) AS probabilities,
           jsonb_array_length(detection_labels) AS detections
        INTO m FROM risk_analysis_scoringmethod WHERE id = NEW.method_id;
    IF NEW.severity > m.severities OR NEW.probability > m.probabilities
        OR (NEW.detection IS NULL) <> (m.detections = 0)
        OR coalesce(NEW.detection, 0) > m.detections THEN
        PERFORM cases_refuse('scoring_is_on_its_scale',
            format('risk %s: %s, %s, %s is not on the scale of method %s', NEW.risk_id,
                   NEW.severity, NEW.probability, NEW.detection, NEW.method_id));
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER scoring_is_on_its_scale BEFORE INSERT ON risk_analysis_scoring
    FOR EACH ROW EXECUTE FUNCTION risks_scoring_is_on_its_scale();

-- A method that risks have been judged by keeps its scales and limits; it may only end.
CREATE FUNCTION risks_method_in_use_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM risk_analysis_scoring s WHERE s.method_id = OLD.id)
        AND (to_jsonb(NEW) - 'valid_to' - 'rank') <> (to_jsonb(OLD) - 'valid_to' - 'rank') THEN
        PERFORM cases_refuse('scoring_method_in_use_stands',
            format('method %s version %s: risks are judged by it', OLD.code, OLD.version));
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER scoring_method_in_use_stands BEFORE UPDATE ON risk_analysis_scoringmethod
    FOR EACH ROW EXECUTE FUNCTION risks_method_in_use_stands();

-- The signed report stays as it was signed.
CREATE TRIGGER analysis_report_is_never_changed
    BEFORE UPDATE OR DELETE OR TRUNCATE ON risk_analysis_analysisreport
    FOR EACH STATEMENT EXECUTE FUNCTION cases_never('analysis_report_is_never_changed');

-- At the commit: an analysis is followed up or closed only with a signed report, and closes only
-- when each measure is decided and its effect looked at, and no review waits.
CREATE FUNCTION risks_analysis_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE CONSTRAINT TRIGGER analysis_is_whole AFTER INSERT OR UPDATE OF status ON cases_case
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'risk_analysis')
    EXECUTE FUNCTION risks_analysis_is_whole();
