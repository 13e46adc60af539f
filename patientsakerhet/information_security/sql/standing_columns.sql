-- What the gap list is narrowed by stands beside the rest of it, as the register has it.

CREATE OR REPLACE FUNCTION infosec_system_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO information_security_systemstanding
            (system_id, levels, managing_unit_id, owner_unit_id, criticality, in_use)
        VALUES (NEW.id, '', NEW.managing_unit_id, NEW.owner_unit_id, NEW.criticality, NEW.in_use)
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION infosec_system_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE information_security_systemstanding
        SET changed_at = now(), managing_unit_id = NEW.managing_unit_id,
            owner_unit_id = NEW.owner_unit_id, criticality = NEW.criticality, in_use = NEW.in_use
        WHERE system_id = NEW.id;
    RETURN NULL;
END $$;

UPDATE information_security_systemstanding s
    SET managing_unit_id = r.managing_unit_id, owner_unit_id = r.owner_unit_id,
        criticality = r.criticality, in_use = r.in_use
    FROM register_itsystem r WHERE r.id = s.system_id;
