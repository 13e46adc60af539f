-- Whether the case of an access row is open stands in the row, so that a unit's open cases are found
-- among its rows without its closed ones. Only the database writes it, whoever writes the rest.

-- The case's row is held, so that no case is closed while somebody is let reach it as open.
CREATE FUNCTION access_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT NOT is_final INTO NEW.is_open FROM cases_case WHERE id = NEW.case_id FOR SHARE;
    -- A row without a case is for the foreign key to refuse.
    NEW.is_open := coalesce(NEW.is_open, true);
    RETURN NEW;
END $$;

CREATE TRIGGER access_is_open BEFORE INSERT OR UPDATE OF case_id, is_open ON access_caseaccess
    FOR EACH ROW EXECUTE FUNCTION access_is_open();

CREATE FUNCTION access_follows_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE access_caseaccess SET is_open = NOT NEW.is_final WHERE case_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER access_follows_case AFTER UPDATE OF is_final ON cases_case
    FOR EACH ROW WHEN (OLD.is_final <> NEW.is_final) EXECUTE FUNCTION access_follows_case();
