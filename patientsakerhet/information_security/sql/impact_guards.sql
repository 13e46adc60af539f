-- What must hold of every impact assessment, whatever code runs.

CREATE FUNCTION infosec_case_has_its_assessment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM information_security_impactassessment a WHERE a.case_id = NEW.id) THEN
        PERFORM cases_refuse('case_has_its_assessment', format('case %s: no assessment', NEW.number));
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER case_has_its_assessment AFTER INSERT ON cases_case
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'impact_assessment')
    EXECUTE FUNCTION infosec_case_has_its_assessment();

-- At the commit: nothing goes to a decision without the officer's advice, nothing is approved without
-- a decision, nor with a high remaining risk that the authority has not answered about.
CREATE FUNCTION infosec_assessment_fits_its_state() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    k record;
    a information_security_impactassessment%ROWTYPE;
BEGIN
    SELECT id, number, status INTO k FROM cases_case WHERE id = NEW.id;
    SELECT * INTO a FROM information_security_impactassessment x WHERE x.case_id = k.id;
    IF k.status IN ('to_decide', 'approved', 'replaced') AND a.advised_on IS NULL THEN
        PERFORM cases_refuse('assessment_has_the_officers_advice',
            format('case %s: %s without advice', k.number, k.status));
    END IF;
    IF k.status IN ('approved', 'replaced') THEN
        IF a.decided_at IS NULL THEN
            PERFORM cases_refuse('assessment_is_decided',
                format('case %s: %s without a decision', k.number, k.status));
        END IF;
        IF a.consultation_answered_on IS NULL AND EXISTS (
            SELECT FROM information_security_rightsrisk r
            WHERE r.assessment_id = k.id AND r.score_after >= 8) THEN
            PERFORM cases_refuse('assessment_high_risk_is_consulted',
                format('case %s: %s with a high remaining risk', k.number, k.status));
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER assessment_fits_its_state AFTER UPDATE ON cases_case
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'impact_assessment')
    EXECUTE FUNCTION infosec_assessment_fits_its_state();

CREATE TRIGGER assessment_stays_as_decided
    BEFORE UPDATE ON information_security_impactassessment
    FOR EACH ROW EXECUTE FUNCTION infosec_decided_stays();
CREATE TRIGGER assessment_is_never_deleted
    BEFORE DELETE OR TRUNCATE ON information_security_impactassessment
    FOR EACH STATEMENT EXECUTE FUNCTION cases_never('assessment_is_never_deleted');
