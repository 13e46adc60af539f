-- A change in the register, of the system or of which units depend on it, is noted beside what was
-- said of it: it is to be reviewed. Nothing is noted of what was never classified.

CREATE OR REPLACE FUNCTION infosec_system_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO information_security_systemstanding
            (system_id, levels, alarm, managing_unit_id, owner_unit_id, criticality, in_use)
        VALUES (NEW.id, '', 0, NEW.managing_unit_id, NEW.owner_unit_id, NEW.criticality, NEW.in_use)
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE FUNCTION infosec_dependency_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE information_security_systemstanding SET changed_at = now()
            WHERE system_id = OLD.system_id;
    END IF;
    IF TG_OP <> 'DELETE' AND (TG_OP = 'INSERT' OR NEW.system_id <> OLD.system_id) THEN
        UPDATE information_security_systemstanding SET changed_at = now()
            WHERE system_id = NEW.system_id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER dependency_changed
    AFTER INSERT OR DELETE OR UPDATE OF system_id, unit_id, valid_from, valid_to
    ON register_systemdependency
    FOR EACH ROW EXECUTE FUNCTION infosec_dependency_changed();

UPDATE information_security_systemstanding s SET changed_at = NULL
    FROM information_security_informationclassification k
    WHERE k.case_id = s.classification_id AND s.changed_at <= k.decided_at;

-- The assets that are no system, each as its latest classifications say.
INSERT INTO information_security_systemstanding
        (asset, levels, alarm, managing_unit_id, owner_id, in_use, classified_on, valid_until,
         risk_assessed_on, classification_id, under_way_id, programme_id)
    SELECT latest.asset, coalesce(held.levels, ''), 0, latest.filing_unit_id, latest.owner_id,
           latest.status <> 'ended', held.decided_on, held.valid_until, held.risk_assessed_on,
           held.case_id, running.case_id, coalesce(running.programme_id, held.programme_id)
    FROM (
        SELECT DISTINCT ON (lower(k.asset), c.filing_unit_id)
               k.asset, c.filing_unit_id, k.owner_id, c.status
        FROM information_security_informationclassification k JOIN cases_case c ON c.id = k.case_id
        WHERE k.system_id IS NULL
        ORDER BY lower(k.asset), c.filing_unit_id, k.case_id DESC
    ) latest
    LEFT JOIN LATERAL (
        SELECT k.case_id, k.programme_id, k.valid_until,
               (k.decided_at AT TIME ZONE 'Europe/Stockholm')::date AS decided_on,
               (k.risk_assessed_at AT TIME ZONE 'Europe/Stockholm')::date AS risk_assessed_on,
               concat_ws(' ', 'K' || k.confidentiality, 'R' || k.integrity, 'T' || k.availability)
                   AS levels
        FROM information_security_informationclassification k JOIN cases_case c ON c.id = k.case_id
        WHERE k.system_id IS NULL AND lower(k.asset) = lower(latest.asset)
          AND c.filing_unit_id = latest.filing_unit_id AND c.status = 'decided'
        ORDER BY k.decided_at DESC, k.case_id DESC LIMIT 1
    ) held ON true
    LEFT JOIN LATERAL (
        SELECT k.case_id, k.programme_id
        FROM information_security_informationclassification k JOIN cases_case c ON c.id = k.case_id
        WHERE k.system_id IS NULL AND lower(k.asset) = lower(latest.asset)
          AND c.filing_unit_id = latest.filing_unit_id
          AND c.status IN ('ordered', 'delivered', 'assessing', 'deciding')
        ORDER BY k.case_id DESC LIMIT 1
    ) running ON true;

UPDATE information_security_securityfollowup
    SET next_alarm_at = (planned_on::timestamp + interval '8 hours') AT TIME ZONE 'Europe/Stockholm',
        remind_at = (planned_on::timestamp + interval '8 hours') AT TIME ZONE 'Europe/Stockholm'
    WHERE done_on IS NULL;
