-- What each case is found by, as filing writes it. :first and :last bound the part.
INSERT INTO cases_casetext (case_id, vector)
SELECT c.id, setweight(to_tsvector('varsam', c.number || ' ' || c.title), 'A')
             || to_tsvector('varsam', d.what_happened || E'\n\n\n\n\n\n\n\n\n\n')
FROM cases_case c JOIN avvikelse_deviation d ON d.case_id = c.id
WHERE c.id BETWEEN :first AND :last ORDER BY c.id
