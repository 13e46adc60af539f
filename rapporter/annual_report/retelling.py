"""A former year's cells as its own edition has them, told again with why what is known now differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from rapporter.annual_report import canonical, counting, plan, why
from rapporter.annual_report.counting import Number
from rapporter.annual_report.former import Year
from rapporter.annual_report.plan import Breakdown
from rapporter.annual_report.publishing import REPORTED, SUM
from rapporter.registry import Measure

Counts = Mapping[str, int]
"""Code -> how many."""


def table(
    made: Breakdown,
    measure: Measure,
    source: Year,
    labels: Mapping[str, str],
    now: Counts,
    anew: Callable[[], Counts],
) -> list[Number]:
    """The cells that the year's edition has in the table; none where it has no such table.

    `labels` are the table's codes with their Swedish, `now` what is known of the year now. `anew`
    counts what was known when the year was told as it is counted today, and is asked when it matters.
    """
    cells = source.in_table(made.key)
    if not cells:
        return []
    then = {code: int(cells[code].value or 0) if code in cells else 0 for code in labels}
    reasons = _reasons(measure, source, then, now, anew, made.key)
    found = []
    for code, label in labels.items():
        cell = cells.get(code)
        first = next(iter(cells.values())) if cell is None else cell
        found.append(
            Number(
                made.key,
                first.measure,
                first.measure_version,
                _dims(made, source, code, label, reasons.get(code, "")),
                then[code],
                Decimal(then[code]),
                counting.total({})[2] if cell is None else cell.facts_hash,
            )
        )
    if (made.key, SUM) in source.public:
        whole = sum(then.values())
        dims = _dims(made, source, SUM, made.total, "")
        mark = canonical.digest([one.facts_hash for one in found])
        found.append(
            Number(made.key, measure.key, measure.version, dims, whole, Decimal(whole), mark)
        )
    return found


def inflow(measure: Measure, source: Year) -> list[Number]:
    """How many came in during the year, as its edition told it month by month; nothing of a part of it."""
    months = [source.queue.get((measure.key, f"{month:02}")) for month in range(1, 13)]
    cells = [one for one in months if one is not None]
    if len(cells) < len(months):
        return []
    count = sum(int(one.value or 0) for one in cells)
    dims = {
        "figure": plan.INFLOW, "year": source.year, "known": REPORTED, "edition": source.edition
    }  # fmt: skip
    mark = canonical.digest([one.facts_hash for one in cells])
    version = cells[0].measure_version
    return [Number(plan.KNOWN, measure.key, version, dims, count, Decimal(count), mark)]


def _reasons(
    measure: Measure,
    source: Year,
    then: Counts,
    now: Counts,
    anew: Callable[[], Counts],
    key: str,
) -> Mapping[str, str]:
    """Code -> why the number is another now."""
    made_by = {(one.measure, one.measure_version) for one in source.in_table(key).values()}
    if made_by != {(measure.key, measure.version)}:
        return dict.fromkeys(then, why.NEW_DEFINITION)
    changed = [code for code in then if then[code] != now.get(code, 0)]
    if not changed:
        return {}
    again = anew()
    is_whole = sum(again.values()) == sum(then.values())
    return {
        code: why.reason(
            *(Decimal(one.get(code, 0)) for one in (then, now, again)), recoded=is_whole
        )
        for code in changed
    }


def _dims(made: Breakdown, source: Year, code: str, label: str, reason: str) -> dict[str, Any]:
    found = {
        "year": source.year,
        "known": REPORTED,
        "by": made.dim,
        "code": code,
        "label": label,
        "edition": source.edition,
        "why": reason,
    }
    public = source.public.get((made.key, code))
    return found if public is None else {**found, "public": public}
