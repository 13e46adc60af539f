DROP TRIGGER flow_marks_case ON cases_case;
CREATE TRIGGER flow_marks_case AFTER UPDATE ON cases_case FOR EACH ROW
    WHEN (OLD.owning_unit_id <> NEW.owning_unit_id OR OLD.secrecy <> NEW.secrecy
          OR OLD.filed_at <> NEW.filed_at)
    EXECUTE FUNCTION rapporter_mark_case();

DROP TRIGGER flow_marks_new_deviation ON avvikelse_deviation;
CREATE TRIGGER flow_marks_new_deviation AFTER INSERT ON avvikelse_deviation FOR EACH ROW
    WHEN (NEW.kind_id IS NOT NULL) EXECUTE FUNCTION rapporter_mark_sorted();

DROP TRIGGER flow_marks_sorted ON avvikelse_deviation;
CREATE TRIGGER flow_marks_sorted AFTER UPDATE ON avvikelse_deviation FOR EACH ROW
    WHEN (OLD.kind_id IS DISTINCT FROM NEW.kind_id) EXECUTE FUNCTION rapporter_mark_sorted();

TRUNCATE rapporter_flowday, rapporter_flowmonth, rapporter_flowcounted, rapporter_flowstay, rapporter_flowway;
