DROP TRIGGER access_follows_case ON cases_case;
DROP FUNCTION access_follows_case();
DROP TRIGGER access_carries_of_case ON access_caseaccess;
DROP FUNCTION access_carries_of_case();
