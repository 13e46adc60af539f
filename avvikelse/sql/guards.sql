-- A case of the kind deviation has its deviation, and a judgement once made is not rewritten.

CREATE FUNCTION avvikelse_case_has_its_deviation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM avvikelse_deviation d WHERE d.case_id = NEW.id) THEN
        PERFORM cases_refuse('case_has_its_deviation', format('case %s: no deviation', NEW.number));
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER case_has_its_deviation AFTER INSERT ON cases_case
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'deviation')
    EXECUTE FUNCTION avvikelse_case_has_its_deviation();

CREATE FUNCTION avvikelse_assessment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(NEW) - 'reviewed_by_id' - 'reviewed_at')
        <> (to_jsonb(OLD) - 'reviewed_by_id' - 'reviewed_at') THEN
        PERFORM cases_refuse('assessment_is_never_changed',
            format('assessment %s: a judgement is followed by another, not changed', OLD.id));
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER assessment_guard BEFORE UPDATE ON avvikelse_assessment
    FOR EACH ROW EXECUTE FUNCTION avvikelse_assessment_guard();
CREATE TRIGGER assessment_is_never_deleted BEFORE DELETE OR TRUNCATE ON avvikelse_assessment
    FOR EACH STATEMENT EXECUTE FUNCTION cases_never('assessment_is_never_changed');
