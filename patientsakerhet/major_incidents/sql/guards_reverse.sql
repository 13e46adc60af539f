DROP TRIGGER major_incident_is_never_deleted ON major_incidents_majorincident;
DROP TRIGGER gathered_case_is_of_a_reported_kind ON major_incidents_gatheredcase;
DROP FUNCTION major_incidents_gathers_reports();
DROP TRIGGER incident_fits_its_state ON cases_case;
DROP FUNCTION major_incidents_fits_its_state();
DROP TRIGGER case_has_its_incident ON cases_case;
DROP FUNCTION major_incidents_case_has_its_incident();
