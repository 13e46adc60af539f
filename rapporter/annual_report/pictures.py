"""The charts of a report, out of the same numbers as its tables; what a table hides is a hatched bar."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from patientsakerhet.ui import swedish
from rapporter.annual_report import plan, wording
from rapporter.annual_report.publishing import MARKS, Column, Shelf
from rapporter.annual_report.so_far import NOT_OVER
from rapporter.annual_report.told import Table
from rapporter.annual_report.wording import NotSo, Said
from rapporter.charts import parts, series, sparks
from rapporter.charts.chart import About, Chart

FORMER = 2
"""So many years before the reported one there must be for a line over the years."""
YEAR_BY_YEAR = "Siffrorna år för år"
MORE = "Fler avvikelser kan betyda mer rapportering, inte sämre vård."


def picture(shelf: Shelf, definition: str, as_of: datetime) -> Chart | None:
    """The table as a chart; nothing for one that is not drawn."""
    if shelf.is_withheld or not shelf.lines:
        return None
    if shelf.marks:
        is_areas = plan.breakdown(shelf.key).dim == "area"
        return _masked_areas(shelf, definition, as_of) if is_areas else None
    made = {"month": _months, "area": _areas, "year": _years}.get(plan.breakdown(shelf.key).dim)
    return made(shelf, definition, as_of) if made is not None else None


def years(figures: Mapping[str, Any], year: int, as_of: datetime) -> Table | None:
    """Figures year by year, as each year's report told them; nothing without figures."""
    if not figures:
        return None
    before = {int(one) for kept in figures.values() for one in kept["years"]}
    span = list(range(min(before), year + 1))
    lines, rows, plain = [], [], []
    for kept in figures.values():
        told = {**kept["years"], str(year): kept["value"]}
        values = [None if (one := told.get(str(that))) is None else Decimal(one) for that in span]
        decimals = kept["decimals"]
        lines.append(
            sparks.Spark(
                kept["name"], [None if one is None else float(one) for one in values], decimals
            )
        )
        rows.append(
            [
                kept["name"],
                *(
                    swedish.DASH if one is None else wording.number(Said(one, decimals=decimals))
                    for one in values
                ),
            ]
        )
        plain.append([kept["name"], *(told.get(str(that)) for that in span)])
    finding = (
        f"Siffrorna från {span[0]} till {year}, tidigare år som de årens berättelser angav dem. Varje "
        "linje har sin egen skala."
    )
    definition = "Samma mått i samma version; ett år då måttet betydde något annat är tomt."
    about = About(f"ar-{'-'.join(figures)}".lower(), YEAR_BY_YEAR, definition, as_of, finding)
    chart = sparks.sparks(about, span, lines, name=YEAR_BY_YEAR)
    heads = ["Mått", *map(str, span)]
    return Table("ar-for-ar", YEAR_BY_YEAR, heads, rows, note=definition, plain=plain, chart=chart)


def queue(months: list[tuple[str, int, int, int]], definition: str, as_of: datetime) -> Chart:
    """What came in, went out and was open, month by month."""
    first, last = months[0], months[-1]
    began = first[3] - first[1] + first[2]
    told = (
        f"Öppna ärenden gick från {swedish.number(began)} till {swedish.number(last[3])}: "
        f"{swedish.number(sum(one[1] for one in months))} kom in och "
        f"{swedish.number(sum(one[2] for one in months))} gick ut."
    )
    about = About("arendeko", "Hinner vi med?", definition, as_of, told)
    bars = [
        series.Balance(name, name[:3], came, left, left_open)
        for name, came, left, left_open in months
    ]
    return series.in_and_out(about, bars, name=plan.QUEUE_TITLE)


def _months(shelf: Shelf, definition: str, as_of: datetime) -> Chart:
    now = shelf.now
    before = shelf.before(min(one.year for one in shelf.columns)) or now
    bars = [
        series.Column(
            one.label,
            one.label[:3],
            one.values[now],
            one.values[before],
            is_ahead=one.code in shelf.to_come,
        )
        for one in shelf.lines
    ]
    finding = f"{_months_compared(shelf, before, now)} {MORE}"
    about = About("inkomna", "Kommer fler avvikelser in?", definition, as_of, finding)
    return series.columns(
        about, bars, name=shelf.title, noun=shelf.heading(now), before=shelf.heading(before)
    )


def _years(shelf: Shelf, definition: str, as_of: datetime) -> Chart:
    (line,) = shelf.lines
    years = sorted({one.year for one in shelf.columns})
    first = [shelf.of(year)[0] for year in years]
    bars = [series.Column(shelf.heading(one), _tick(shelf, one), line.values[one]) for one in first]
    breaks = [
        place
        for place, (one, two) in enumerate(pairwise(years), start=1)
        if (one in shelf.redefined) != (two in shelf.redefined)
    ]
    before = shelf.before(years[-2]) or shelf.now
    said = f"{NOT_OVER}." if shelf.so_far else _compared(shelf, before, shelf.now)
    finding = f"Säkerhetsmeddelanden: {said}"
    about = About("meddelanden", "Kommer fler säkerhetsmeddelanden?", definition, as_of, finding)
    return series.columns(
        about, bars, name=shelf.title, noun="meddelanden", period="År", breaks=breaks
    )


def _tick(shelf: Shelf, column: Column) -> str:
    """The year below its bar, and below it how it is known where that must be said."""
    return shelf.heading(column).replace(", ", "\n")


def _areas(shelf: Shelf, definition: str, as_of: datetime) -> Chart:
    now, rest = shelf.now, plan.breakdown(shelf.key).rest
    bars = [
        parts.Ranked(one.label, one.values[now], is_rest=one.code == rest)
        for one in shelf.lines
        if one.values[now]
    ]
    largest = max((one for one in bars if not one.is_rest), key=lambda one: one.value, default=None)
    finding = "Inga avvikelser i området."
    if largest is not None:
        finding = f"Störst är {largest.name} med {swedish.number(largest.value)} avvikelser."
    about = About(shelf.key.lower(), f"{shelf.title} {now.year}", definition, as_of, finding)
    return parts.pareto(about, bars, name=shelf.title, noun="avvikelser")


def _masked_areas(shelf: Shelf, definition: str, as_of: datetime) -> Chart:
    """The areas where some numbers are hidden; it says nothing of which is the largest."""
    now, rest = shelf.now, plan.breakdown(shelf.key).rest
    bars = []
    for one in shelf.lines:
        mark = shelf.shown(one.code, now)
        value = None if mark in MARKS else one.values[now]
        if value != 0:
            bars.append(parts.Masked(one.label, value, MARKS.get(mark, ""), one.code == rest))
    finding = "Streckade staplar är lika långa vad talet än är: <5 är ett till fyra, .. är dolt."
    about = About(shelf.key.lower(), f"{shelf.title} {now.year}", definition, as_of, finding)
    return parts.masked(about, bars, name=shelf.title, noun="avvikelser")


def _months_compared(shelf: Shelf, before: Column, now: Column) -> str:
    """The two years, or the months of this one that are over against the same ones of last year."""
    if shelf.so_far is None:
        return _compared(shelf, before, now)
    whole = shelf.so_far.whole_months
    if not whole:
        return f"{NOT_OVER.capitalize()}."
    last = plan.MONTHS[int(whole[-1]) - 1]
    return f"Januari till {last}: {_compared(shelf, before, now, only=whole)}"


def _compared(
    shelf: Shelf, before: Column, now: Column, *, only: Collection[str] | None = None
) -> str:
    """The two years against each other, in words that the numbers bear; or some of their rows."""
    try:
        said = Said(_sum(shelf, now, only), _sum(shelf, before, only))
        return f"{wording.compared(said)}."
    except NotSo as refusal:
        return str(refusal)


def _sum(shelf: Shelf, column: Column, only: Collection[str] | None) -> Decimal:
    rows = [one for one in shelf.lines if only is None or one.code in only]
    return Decimal(sum(one.values[column] for one in rows))
