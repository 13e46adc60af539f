"""Curves of waiting, laid by the database from ranks instead of time by time.

Until somebody is lost from sight, or comes into it late, each end takes away the same part of the curve
of Kaplan and Meier, and adds the same part to that of Aalen and Johansen: between two such times either
is a straight line in the ranks of the ends. So where a curve passes a limit is found by counting how many
had ended before each of the few that have not, and the time is looked up among the sorted ends. The
answer is the one that `patientsakerhet.lib.survival` and `flow.competing` reach end by end: theirs is a
product of as many factors as there are ends, this one of as many as there are such times.

Each text is a part of a statement, and goes on from a relation `seen` with a row for each who waited.
"""

from __future__ import annotations

# Of `seen` (place, part, waited, ended): one curve for each place and part.
SORTED = """
    sorted AS (
        SELECT place, part, count(*) AS whole, count(*) FILTER (WHERE ended) AS over,
               coalesce(array_agg(waited ORDER BY waited) FILTER (WHERE ended), '{}') AS ends,
               array_agg(waited ORDER BY waited) FILTER (WHERE NOT ended) AS lost
        FROM seen GROUP BY place, part
    ), changes AS MATERIALIZED (
        SELECT place, part, whole, over, width_bucket(waited, ends) AS before, -n AS more, n
        FROM sorted, unnest(lost) WITH ORDINALITY AS one (waited, n)
    )"""
# Of `seen` (waited, ended, entry): who came into sight late counts after the time she had waited by then.
SORTED_LATE = """
    sorted AS (
        SELECT 1 AS place, '' AS part, count(*) FILTER (WHERE entry = 0) AS whole,
               count(*) FILTER (WHERE ended) AS over,
               coalesce(array_agg(waited ORDER BY waited) FILTER (WHERE ended), '{}') AS ends
        FROM seen
    ), times AS (
        SELECT waited, sum(sum(more)) OVER (ORDER BY waited) AS more FROM (
            SELECT entry, 1 FROM seen WHERE entry > 0
            UNION ALL
            SELECT waited, -1 FROM seen WHERE NOT ended
        ) AS one (waited, more) GROUP BY waited
    ), changes AS MATERIALIZED (
        SELECT place, part, whole, over, width_bucket(waited, ends) AS before, more, waited AS n
        FROM sorted, times
    )"""
# The runs of ends with no change among them: how many had ended before it, how many end in it, how many
# waited when it began, and the share that was left of the curve.
RUNS = """
    starts AS (
        SELECT DISTINCT ON (place, part, before) place, part, before, over, whole + more - before AS waiting
        FROM (
            SELECT place, part, whole, over, before, more, n FROM changes
            UNION ALL
            SELECT place, part, whole, over, 0, 0, -1 FROM sorted
        ) told ORDER BY place, part, before, n DESC
    ), lengths AS (
        SELECT place, part, before, waiting,
               lead(before, 1, over::int) OVER (PARTITION BY place, part ORDER BY before) - before AS here
        FROM starts
    ), runs AS (
        SELECT place, part, before, here, waiting,
               coalesce(rapporter_product(1 - here::float8 / waiting) OVER (
                   PARTITION BY place, part ORDER BY before
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 1) AS share
        FROM lengths WHERE here > 0
    )"""
# The first times at which so little is left as each of the limits.
PASSED = """, passed AS (
        SELECT place, part,
               min(before + greatest(1, least(here, ceil(waiting * (1 - %(half)s / nullif(share, 0))))))
                   FILTER (WHERE share * (waiting - here) / waiting <= %(half)s) AS half,
               min(before + greatest(1, least(here, ceil(waiting * (1 - %(most)s / nullif(share, 0))))))
                   FILTER (WHERE share * (waiting - here) / waiting <= %(most)s) AS most
        FROM runs GROUP BY place, part
    )
    SELECT place, part, ends[half::int], ends[most::int] FROM sorted JOIN passed USING (place, part)
"""
# Of `seen` with `given` as well, which of the ends it is about; `sorted` has the times of those.
SORTED_GIVEN = SORTED.replace(
    "AS lost\n",
    "AS lost,\n"
    "               coalesce(array_agg(waited ORDER BY waited) FILTER (WHERE given), '{}') AS given\n",
)
# The share that has been given by each time, told at the first time in each of so many parts of it.
SHOWN = """, counted AS MATERIALIZED (
        SELECT place, before, share / waiting AS weight,
               coalesce(width_bucket(ends[before], given), 0) AS given_before,
               width_bucket(ends[before + here], given) AS given_after
        FROM runs JOIN sorted USING (place, part)
    ), reaching AS (
        SELECT place, given_before, given_after - given_before AS here, weight,
               coalesce(sum(weight * (given_after - given_before)) OVER (
                   PARTITION BY place ORDER BY before
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS reached
        FROM counted
    ), ranks AS MATERIALIZED (
        SELECT place, weight, reached, given_before, given_before + greatest(1, least(here, ceil(
                   (one / %(fine)s::float8 - %(slack)s - reached) / weight)))::int AS rank
        FROM reaching, generate_series(
            CASE WHEN given_before = 0 THEN 0 ELSE floor((reached + %(slack)s) * %(fine)s)::int + 1 END,
            floor((reached + weight * here + %(slack)s) * %(fine)s)::int) AS one
        WHERE here > 0
    ), shown AS MATERIALIZED (
        SELECT place, given[rank] AS waited,
               reached + weight * (width_bucket(given[rank], given) - given_before) AS share
        FROM ranks JOIN sorted USING (place)
    ), told AS (
        SELECT place, array_agg(waited ORDER BY waited) AS times, array_agg(share ORDER BY waited) AS shares
        FROM (SELECT DISTINCT ON (place, waited) * FROM shown ORDER BY place, waited) once GROUP BY place
    )
    SELECT place, times, shares, whole, whole - over FROM sorted LEFT JOIN told USING (place)
"""
