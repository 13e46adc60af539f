-- What must hold of every classification, whatever code runs.

-- A case of the kind has its classification.
CREATE FUNCTION infosec_case_has_its_classification() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM information_security_informationclassification c WHERE c.case_id = NEW.id) THEN
        PERFORM cases_refuse('case_has_its_classification',
            format('case %s: no classification', NEW.number));
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER case_has_its_classification AFTER INSERT ON cases_case
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'information_classification')
    EXECUTE FUNCTION infosec_case_has_its_classification();

-- At the commit: no risk assessment without the owner's whole classification and a coordinator of
-- each affected administration; nothing decided without a decision. Read again at the commit.
CREATE FUNCTION infosec_classification_fits_its_state() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    k record;
    c information_security_informationclassification%ROWTYPE;
BEGIN
    SELECT id, number, status INTO k FROM cases_case WHERE id = NEW.id;
    SELECT * INTO c FROM information_security_informationclassification x WHERE x.case_id = k.id;
    IF k.status IN ('delivered', 'assessing', 'deciding', 'decided', 'superseded', 'ended') THEN
        IF c.delivered_at IS NULL OR c.confidentiality IS NULL OR c.integrity IS NULL
            OR c.availability IS NULL THEN
            PERFORM cases_refuse('classification_is_delivered',
                format('case %s: %s without the owner''s classification', k.number, k.status));
        END IF;
    END IF;
    IF k.status IN ('assessing', 'deciding') THEN
        IF NOT EXISTS (SELECT FROM information_security_affectedadministration a
                       WHERE a.classification_id = k.id)
            OR EXISTS (SELECT FROM information_security_affectedadministration a
                       WHERE a.classification_id = k.id AND a.coordinator_id IS NULL) THEN
            PERFORM cases_refuse('classification_has_its_coordinators',
                format('case %s: %s without named coordinators', k.number, k.status));
        END IF;
    END IF;
    IF k.status IN ('decided', 'superseded', 'ended') AND c.decided_at IS NULL THEN
        PERFORM cases_refuse('classification_is_decided',
            format('case %s: %s without a decision', k.number, k.status));
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER classification_fits_its_state AFTER UPDATE ON cases_case
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'information_classification')
    EXECUTE FUNCTION infosec_classification_fits_its_state();

-- What was decided stays as it was decided.
CREATE FUNCTION infosec_decided_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.decided_at IS NOT NULL AND to_jsonb(NEW) <> to_jsonb(OLD) THEN
        PERFORM cases_refuse('classification_stays_as_decided',
            format('case %s: decided, and does not change', OLD.case_id));
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER classification_stays_as_decided
    BEFORE UPDATE ON information_security_informationclassification
    FOR EACH ROW EXECUTE FUNCTION infosec_decided_stays();
CREATE TRIGGER classification_is_never_deleted
    BEFORE DELETE OR TRUNCATE ON information_security_informationclassification
    FOR EACH STATEMENT EXECUTE FUNCTION cases_never('classification_is_never_deleted');
