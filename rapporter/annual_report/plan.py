"""What a report counts: which measures stand for which figures, and which tables break them down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rapporter import registry
from rapporter.annual_report.counting import Alike, Dim, coded, month_of, worded
from rapporter.measures.log_reviews import OUTCOMES
from rapporter.measures.risk_analyses import STANDINGS
from rapporter.registry import Measure

SAME_AS = {"F12": "F11"}
"""Figures that are another one's change."""
ALSO = {"F05": "flow_waiting.half"}
"""Figures of the 2023 report that told no number, and the measure that tells one."""
QUEUE = "D5"
QUEUE_TITLE = "In, ut och öppna ärenden vid månadens slut"
OF_THE_QUEUE = ("flow_came", "flow_left", "flow_open")
"""The table of the queue, and the measures in it, month by month."""
INFLOW, CAUGHT_UP = "P1", "P2"
FORETOLD = (INFLOW, CAUGHT_UP)
"""The tables of what is foretold."""
INFLOW_TITLE = "Väntat inflöde månad för månad"
CAUGHT_UP_TITLE = "Öppna ärenden som väntas i dagens takt"
RISKS = "RA"
RISKS_TITLE = "Risker i årets riskanalyser, före och efter åtgärder"
BANDS = (("3", "Hög"), ("2", "Medelhög"), ("1", "Låg"), ("", "Inte bedömd"))
"""The table of risks, and its rows."""
OF_THE_REGION = frozenset({"reidar"})
"""Measures that are counted for the whole region in everybody's report, as the 2023 report did."""
INCIDENTS = "incident"
"""The section that lists the year's major incidents."""
MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip
FIGURES, KNOWN = "figures", "known"
"""The tables of figures, and of what was known of last year then and now."""


@dataclass(frozen=True)
class Breakdown:
    """One table: a measure told apart by one thing, over some years."""

    key: str
    title: str
    measure: str
    dim: str
    years: int
    """The year that is reported and so many before it."""
    only: Callable[[Mapping[str, str]], bool] = lambda _dims: True
    rest: str = ""
    """The code that stands last, and that small ones are added to in public."""
    total: str = ""
    """What the sum is called; no sum without it."""
    protected: bool = False
    """Whether one to four are hidden in public."""
    head: str = "Område"
    """What its rows are."""


FILED_MONTH = Dim("month", ("case__filed_at",), month_of)
RECEIVED_MONTH = Dim("month", ("received_at",), month_of)
SORT = Dim("sort", ("kind__code", "kind__label"), coded("sort"))
BEFORE = Dim("before", ("band_before",), lambda band: {"before": str(band or "")})
AFTER = Dim("after", ("band_after",), lambda band: {"after": str(band or "")})
STANDING = Dim("standing", ("standing",), worded("standing", STANDINGS))
OUTCOME = Dim("outcome", ("outcome",), worded("outcome", OUTCOMES))
AREA = Dim("area", ("event_class__code", "event_class__label"), coded("area"))
DIMS: Mapping[str, tuple[Dim, ...]] = {
    "filed_deviations": (FILED_MONTH, SORT, AREA),
    "device_notices": (RECEIVED_MONTH,),
    "analysed_risks": (BEFORE, AFTER),
    "analysis_measures": (STANDING,),
    "log_reviews": (OUTCOME,),
}
"""What the facts of each measure keep beside the row's mark."""


def _of_it(dims: Mapping[str, str]) -> bool:
    return dims["area"].partition(".")[0] == "it"


def _of_devices(dims: Mapping[str, str]) -> bool:
    return dims["area"].partition(".")[0] in ("device", "reorganisation")


BREAKDOWNS = (
    Breakdown(
        "D1", "Inkomna avvikelser per månad", "filed_deviations", "month", 1, total="Hela året", head="Månad",
    ),
    Breakdown(
        "D1s", "Inkomna avvikelser per typ", "filed_deviations", "sort", 1, total="Alla typer",
        protected=True,
    ),
    Breakdown(
        "D2", "Avvikelseområden inom IT och telefoni", "filed_deviations", "area", 1, _of_it,
        rest="it.other", total="Alla inom IT och telefoni", protected=True,
    ),
    Breakdown(
        "D3", "Avvikelser med medicintekniska produkter", "filed_deviations", "area", 1, _of_devices,
        rest="device.other", total="Alla med medicinteknik", protected=True,
    ),
    Breakdown(
        "D7", "Säkerhetsmeddelanden om medicintekniska produkter per år", "device_notices", "year", 2
    ),
    Breakdown(
        "RM", "Hur långt åtgärderna ur årets riskanalyser har kommit", "analysis_measures", "standing",
        0, total="Alla åtgärder", head="Läge",
    ),
    Breakdown(
        "LK", "Vad loggkontrollerna gav", "log_reviews", "outcome", 1, total="Alla kontroller",
        head="Utfall",
    ),
)  # fmt: skip


_BY_KEY = {one.key: one for one in BREAKDOWNS}


def breakdown(key: str) -> Breakdown:
    """The table with this key."""
    return _BY_KEY[key]


def is_breakdown(key: str) -> bool:
    """Whether the table breaks one measure down."""
    return key in _BY_KEY


def measures(blocks: set[str]) -> dict[str, Measure]:
    """Name of a figure -> its measure, of those the blocks and the 2023 report name."""
    found: dict[str, Measure] = {}
    for one in registry.every():
        if one.figure:
            found[one.figure] = one
        if one.key in blocks:
            found[one.key] = one
        if one.key in ALSO.values():
            found |= {name: one for name, key in ALSO.items() if key == one.key}
    for name, other in SAME_AS.items():
        if other in found:
            found[name] = found[other]
    return found


def in_order(
    table: Breakdown,
    seen: Mapping[str, str],
    groups: Mapping[tuple[int, str], Alike],
    year: int,
) -> list[str]:
    """Months as they come; the rest by how many, what is left over last."""
    if table.dim == "month":
        return sorted(seen)
    return sorted(
        seen,
        key=lambda code: (
            code in (table.rest, ""),
            -sum(groups.get((year, code), {}).values()),
            seen[code],
        ),
    )
