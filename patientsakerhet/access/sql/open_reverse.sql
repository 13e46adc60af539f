DROP TRIGGER access_follows_case ON cases_case;
DROP FUNCTION access_follows_case();
DROP TRIGGER access_is_open ON access_caseaccess;
DROP FUNCTION access_is_open();
