-- Where a device has been follows from where it is, whatever code moved it: page, import, API.
-- Per statement and not per row, so that an import of many thousands costs one insert more.

CREATE FUNCTION register_device_placed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO register_deviceholding (device_id, unit_id, since)
    SELECT id, holding_unit_id, LEAST(bought_on::timestamp AT TIME ZONE 'Europe/Stockholm', now())
    FROM placed WHERE holding_unit_id IS NOT NULL;
    RETURN NULL;
END $$;

CREATE TRIGGER device_placed AFTER INSERT ON register_device
    REFERENCING NEW TABLE AS placed
    FOR EACH STATEMENT EXECUTE FUNCTION register_device_placed();

CREATE FUNCTION register_device_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE register_deviceholding h SET until = GREATEST(now(), h.since)
    FROM before b JOIN after a USING (id)
    WHERE h.device_id = b.id AND h.until IS NULL
        AND b.holding_unit_id IS DISTINCT FROM a.holding_unit_id;
    INSERT INTO register_deviceholding (device_id, unit_id, since)
    SELECT a.id, a.holding_unit_id, now()
    FROM before b JOIN after a USING (id)
    WHERE b.holding_unit_id IS DISTINCT FROM a.holding_unit_id AND a.holding_unit_id IS NOT NULL;
    RETURN NULL;
END $$;

CREATE TRIGGER device_moved AFTER UPDATE ON register_device
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION register_device_moved();
