CREATE OR REPLACE FUNCTION infosec_system_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO information_security_systemstanding (system_id, levels) VALUES (NEW.id, '')
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION infosec_system_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE information_security_systemstanding SET changed_at = now() WHERE system_id = NEW.id;
    RETURN NULL;
END $$;
