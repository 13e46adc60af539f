DELETE FROM information_security_consequencelevel WHERE valid_to IS NOT NULL;
ALTER TABLE information_security_consequencelevel
    DROP COLUMN id,
    ADD CONSTRAINT information_security_consequencelevel_pkey PRIMARY KEY (number);
