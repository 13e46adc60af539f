DROP TRIGGER assessment_is_never_deleted ON avvikelse_assessment;
DROP TRIGGER assessment_guard ON avvikelse_assessment;
DROP FUNCTION avvikelse_assessment_guard();
DROP TRIGGER case_has_its_deviation ON cases_case;
DROP FUNCTION avvikelse_case_has_its_deviation();
