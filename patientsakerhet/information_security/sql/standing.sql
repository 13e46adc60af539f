-- Every system of the register stands in the gap list, from the moment it is there; and what the
-- register changes of it that matters for its classification is noted.

CREATE FUNCTION infosec_system_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO information_security_systemstanding (system_id, levels) VALUES (NEW.id, '')
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE TRIGGER system_stands AFTER INSERT ON register_itsystem
    FOR EACH ROW EXECUTE FUNCTION infosec_system_stands();

CREATE FUNCTION infosec_system_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE information_security_systemstanding SET changed_at = now() WHERE system_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER system_changed AFTER UPDATE ON register_itsystem
    FOR EACH ROW WHEN (
        (OLD.description, OLD.supplier_id, OLD.managing_unit_id, OLD.owner_unit_id,
         OLD.information_owner_id, OLD.criticality, OLD.on_call, OLD.in_use)
        IS DISTINCT FROM
        (NEW.description, NEW.supplier_id, NEW.managing_unit_id, NEW.owner_unit_id,
         NEW.information_owner_id, NEW.criticality, NEW.on_call, NEW.in_use))
    EXECUTE FUNCTION infosec_system_changed();

INSERT INTO information_security_systemstanding (system_id, levels)
    SELECT id, '' FROM register_itsystem ON CONFLICT DO NOTHING;
