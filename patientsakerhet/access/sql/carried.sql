-- What an access row carries of its case: whether it is open, so that a unit's open cases are found
-- among its rows without its closed ones, and when it was filed, so that a list of them all is read
-- in order and no further than a page. Only the database writes it, whoever writes the rest.

-- The case's row is held, so that no case is closed while somebody is let reach it as open.
CREATE FUNCTION access_carries_of_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT NOT is_final, filed_at INTO NEW.is_open, NEW.filed_at
    FROM cases_case WHERE id = NEW.case_id FOR SHARE;
    -- A row without a case is for the foreign key to refuse.
    NEW.is_open := coalesce(NEW.is_open, true);
    NEW.filed_at := coalesce(NEW.filed_at, statement_timestamp());
    RETURN NEW;
END $$;

CREATE TRIGGER access_carries_of_case
    BEFORE INSERT OR UPDATE OF case_id, is_open, filed_at ON access_caseaccess
    FOR EACH ROW EXECUTE FUNCTION access_carries_of_case();

CREATE FUNCTION access_follows_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE access_caseaccess SET is_open = NOT NEW.is_final, filed_at = NEW.filed_at
    WHERE case_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER access_follows_case AFTER UPDATE OF is_final, filed_at ON cases_case
    FOR EACH ROW WHEN (OLD.is_final <> NEW.is_final OR OLD.filed_at <> NEW.filed_at)
    EXECUTE FUNCTION access_follows_case();
