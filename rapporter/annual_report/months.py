"""A report's year month by month: what came in, went out and was open. Cells in, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import accumulate
from typing import Any

from patientsakerhet.ui import swedish
from rapporter.annual_report import pictures, plan
from rapporter.annual_report.told import Table
from rapporter.annual_report.why import differs


def table(
    cells: Iterable[Any],
    year: int,
    definition: Callable[[str], str],
    as_of: datetime,
    former: Mapping[str, Any],
) -> Table | None:
    """What came in, went out and was open, month by month, and so far in the year.

    `former` are the figures that tell what former years' editions said.
    """
    months: dict[str, dict[str, int]] = {}
    for cell in cells:
        if cell.table == plan.QUEUE:
            months.setdefault(cell.dims["month"], {})[cell.measure] = int(cell.value or 0)
    if not months:
        return None
    plain: list[list[Any]] = []
    for month, told in sorted(months.items()):
        plain.append([plan.MONTHS[int(month) - 1], *(told[key] for key in plan.OF_THE_QUEUE)])
    came = list(accumulate(one[1] for one in plain))
    left = list(accumulate(one[2] for one in plain))
    plain = [[*one, came[n], left[n]] for n, one in enumerate(plain)]
    rows = [[one[0], *map(swedish.number, one[1:])] for one in plain]
    heads = ["Månad", "In", "Ut", "Öppna vid slutet", "In hittills", "Ut hittills"]
    began = plain[0][3] - plain[0][1] + plain[0][2]
    chart = pictures.queue(
        [(name, into, out, left_open) for name, into, out, left_open, *_ in plain],
        " ".join(definition(key) for key in plan.OF_THE_QUEUE),
        as_of,
    )
    return Table(
        plan.QUEUE,
        plan.QUEUE_TITLE,
        heads,
        rows,
        note=_opening(former, began, year - 1),
        plain=plain,
        chart=chart,
    )


def _opening(figures: Mapping[str, Any], began: int, year: int) -> str:
    """How last year's edition told the queue that the year began with, where it is another now."""
    kept = figures.get("flow_open")
    told = {} if kept is None else kept["former"].get(str(year), {})
    if not told.get("told") or not differs(Decimal(told["told"]), Decimal(began)):
        return ""
    return (
        f"Vid årets början var {swedish.number(began)} ärenden öppna som det är känt nu. Berättelsen för "
        f"{year} angav {swedish.number(Decimal(told['told']))} ({told['why']})."
    )
