-- As in guards.sql: every case has a receipt.

CREATE OR REPLACE FUNCTION cases_case_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    c cases_case%ROWTYPE;
    last record;
    state record;
BEGIN
    SELECT * INTO c FROM cases_case WHERE id = NEW.id;
    IF NOT FOUND OR c.version <> NEW.version THEN
        RETURN NULL;
    END IF;
    SELECT is_final, needs_feedback INTO state
        FROM cases_kindstate s WHERE s.kind = c.kind AND s.status = c.status;
    IF NOT FOUND THEN
        PERFORM cases_refuse('case_has_a_known_state',
            format('case %s: unknown state %s', c.number, c.status));
    END IF;
    IF state.is_final <> c.is_final THEN
        PERFORM cases_refuse('case_final_by_its_state',
            format('case %s: is_final does not fit %s', c.number, c.status));
    END IF;
    SELECT to_status, to_unit_id, source INTO last FROM cases_transition t
        WHERE t.case_id = c.id ORDER BY occurred_at DESC, id DESC LIMIT 1;
    IF last.to_status IS DISTINCT FROM c.status OR last.to_unit_id IS DISTINCT FROM c.owning_unit_id THEN
        PERFORM cases_refuse('case_stands_where_its_history_ends',
            format('case %s: history ends in %s, the case in %s', c.number, last.to_status, c.status));
    END IF;
    IF NOT EXISTS (SELECT FROM cases_deadline d
                   WHERE d.case_id = c.id AND (c.is_final OR d.met_at IS NULL)) THEN
        PERFORM cases_refuse('case_has_a_deadline', format('case %s: no deadline', c.number));
    END IF;
    IF NOT EXISTS (SELECT FROM notifications_message m
                   WHERE m.case_id = c.id AND m.kind = 'receipt') THEN
        PERFORM cases_refuse('case_has_a_receipt', format('case %s: no receipt', c.number));
    END IF;
    IF NOT EXISTS (SELECT FROM audit_event e WHERE e.case_id = c.id) THEN
        PERFORM cases_refuse('case_has_a_trail', format('case %s: no trail', c.number));
    END IF;
    IF NOT EXISTS (SELECT FROM access_caseaccess a
                   WHERE a.case_id = c.id AND a.level IN ('owner', 'coordination')) THEN
        PERFORM cases_refuse('case_has_reached_somebody', format('case %s: reaches nobody', c.number));
    END IF;
    IF c.is_final AND EXISTS (
        SELECT FROM cases_measurecase mc JOIN cases_measure m ON m.id = mc.measure_id
        WHERE mc.case_id = c.id AND m.status IN ('planned', 'started')) THEN
        PERFORM cases_refuse('case_closed_without_open_measures',
            format('case %s: closed with open measures', c.number));
    END IF;
    IF state.needs_feedback AND last.source <> 'import' AND NOT EXISTS (
        SELECT FROM cases_comment f WHERE f.case_id = c.id AND f.purpose = 'feedback') THEN
        PERFORM cases_refuse('case_closed_with_an_answer',
            format('case %s: closed without feedback', c.number));
    END IF;
    RETURN NULL;
END $$;
