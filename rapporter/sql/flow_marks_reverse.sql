DROP TRIGGER flow_marks_unit ON organisation_unit;
DROP TRIGGER flow_marks_sorted ON avvikelse_deviation;
DROP TRIGGER flow_marks_new_deviation ON avvikelse_deviation;
DROP TRIGGER flow_marks_case ON cases_case;
DROP TRIGGER flow_marks_moved ON cases_transition;
DROP FUNCTION rapporter_mark_cases_of_unit();
DROP FUNCTION rapporter_mark_sorted();
DROP FUNCTION rapporter_mark_case();
DROP FUNCTION rapporter_mark_moved();
