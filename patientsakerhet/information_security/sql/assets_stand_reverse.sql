DROP TRIGGER dependency_changed ON register_systemdependency;
DROP FUNCTION infosec_dependency_changed();
DELETE FROM information_security_systemstanding WHERE system_id IS NULL;
CREATE OR REPLACE FUNCTION infosec_system_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO information_security_systemstanding
            (system_id, levels, managing_unit_id, owner_unit_id, criticality, in_use)
        VALUES (NEW.id, '', NEW.managing_unit_id, NEW.owner_unit_id, NEW.criticality, NEW.in_use)
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
