ALTER TABLE information_security_systemstanding
    DROP CONSTRAINT information_security_systemstanding_system_id_key,
    DROP COLUMN id,
    ADD CONSTRAINT information_security_systemstanding_pkey PRIMARY KEY (system_id);
