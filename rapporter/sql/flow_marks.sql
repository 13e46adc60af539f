-- Every change that moves a case in the sums of its flow leaves a mark, in the same transaction, whatever
-- code made it. Marks are only added here, so that nobody waits for anybody.

CREATE FUNCTION rapporter_mark_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO rapporter_flowmark (case_id) SELECT DISTINCT case_id FROM added;
    RETURN NULL;
END $$;

CREATE TRIGGER flow_marks_moved AFTER INSERT ON cases_transition
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION rapporter_mark_moved();

CREATE FUNCTION rapporter_mark_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO rapporter_flowmark (case_id) VALUES (NEW.id);
    RETURN NULL;
END $$;

CREATE TRIGGER flow_marks_case AFTER UPDATE ON cases_case FOR EACH ROW
    WHEN (OLD.owning_unit_id <> NEW.owning_unit_id OR OLD.secrecy <> NEW.secrecy
          OR OLD.filed_at <> NEW.filed_at)
    EXECUTE FUNCTION rapporter_mark_case();

CREATE FUNCTION rapporter_mark_sorted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO rapporter_flowmark (case_id) VALUES (NEW.case_id);
    RETURN NULL;
END $$;

CREATE TRIGGER flow_marks_new_deviation AFTER INSERT ON avvikelse_deviation FOR EACH ROW
    WHEN (NEW.kind_id IS NOT NULL) EXECUTE FUNCTION rapporter_mark_sorted();

CREATE TRIGGER flow_marks_sorted AFTER UPDATE ON avvikelse_deviation FOR EACH ROW
    WHEN (OLD.kind_id IS DISTINCT FROM NEW.kind_id) EXECUTE FUNCTION rapporter_mark_sorted();

-- A unit that is moved in the tree takes its cases with it.
CREATE FUNCTION rapporter_mark_cases_of_unit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO rapporter_flowmark (case_id)
        SELECT id FROM cases_case WHERE owning_unit_id = NEW.id OR filing_unit_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER flow_marks_unit AFTER UPDATE ON organisation_unit FOR EACH ROW
    WHEN (OLD.path <> NEW.path) EXECUTE FUNCTION rapporter_mark_cases_of_unit();

INSERT INTO rapporter_flowmark (case_id) SELECT id FROM cases_case;
