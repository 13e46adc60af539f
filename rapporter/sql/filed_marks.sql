-- What a case is about moves it in the sums of what was filed, and leaves a mark as what moves it in the flow does.

DROP TRIGGER flow_marks_case ON cases_case;
CREATE TRIGGER flow_marks_case AFTER UPDATE ON cases_case FOR EACH ROW
    WHEN (OLD.owning_unit_id <> NEW.owning_unit_id OR OLD.secrecy <> NEW.secrecy
          OR OLD.filed_at <> NEW.filed_at OR OLD.origin <> NEW.origin)
    EXECUTE FUNCTION rapporter_mark_case();

DROP TRIGGER flow_marks_new_deviation ON avvikelse_deviation;
CREATE TRIGGER flow_marks_new_deviation AFTER INSERT ON avvikelse_deviation FOR EACH ROW
    EXECUTE FUNCTION rapporter_mark_sorted();

DROP TRIGGER flow_marks_sorted ON avvikelse_deviation;
CREATE TRIGGER flow_marks_sorted AFTER UPDATE ON avvikelse_deviation FOR EACH ROW
    WHEN (OLD.kind_id IS DISTINCT FROM NEW.kind_id OR OLD.door <> NEW.door
          OR OLD.event_class_id IS DISTINCT FROM NEW.event_class_id)
    EXECUTE FUNCTION rapporter_mark_sorted();

INSERT INTO rapporter_flowmark (case_id) SELECT id FROM cases_case;
