-- What the deferred guards cannot be asked of afterwards, asked of every row: rows returned are faults.
SELECT 'transition_is_legal', t.case_id FROM cases_transition t JOIN cases_case c ON c.id = t.case_id
WHERE t.step <> 'file' AND NOT EXISTS (
    SELECT FROM cases_arrow a WHERE a.kind = c.kind AND a.source = t.from_status
      AND a.step = t.step AND a.target = t.to_status)
UNION ALL
SELECT 'case_has_its_deviation', c.id FROM cases_case c
WHERE NOT EXISTS (SELECT FROM avvikelse_deviation d WHERE d.case_id = c.id)
UNION ALL
SELECT 'access_carries_of_case', a.case_id FROM access_caseaccess a JOIN cases_case c ON c.id = a.case_id
WHERE a.is_open = c.is_final OR a.filed_at <> c.filed_at
UNION ALL
SELECT 'version_counts_the_steps', c.id FROM cases_case c
WHERE c.version <> 1 + (SELECT count(*) FROM cases_transition t WHERE t.case_id = c.id)
LIMIT 20
