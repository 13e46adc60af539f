"""A report's risks and forecasts as they are shown: table, chart, and what they say. Cells in, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from patientsakerhet.ui import swedish
from rapporter.annual_report import foretelling, plan
from rapporter.annual_report.publishing import REPORTED
from rapporter.annual_report.told import Table
from rapporter.annual_report.why import NEW_DEFINITION, differs
from rapporter.charts import series
from rapporter.charts.chart import About
from rapporter.flow import forecast, words
from rapporter.flow.forecast import CaughtUp

SPAN = "Åtta av tio utfall väntas hamna mellan lägst och högst."
METHODS = {
    "model": "Prognosen bygger på {} hela månader, med trend och årstid.",
    "level": (
        "Prognosen bygger på {} hela månader: de senaste tolvs nivå. Två hela år behövs för att se "
        "trend och årstid."
    ),
    "last_year": (
        "Trend och årstid har inte träffat bättre än samma månad förra året, som därför visas; den bygger "
        "på {} hela månader."
    ),
}
Definition = Callable[[str], str]


def inflow(cells: Iterable[Any], definition: Definition, as_of: datetime) -> Table | None:
    """What is likely to come in, month by month."""
    own = [one for one in cells if one.table == plan.INFLOW]
    was = [one for one in own if one.dims.get("was")]
    ahead = [one for one in own if not one.dims.get("was")]
    if not ahead:
        return None
    rows, plain = [], []
    for one in ahead:
        name, span = _month(one), _rounded(one)
        rows.append([name, *map(swedish.number, span)])
        plain.append([one.dims["code"], *span])
    total = round(sum(float(one.value) for one in ahead))
    finding = (
        f"Från {_month(ahead[0])} till {_month(ahead[-1])} väntas omkring {swedish.number(total)} ärenden "
        f"komma in. {_by_month(ahead)}"
    )
    chart = series.fan(
        About(
            "vantat", "Hur många ärenden väntas komma in?", definition("flow_came"), as_of, finding
        ),
        [series.Column(_month(one), _tick(one), int(one.value)) for one in was[-12:]],
        [series.Ahead(_month(one), _tick(one), *_rounded(one)) for one in ahead],
        name=plan.INFLOW_TITLE,
        noun="ärenden",
    )
    method = ahead[0].dims["method"]
    if method == "model" and len(was) < 2 * forecast.SEASON:
        method = "level"
    note = f"{METHODS[method].format(len(was))} {SPAN}"
    heads = ["Månad", "Väntas", "Lägst", "Högst"]
    return Table(plan.INFLOW, plan.INFLOW_TITLE, heads, rows, note=note, plain=plain, chart=chart)


def earlier_inflow(cells: Iterable[Any], as_of: datetime) -> str:
    """That months before are as they are known now, and what editions of their years told of them."""
    months: dict[int, list[int]] = {}
    told: dict[int, tuple[int, bool]] = {}
    version = 0
    for one in cells:
        if one.table == plan.INFLOW and one.dims.get("was"):
            months.setdefault(one.dims["year"], []).append(int(one.value))
            version = foretelling.version(one)
    for one in cells:
        if one.dims.get("figure") == plan.INFLOW and one.dims.get("known") == REPORTED:
            told[one.dims["year"]] = int(one.value), foretelling.version(one) != version
    found = [f"Månaderna bakåt är som de är kända {swedish.moment(as_of)}."]
    for year, (then, is_redefined) in sorted(told.items()):
        now = sum(months.get(year, []))
        if is_redefined or differs(Decimal(then), Decimal(now)):
            other = f" ({NEW_DEFINITION})" if is_redefined else ""
            found.append(
                f"Berättelsen för {year} angav att {swedish.number(then)} kom in{other}; nu känt är "
                f"{swedish.number(now)}."
            )
    return " ".join(found)


def caught_up(cells: Iterable[Any], definition: Definition, as_of: datetime) -> Table | None:
    """How long the queue is likely to be, and when it is half of what it is."""
    own: Mapping[str, Any] = {one.dims["code"]: one for one in cells if one.table == plan.CAUGHT_UP}
    if "now" not in own:
        return None
    begins = date.fromisoformat(own["now"].dims["from"])
    ahead = [one for code, one in sorted(own.items()) if code.isdecimal()]
    rows, plain = [], []
    for one in ahead:
        day, span = begins + timedelta(weeks=int(one.dims["code"])), _rounded(one)
        rows.append([swedish.day(day), *map(swedish.number, span)])
        plain.append([day.isoformat(), *span])
    target = int(own["target"].value)
    drawn = CaughtUp(_weeks(own["half"]), _weeks(own["likely"]), 1.0, (), own["half"].dims["seed"])
    finding = f"Målet är hälften av kön. {words.caught_up(drawn, target, begins)}"
    now = series.Column(swedish.day(begins), "nu", int(own["now"].value))
    chart = series.fan(
        About("kon", "Blir kön kortare?", definition("flow_open"), as_of, finding),
        [now],
        [
            series.Ahead(row[0], f"{one.dims['code']} v.", *_rounded(one))
            for row, one in zip(rows, ahead, strict=True)
        ],
        name=plan.CAUGHT_UP_TITLE,
        noun="öppna",
        target=target,
    )
    count = sum(code.startswith("flow_came:") for code in own)
    note = (
        f"Så går det om det kommer in och blir klart som de senaste {count} hela veckorna. {SPAN}"
    )
    heads = ["Dag", "Väntas", "Lägst", "Högst"]
    title = plan.CAUGHT_UP_TITLE
    return Table(plan.CAUGHT_UP, title, heads, rows, note=note, plain=plain, chart=chart)


def risks(cells: Iterable[Any], definition: Definition, as_of: datetime) -> Table | None:
    """How many risks are on each level before measures and after them."""
    own: dict[tuple[str, str], int] = {
        (one.dims["by"], one.dims["code"]): int(one.value)
        for one in cells
        if one.table == plan.RISKS
    }
    if not own:
        return None
    lines = [
        (label, own["before", code], own["after", code])
        for code, label in plan.BANDS
        if own["before", code] or own["after", code]
    ]
    high = plan.BANDS[0][0]
    finding = (
        f"Höga risker: {swedish.in_words(own['before', high])} före åtgärder, "
        f"{swedish.in_words(own['after', high])} när de är klara."
    )
    chart = series.columns(
        About("risker", "Blir riskerna mindre?", definition("analysed_risks"), as_of, finding),
        [series.Column(label, label, after, before) for label, before, after in lines],
        name=plan.RISKS_TITLE,
        noun="efter åtgärder",
        before="före åtgärder",
        period="Nivå",
    )
    rows = [
        [label, swedish.number(before), swedish.number(after)] for label, before, after in lines
    ]
    plain: list[list[Any]] = [list(line) for line in lines]
    heads = ["Nivå", "Före åtgärder", "Efter åtgärder"]
    note = "Efter åtgärder är den nivå som analysen väntar sig när åtgärderna är klara."
    return Table(plan.RISKS, plan.RISKS_TITLE, heads, rows, note=note, plain=plain, chart=chart)


def _by_month(ahead: Sequence[Any]) -> str:
    """In which month the most is expected; of months that are alike, between what each one lies."""
    most = max(ahead, key=lambda one: one.value)
    if min(one.value for one in ahead) == most.value:
        low = min(_rounded(one)[1] for one in ahead)
        high = max(_rounded(one)[2] for one in ahead)
        return (
            f"En enskild månad väntas ge mellan {swedish.number(low)} och {swedish.number(high)}."
        )
    _, low, high = _rounded(most)
    return (
        f"Flest väntas i {_month(most)}: mellan {swedish.number(low)} och {swedish.number(high)}."
    )


def _month(one: Any) -> str:
    year, _, month = one.dims["code"].partition("-")
    return f"{plan.MONTHS[int(month) - 1]} {year}"


def _tick(one: Any) -> str:
    return plan.MONTHS[int(one.dims["code"][5:]) - 1][:3]


def _rounded(one: Any) -> tuple[int, int, int]:
    """The middle and its bounds in whole cases."""
    return round(one.value), round(one.low), round(one.high)


def _weeks(one: Any) -> int | None:
    return None if one.value is None else int(one.value)
