-- Everything a drawn case must have beside its case and deviation rows, without chance of its own.
-- One statement after another, separated by lines with two dashes alone; the loader runs them in
-- two sessions side by side. Parameters stand as :name.

-- The last person and moment of a case follow from the case row.
INSERT INTO cases_reporter (case_id, mode, name, title, email, answered, answered_note, person_id)
SELECT id, CASE WHEN id % 10 < 3 THEN 'anonymous' ELSE 'open' END, '', '', '', '', '',
       CASE WHEN id % 10 < 3 THEN NULL ELSE (:reporters::bigint[])[1 + id * 7919 % :count_of_reporters] END
FROM cases_case ORDER BY id
--
INSERT INTO cases_submission (id, case_id, created_at)
SELECT md5('submission' || id)::uuid, id, filed_at FROM cases_case ORDER BY id
--
INSERT INTO cases_counter (kind, year, last)
SELECT kind, year, max(serial) FROM cases_case GROUP BY kind, year
--
-- Filed, coordinated, received, then closed or planned, as far as the case has come.
INSERT INTO cases_transition
    (case_id, step, from_status, to_status, from_unit_id, to_unit_id, handler_id, occurred_at,
     recorded_at, by_id, reason, source)
SELECT c.id, s.step, s.from_status, s.to_status,
       CASE WHEN s.n = 1 THEN NULL WHEN s.n = 2 THEN :desk ELSE c.owning_unit_id END,
       CASE WHEN s.n = 1 THEN :desk ELSE c.owning_unit_id END,
       CASE WHEN s.n > 2 THEN coalesce(c.handler_id, c.closed_by_id) END,
       c.filed_at + (c.status_since - c.filed_at) * (s.n - 1) / greatest(c.steps - 1, 1),
       c.filed_at + (c.status_since - c.filed_at) * (s.n - 1) / greatest(c.steps - 1, 1),
       CASE WHEN s.n > 2 THEN coalesce(c.handler_id, c.closed_by_id) WHEN s.n = 2 THEN :coordinator END,
       '', 'action'
FROM (SELECT *, CASE status WHEN 'reported' THEN 1 WHEN 'assigned' THEN 2
                            WHEN 'in_investigation' THEN 3 ELSE 4 END AS steps FROM cases_case) c
JOIN (VALUES (1, '', 'file', '', 'reported'), (2, '', 'coordinate', 'reported', 'assigned'),
             (3, '', 'receive', 'assigned', 'in_investigation'),
             (4, 'closed', 'close', 'in_investigation', 'closed'),
             (4, 'in_action', 'plan', 'in_investigation', 'in_action'))
     AS s(n, only_if, step, from_status, to_status)
  ON s.n <= c.steps AND (s.only_if = '' OR s.only_if = c.status)
ORDER BY c.id, s.n
--
-- One deadline for each state the case has been in; the one of the state it is in is open.
INSERT INTO cases_deadline
    (case_id, rule_id, purpose, label, basis, starts_at, due_at, remind_at, escalate_at,
     next_alarm_at, alarm, met_at)
SELECT t.case_id, r.id, 'state', r.label, r.basis, t.occurred_at,
       CASE WHEN t.is_last THEN c.due_at ELSE t.occurred_at + r.amount * interval '1 day' END,
       NULL, NULL, NULL, CASE WHEN t.is_last THEN 3 ELSE 0 END,
       CASE WHEN t.is_last THEN NULL ELSE t.left_at END
FROM (SELECT *, lead(occurred_at) OVER w AS left_at, lead(id) OVER w IS NULL AS is_last
      FROM cases_transition WINDOW w AS (PARTITION BY case_id ORDER BY id)) t
JOIN cases_case c ON c.id = t.case_id
JOIN cases_deadlinerule r ON r.kind = c.kind AND r.status = t.to_status AND r.valid_to IS NULL
ORDER BY t.case_id, t.id
--
-- The desk, the unit that filed, and the unit that has it now.
INSERT INTO access_caseaccess (case_id, unit_id, person_id, level, is_open, filed_at)
SELECT c.id, a.unit, a.person, a.level, NOT c.is_final, c.filed_at
FROM cases_case c CROSS JOIN LATERAL (VALUES
    (1, :desk, NULL::bigint, 'coordination', true),
    (2, c.filing_unit_id, NULL, 'reader', true),
    (3, c.owning_unit_id, NULL, 'owner', c.status <> 'reported'),
    (4, NULL, coalesce(c.handler_id, c.closed_by_id), 'handler', c.status NOT IN ('reported', 'assigned'))
) AS a(n, unit, person, level, is_so)
WHERE a.is_so ORDER BY c.id, a.n
--
INSERT INTO notifications_message
    (id, kind, key, channel, address, person_id, case_id, number, urgent, context, state, attempts,
     not_before, first_tried_at, last_error, created_at, sent_at, message_id, closed_reason)
SELECT md5('receipt' || c.id)::uuid, 'receipt', 'receipt:' || c.id,
       CASE WHEN r.person_id IS NULL THEN 'page' ELSE 'mail' END, '', r.person_id, c.id, c.number,
       true, '{}', CASE WHEN r.person_id IS NULL THEN 'pending' ELSE 'sent' END,
       CASE WHEN r.person_id IS NULL THEN 0 ELSE 1 END, c.filed_at, c.filed_at, '', c.filed_at,
       CASE WHEN r.person_id IS NULL THEN NULL ELSE c.filed_at END,
       '<' || md5('receipt' || c.id)::uuid || '@localhost>', ''
FROM cases_case c JOIN cases_reporter r ON r.case_id = c.id ORDER BY c.id
--
INSERT INTO avvikelse_preparation
    (deviation_id, promised_at, attempts, prepared_at, receiver_id, receiver_reason, kind_id,
     kind_reason, event_class_id, event_class_reason, likely, similar_there, similar_routed)
SELECT c.id, c.filed_at, 1, c.filed_at, c.owning_unit_id, 'Liknande fall gick dit.', NULL, '',
       d.event_class_id, 'Orden i texten.', '[]', 3, 4
FROM cases_case c JOIN avvikelse_deviation d ON d.case_id = c.id ORDER BY c.id
--
INSERT INTO avvikelse_assessment
    (deviation_id, scale_id, stage, actual, potential, probability, is_downgrade, reason, by_id, at)
SELECT id, (SELECT min(id) FROM avvikelse_riskscale), 'coordinator', least(severity, 4),
       greatest(severity, 1), greatest(risk_score / greatest(severity, 1), 1), false, '',
       :coordinator, filed_at
FROM cases_case WHERE status <> 'reported' ORDER BY id
--
INSERT INTO avvikelse_handover (case_id, from_unit_id, to_unit_id, basis, by_id, at, received_at)
SELECT id, :desk, owning_unit_id, 'same_provider', :coordinator, filed_at,
       CASE WHEN status = 'assigned' THEN NULL ELSE status_since END
FROM cases_case WHERE status <> 'reported' ORDER BY id
--
-- Every closed case has its answer; one case in ten has three notes.
INSERT INTO cases_comment (case_id, audience, purpose, text, by_reporter, at, by_id)
SELECT c.id, s.audience, s.purpose, s.text, false, c.status_since, coalesce(c.closed_by_id, :coordinator)
FROM cases_case c JOIN (VALUES
    (1, 'reporter', 'feedback', 'Tack för din anmälan. Felet är åtgärdat och rutinen ändrad.'),
    (2, 'internal', 'note', 'Har pratat med enheten.'),
    (3, 'internal', 'note', 'Väntar på svar från leverantören.'),
    (4, 'internal', 'note', 'Svaret har kommit, se journalen.')
) AS s(n, audience, purpose, text) ON (s.n = 1 AND c.status = 'closed') OR (s.n > 1 AND c.id % 10 = 0)
ORDER BY c.id, s.n
--
-- Two events a case: that it was filed, and its last step or a reading of it.
CREATE TEMP TABLE told AS
SELECT row_number() OVER (ORDER BY at, case_id, n) AS id, * FROM (
    SELECT c.id AS case_id, 1 AS n, c.filed_at AS at, c.number, c.filing_unit_id AS unit_id,
           'change' AS kind, 'case.filed' AS action, 'file' AS "right", r.person_id AS actor_id,
           sha256(convert_to('salt' || c.id, 'UTF8')) AS salt,
           jsonb_build_object('status', 'reported', 'desk', :desk) AS body
    FROM cases_case c JOIN cases_reporter r ON r.case_id = c.id
    UNION ALL
    SELECT c.id, 2, c.status_since, c.number, c.owning_unit_id,
           CASE WHEN c.status = 'reported' THEN 'read' ELSE 'change' END,
           CASE c.status WHEN 'reported' THEN 'case.read' WHEN 'assigned' THEN 'case.coordinate'
                         WHEN 'closed' THEN 'case.close' ELSE 'case.receive' END,
           'coordinate', coalesce(c.handler_id, :coordinator), NULL, NULL
    FROM cases_case c
) both_of_them
--
INSERT INTO audit_event
    (id, at, transaction, kind, action, actor_id, "right", via, case_id, number, unit_id,
     object_type, object_id, payload_digest, version)
SELECT id, at, id, kind, action, actor_id, "right", '', case_id, number, unit_id, '', NULL,
       CASE WHEN body IS NOT NULL THEN audit_digest(salt, body) END, 1
FROM told ORDER BY id
--
INSERT INTO audit_payload (event_id, salt, body)
SELECT id, salt, body FROM told WHERE body IS NOT NULL ORDER BY id
--
-- The chain: each hash over the one before and the event's own text, as the trigger lays it.
CREATE FUNCTION pg_temp.link(prev bytea, told text) RETURNS bytea LANGUAGE sql IMMUTABLE AS
$$ SELECT sha256(prev || convert_to(told, 'UTF8')) $$
--
CREATE AGGREGATE pg_temp.chain(text) (
    SFUNC = pg_temp.link, STYPE = bytea,
    INITCOND = '\x0000000000000000000000000000000000000000000000000000000000000000')
--
INSERT INTO audit_seal (seq, event_id, prev, hash)
SELECT id, id, coalesce(lag(hash) OVER (ORDER BY id), audit_genesis()), hash
FROM (SELECT e.id, pg_temp.chain(audit_text(e)) OVER (ORDER BY e.id) AS hash FROM audit_event e) linked
ORDER BY id
